"""Writing files so that a reader never meets half of one."""

import csv
import io
import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..errors import UserError
from .os_errors import reason, remedy


def refuse_overwrite(path: str | os.PathLike, force: bool) -> None:
    """Raise a UserError when ``path`` exists and may not be replaced."""
    if not force and os.path.exists(path):
        raise UserError(f'{path}: exists already; give --force to replace it or name another file')


def refuse_file(folder: str | os.PathLike) -> None:
    """Raise a UserError when a file has the name of a folder for results."""
    if os.path.exists(folder) and not os.path.isdir(folder):
        raise UserError(
            f'{folder}: is no folder; name another one, or none yet, by --out or --work-dir'
        )


@contextmanager
def atomic_path(path: str | os.PathLike, follow_link: bool = True) -> Iterator[Path]:
    """Yield a temporary path beside ``path`` that replaces it when the block ends without error.

    A reader sees the old file or the whole new one, also after a crash or on a full disk. Missing
    parent folders are made. The temporary name keeps the suffix, which image writers go by. A
    symbolic link stays one, and what it points at is replaced; without ``follow_link`` the link
    itself is, and what it points at is left alone.

    Raises:
        UserError: the folder cannot be made or written, the path is taken by something that is no
            file (a folder, a device), or the disk is full.
    """
    with _writing(path):
        target = Path(os.path.realpath(path) if follow_link else Path(path).absolute())
        _refuse_other_than_files(target, path)
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix='.tmp-', suffix=target.suffix)
        os.close(handle)
    temporary = Path(name)
    try:
        with _writing(path, OSError):
            yield temporary
            umask = os.umask(0)
            os.umask(umask)
            temporary.chmod(0o666 & ~umask)
            temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def all_or_none(folder: str | os.PathLike, names: Sequence[str | os.PathLike]) -> Iterator[Path]:
    """Yield a folder whose files ``names`` move into ``folder`` when the block ends without error.

    All of them are whole on the disk before the first gets its name. None of those that follow is
    there by then, so that nobody takes an old file for the fellow of a new one, whatever happens.
    A symbolic link among them is replaced, what it points at is left alone.

    Raises:
        UserError: see :func:`atomic_path`.
    """
    targets = [Path(folder) / name for name in names]
    with _writing(folder):
        for target in targets:
            _refuse_other_than_files(target, target)
        Path(folder).mkdir(parents=True, exist_ok=True)
        staging = tempfile.TemporaryDirectory(dir=folder, prefix='.tmp-')
    with _writing(folder, OSError), staging as stage:
        yield Path(stage)
        sources = [Path(stage) / name for name in names]
        for source in sources:
            with source.open('rb') as file:
                os.fsync(file.fileno())
        for target in targets:
            target.parent.mkdir(exist_ok=True)
        for target in targets[1:]:
            target.unlink(missing_ok=True)
        for source, target in zip(sources, targets, strict=True):
            source.replace(target)


@contextmanager
def _writing(
    path: str | os.PathLike,
    errors: type[Exception] | tuple[type[Exception], ...] = (OSError, ValueError),
) -> Iterator[None]:
    """Turn what the writing of ``path`` raises into a UserError."""
    try:
        yield
    except UserError:
        raise
    except errors as error:  # ValueError: a null byte in the path
        raise UserError(
            f'{path}: cannot be written ({reason(error)}); {remedy(error, "name another place")}'
        ) from error


def _refuse_other_than_files(target: Path, path: str | os.PathLike) -> None:
    if os.path.exists(target) and not os.path.isfile(target):
        raise UserError(f'{path}: is there already and no file; name another one')


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


def write_bytes(path: str | os.PathLike, data: bytes, follow_link: bool = True) -> None:
    """Write bytes atomically, see :func:`atomic_path`."""
    with atomic_path(path, follow_link) as temporary, temporary.open('wb') as file:
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
