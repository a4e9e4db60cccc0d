"""Decoding values that travel: ``decoding.json`` beside a checkpoint, the option ``--decode``."""

import json
import os
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from ..errors import UserError
from ..files import read_json, write_text
from .params import DecodeParams

DECODING = 'decoding.json'
_NAMES = tuple(field.name for field in fields(DecodeParams))


def write_decoding(
    path: str | os.PathLike, values: Mapping[str, Any], source: Mapping[str, Any]
) -> None:
    """Write decoding ``values`` and what they come from; :func:`read_decoding` gives them back."""
    content = {'decoding': dict(values), 'source': dict(source)}
    write_text(path, json.dumps(content, indent=2) + '\n')


def read_decoding(path: str | os.PathLike) -> dict[str, Any]:
    """Return the decoding values that a ``decoding.json`` has.

    Raises:
        UserError: no such file, no JSON, or a value that does not decode.
    """
    content = read_json(path)
    values = content.get('decoding') if isinstance(content, dict) else None
    if not isinstance(values, dict) or not values:
        raise UserError(
            f'{path}: has no "decoding" values; give a decoding.json of tools/tune_decoding.py'
        )
    return _checked(values, str(path))


def parse_decoding(text: str) -> dict[str, Any]:
    """Return what ``--decode`` says: the values of a file, or ``thresh=0.1,box_thresh=0.25``.

    Raises:
        UserError: it is neither, or a value does not decode.
    """
    if '=' not in text or os.path.exists(text):
        return read_decoding(Path(text, DECODING) if os.path.isdir(text) else text)
    values = {}
    for pair in text.split(','):
        name, equals, value = pair.partition('=')
        if not equals:
            raise UserError(f'--decode {text}: {pair!r} is not NAME=VALUE; write thresh=0.1,...')
        values[name.strip()] = _number_or_text(value.strip())
    return _checked(values, f'--decode {text}')


def decoding_beside(checkpoint: str | os.PathLike) -> Path | None:
    """Return the ``decoding.json`` that lies beside a checkpoint, or None."""
    path = Path(checkpoint).parent / DECODING
    return path if os.path.isfile(path) else None


def _number_or_text(text: str) -> int | float | str:
    for number in (int, float):
        try:
            return number(text)
        except ValueError:
            continue
    return text


def _checked(values: dict[str, Any], place: str) -> dict[str, Any]:
    unknown = [name for name in values if name not in _NAMES]
    if unknown:
        raise UserError(f'{place}: no decoding value {unknown[0]!r}; give {", ".join(_NAMES)}')
    try:
        DecodeParams(**values)
    except ValueError as error:
        raise UserError(f'{place}: {error}') from error
    return values
