"""Reading and writing files so that a reader never meets half of one."""

import csv
import hashlib
import io
import json
import os
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from numbers import Real
from pathlib import Path
from typing import Any

from .errors import UserError

_UNPRINTABLE = re.compile('[\x00-\x1f\x7f\ud800-\udfff]')


def read_bytes(path: str | os.PathLike) -> bytes:
    """Return a file's content.

    Raises:
        UserError: the file is missing, a folder or unreadable.
    """
    try:
        return Path(path).read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a null byte in the path
        raise unreadable(path, error) from error


def unreadable(path: str | os.PathLike, error: Exception) -> UserError:
    """Return what to raise for a file or folder that raised ``error`` when it was read."""
    return UserError(f'{path}: cannot be read ({_reason(error)}); check the path')


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
    try:
        with content.open('rb') as file:
            return hashlib.file_digest(file, 'sha256').hexdigest()
    except OSError as error:
        raise unreadable(content, error) from error


def refuse_overwrite(path: str | os.PathLike, force: bool) -> None:
    """Raise a UserError when ``path`` exists and may not be replaced."""
    if not force and Path(path).exists():
        raise UserError(f'{path}: exists already; give --force to replace it or name another file')


def refuse_file(folder: str | os.PathLike) -> None:
    """Raise a UserError when a file has the name of a folder for results."""
    if Path(folder).exists() and not Path(folder).is_dir():
        raise UserError(f'{folder}: is no folder; name another --out')


@contextmanager
def atomic_path(path: str | os.PathLike) -> Iterator[Path]:
    """Yield a temporary path beside ``path`` that replaces it when the block ends without error.

    A reader sees the old file or the whole new one, also after a crash or on a full disk. Missing
    parent folders are made. The temporary name keeps the suffix, which image writers go by. A
    symbolic link stays one; what it points at is replaced.

    Raises:
        UserError: the folder cannot be made or written, the path is taken by something that is no
            file (a folder, a device), or the disk is full.
    """
    try:
        target = Path(os.path.realpath(path))
        if target.exists() and not target.is_file():
            raise UserError(f'{path}: is there already and no file; name another one')
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix='.tmp-', suffix=target.suffix)
        os.close(handle)
    except UserError:
        raise
    except (OSError, ValueError) as error:  # ValueError: a null byte in the path
        raise _not_written(path, error) from error
    temporary = Path(name)
    try:
        yield temporary
        umask = os.umask(0)
        os.umask(umask)
        temporary.chmod(0o666 & ~umask)
        temporary.replace(target)
    except OSError as error:
        raise _not_written(path, error) from error
    finally:
        temporary.unlink(missing_ok=True)


def write_text(path: str | os.PathLike, text: str) -> None:
    """Write UTF-8 text atomically, see :func:`atomic_path`.

    Raises:
        UserError: also when the text holds half a character, as file names from a disk may.
    """
    try:
        data = text.encode()
    except UnicodeEncodeError as error:
        raise UserError(
            f'{path}: {text[error.start]!a} in the text to be written is no whole character; '
            'rename the file or correct the text that it comes from'
        ) from error
    write_bytes(path, data)


def write_bytes(path: str | os.PathLike, data: bytes) -> None:
    """Write bytes atomically, see :func:`atomic_path`."""
    with atomic_path(path) as temporary, temporary.open('wb') as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def write_json(path: str | os.PathLike, content: Any) -> None:
    """Write JSON atomically, see :func:`atomic_path`; NaN is refused with ValueError."""
    write_text(path, json.dumps(content, ensure_ascii=False, allow_nan=False))


def csv_text(rows: Iterable[Iterable[Any]]) -> str:
    """Return rows of cells as CSV, a line each that ends in a line feed; None is an empty cell."""
    text = io.StringIO()
    csv.writer(text, lineterminator='\n').writerows(rows)
    return text.getvalue()


def is_number(value: Any) -> bool:
    """Tell whether a value of a JSON file or a config is a number; True and False are none."""
    return isinstance(value, Real) and not isinstance(value, bool)


def _reason(error: Exception) -> str:
    return getattr(error, 'strerror', None) or str(error)


def _not_written(path: str | os.PathLike, error: Exception) -> UserError:
    return UserError(
        f'{path}: cannot be written ({_reason(error)}); free some space or name another place'
    )


def check_file_name(name: str) -> None:
    """Refuse what is not the plain name of a file inside the image folder.

    Raises:
        ValueError: the name is empty, leads to another folder or holds control characters.
    """
    if not name.strip() or name in ('.', '..') or '/' in name or '\\' in name:
        raise ValueError(f'image name {name!r} is no plain file name; leave the folders out of it')
    if _UNPRINTABLE.search(name):
        raise ValueError(f'image name {name!r} holds control characters; rename the file')
