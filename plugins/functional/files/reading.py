"""Reading files: what can be wrong with one is told in a line."""

import hashlib
import json
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from numbers import Real
from pathlib import Path
from typing import IO, Any

from ..errors import UserError
from .os_errors import reason, remedy


@contextmanager
def open_file(path: str | os.PathLike) -> Iterator[IO[bytes]]:
    """Open a file for reading; a pipe or a device, which might never end, is refused.

    Raises:
        UserError: the file is missing, no regular file or unreadable.
    """
    if '\0' in os.fsdecode(path):
        raise unreadable(path, ValueError('a null byte in its name'))
    try:
        with open(path, 'rb', opener=_open_at_once) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise UserError(f'{path}: is a pipe or a device; give a file')
            yield file
    except OSError as error:
        raise unreadable(path, error) from error


def _open_at_once(path: str, flags: int) -> int:
    # A pipe would block until somebody writes into it.
    return os.open(path, flags | os.O_NONBLOCK)


def read_bytes(path: str | os.PathLike) -> bytes:
    """Return a file's content.

    Raises:
        UserError: see :func:`open_file`.
    """
    with open_file(path) as file:
        return file.read()


def unreadable(path: str | os.PathLike, error: Exception) -> UserError:
    """Return what to raise for a file or folder that raised ``error`` when it was read."""
    return UserError(f'{path}: cannot be read ({reason(error)}); {remedy(error, "check the path")}')


def read_text(path: str | os.PathLike) -> str:
    """Return a UTF-8 file's text; a byte-order mark is dropped.

    Raises:
        UserError: the file is missing, a folder, unreadable, empty or not UTF-8.
    """
    try:
        text = read_bytes(path).decode('utf-8-sig')
    except UnicodeDecodeError as error:
        raise UserError(
            f'{path}: byte {error.start} is not UTF-8; save the file with UTF-8 encoding'
        ) from error
    if not text.strip():
        raise UserError(f'{path}: the file is empty; write or copy it again')
    return text


def read_json(
    path: str | os.PathLike, make_object: Callable[[list[tuple[str, Any]]], Any] | None = None
) -> Any:
    """Return the content of a JSON file; ``make_object`` gets an object's pairs, doubled keys too.

    Raises:
        UserError: see :func:`read_text`; also when the text is not JSON, with line and column, and
            when a number or the nesting is beyond what Python reads.
    """
    text = read_text(path)
    try:
        return json.loads(text, object_pairs_hook=make_object)
    except json.JSONDecodeError as error:
        raise UserError(
            f'{path}: line {error.lineno}, column {error.colno}: not valid JSON ({error.msg}); '
            'the file may be truncated, write or copy it again'
        ) from error
    except RecursionError as error:
        raise UserError(
            f'{path}: brackets are nested too deeply; this is no annotation file'
        ) from error
    except ValueError as error:  # Python refuses integers of more than 4300 digits
        raise UserError(f'{path}: a number has too many digits; correct or remove it') from error


def checksum(content: bytes | Path) -> str:
    """Return the SHA-256 of bytes, or of a file that need not fit into memory, in hexadecimal.

    Raises:
        UserError: the file is missing, a folder or unreadable.
    """
    if isinstance(content, bytes):
        return hashlib.sha256(content).hexdigest()
    with open_file(content) as file:
        return hashlib.file_digest(file, 'sha256').hexdigest()


def is_number(value: Any) -> bool:
    """Tell whether a value of a JSON file or a config is a number; True and False are none."""
    return isinstance(value, Real) and not isinstance(value, bool)
