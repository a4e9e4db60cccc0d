"""Entries of an annotation file as the text they are there, to be copied into other files.

Decoding a hundred thousand pages and encoding them once for each fold takes minutes; the text of an
entry is there already. What the quick way does not understand is left to the JSON reader.
"""

import json
import os
import re
from collections.abc import Iterable, Iterator
from itertools import islice, starmap
from json.decoder import scanstring
from typing import Any, NamedTuple

from ..errors import UserError
from ..files import atomic_path, check_file_name, read_text
from .json_file import keep_doubles, read_images

_START = re.compile(r'\s*\{\s*"images"\s*:\s*\{\s*(?=")')
_COLON = re.compile(r'\s*:\s*')
_COMMA = re.compile(r'\s*,\s*"')
_END = re.compile(r'\s*\}\s*')
_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False)


class Entry(NamedTuple):
    """An entry of ``images``, with its text ``"name": {...}`` where that is known."""

    name: str
    value: Any
    text: str | None = None

    def encoded(self, path: str | os.PathLike) -> bytes:
        """Return the text of an entry that was read from ``path``, in UTF-8.

        Raises:
            UserError: it holds a number that is not finite, or half a character.
        """
        if self.text is not None:
            return self.text.encode()
        try:
            return f'{_ENCODER.encode(self.name)}: {_ENCODER.encode(self.value)}'.encode()
        except ValueError as error:
            raise UserError(f'{path}: image {self.name!r}: {error}; mend the input') from error


def read_entries(path: str | os.PathLike) -> Iterator[Entry]:
    """Yield the entries of ``images``, as the file has them.

    Raises:
        UserError: see :func:`.json_file.read_content`.
    """
    names, done = set(), 0
    try:
        for entry in _split(read_text(path)):
            check_file_name(entry.name)
            if entry.name in names:
                break
            names.add(entry.name)
            yield entry
            done += 1
        else:
            return
    except (ValueError, RecursionError):
        pass
    # Raises what is wrong, or reads what was only unusual.
    yield from starmap(Entry, islice(read_images(path).items(), done, None))


def write_entries(path: str | os.PathLike, entries: Iterable[bytes]) -> None:
    """Write an annotation file of encoded entries, atomically.

    Raises:
        UserError: the file cannot be written.
    """
    with atomic_path(path) as temporary, temporary.open('wb', 1 << 20) as file:
        file.write(b'{"images": {')
        comma = b''
        for entry in entries:
            file.write(comma + entry)
            comma = b', '
        file.write(b'}}')
        file.flush()
        os.fsync(file.fileno())


def _split(text: str) -> Iterator[Entry]:
    """Yield the entries of ``{"images": {...}, ...}``.

    Raises:
        ValueError: it is no JSON, or ``images`` is not its first key, or empty.
    """
    decode = json.JSONDecoder(object_pairs_hook=keep_doubles, parse_constant=_refuse).raw_decode
    at = _match(_START, text, 0)
    while True:
        first = at
        name, at = scanstring(text, at + 1)
        record, at = decode(text, _match(_COLON, text, at))
        yield Entry(name, record, text[first:at])
        comma = _COMMA.match(text, at)
        if comma is None:
            break
        at = comma.end() - 1
    rest = text[_match(_END, text, at) :]
    others = json.loads('{' + rest.removeprefix(','), object_pairs_hook=keep_doubles)
    if type(others) is not dict or 'images' in others or rest.startswith(',') != bool(others):
        raise ValueError(rest)


def _match(pattern: re.Pattern, text: str, at: int) -> int:
    found = pattern.match(text, at)
    if found is None:
        raise ValueError(at)
    return found.end()


def _refuse(constant: str) -> None:
    raise ValueError(constant)
