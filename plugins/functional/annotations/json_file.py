"""The JSON file of annotations and predictions: an object ``images`` without doubled keys."""

import os
import reprlib
from collections import Counter
from collections.abc import Mapping
from typing import Any

from ..errors import UserError
from ..files import check_file_name, read_json, write_json


class _DoubledKey(dict):
    """A JSON object with a key that occurs twice; JSON itself would keep the last one silently."""

    key: str


def read_images(path: str | os.PathLike) -> dict[str, Any]:
    """Return the ``images`` object of an annotation or prediction JSON, its entries unchecked.

    Raises:
        UserError: see :func:`read_content`.
    """
    return read_content(path)['images']


def read_content(path: str | os.PathLike, check_names: bool = True) -> dict[str, Any]:
    """Return an annotation or prediction JSON whole; only the file names are checked.

    ``images`` is an object, and its keys are plain names of files within the image folder; without
    ``check_names`` they may be anything.

    Raises:
        UserError: no readable JSON, no ``images`` object, a name twice or with a path in it.
    """
    content = read_json(path, keep_doubles)
    try:
        content = as_object(content, 'the file')
        if 'images' not in content:
            raise ValueError('the file has no key "images"; is it an annotation file?')
        images = as_object(content['images'], '"images"')
        for name in images if check_names else ():
            check_file_name(name)
    except ValueError as error:
        raise UserError(f'{path}: {error}') from None
    return content


def write_content(path: str | os.PathLike, content: Mapping[str, Any]) -> None:
    """Write an annotation or prediction JSON, atomically.

    Raises:
        UserError: the file cannot be written, a number is not finite, a text cannot be encoded.
    """
    try:
        write_json(path, content)
    except UserError:
        raise
    except ValueError as error:
        raise UserError(f'{path}: not written, {error}; mend the input') from error


def keep_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return a JSON object that remembers a key which occurs twice; see :func:`doubled_key`."""
    content = dict(pairs)
    if len(content) == len(pairs):
        return content
    doubled = _DoubledKey(content)
    counts = Counter(key for key, _ in pairs)
    doubled.key = next(key for key, count in counts.items() if count > 1)
    return doubled


def doubled_key(value: Any) -> str | None:
    """Return a key that a JSON object holds twice, or None; the last of the two values is there."""
    return value.key if isinstance(value, _DoubledKey) else None


def as_object(value: Any, place: str) -> dict[str, Any]:
    """Return ``value`` when it is a JSON object without doubled keys; ``place`` names it.

    Raises:
        ValueError: it is something else, or holds a key twice.
    """
    if type(value) is dict:
        return value
    if (key := doubled_key(value)) is not None:
        raise ValueError(f'{place} holds the key {key!r} twice; keep one of them')
    raise ValueError(f'{place} is {reprlib.repr(value)}, expected an object {{...}}')
