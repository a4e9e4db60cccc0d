"""The checkpoint files of a work folder: written in one step, numbered, and cleared away."""

import os
import re
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from ..errors import UserError
from ..files import atomic_path
from .checkpoint_record import RECORD


@contextmanager
def synced_path(path: Path) -> Iterator[Path]:
    """Yield a temporary path as :func:`.files.atomic_path` does, that stands up to a power cut.

    Ctrl-C is heard when the file is in its place: what torch is interrupted in, it does not leave
    in a state to go on from.

    Raises:
        UserError: the disk is full or does not let itself be written.
    """
    with _interrupts_held_back(), atomic_path(path) as temporary:
        yield temporary
        _sync(temporary)
    # Not every file system lets a folder be synced; the file itself is whole by now.
    with suppress(OSError):
        _sync(path.parent)


def step_of(path: str | os.PathLike, pattern: str) -> int | None:
    """Return N of a name such as ``epoch_N.pth``, given ``epoch_{}.pth``; None for other names."""
    prefix, suffix = pattern.split('{}')
    match = re.fullmatch(f'{re.escape(prefix)}([0-9]+){re.escape(suffix)}', Path(path).name)
    return int(match[1]) if match else None


def numbered(folder: str | os.PathLike, pattern: str) -> dict[int, Path]:
    """Return the files of a folder by their step, rising; see :func:`step_of`."""
    steps = {step_of(path, pattern): path for path in Path(folder).glob(pattern.format('*'))}
    return {step: steps[step] for step in sorted(steps.keys() - {None})}


def remove_others(folder: str | os.PathLike, pattern: str, keep: int | Sequence[int]) -> None:
    """Remove a folder's numbered files but the last ``keep``, or those of the steps ``keep``."""
    files = numbered(folder, pattern)
    kept = list(files)[-keep:] if isinstance(keep, int) else keep
    for step in files.keys() - set(kept):
        files[step].unlink(missing_ok=True)


def remove_leftovers(folder: str | os.PathLike) -> None:
    """Remove what a killed process was writing: checkpoints, record, ``last_checkpoint``."""
    for path in Path(folder).glob('.tmp-*'):
        if path.suffix in ('', '.pth', '.json'):
            path.unlink(missing_ok=True)


def set_aside(folder: str | os.PathLike, pattern: str, after: int | None, name: str) -> Path | None:
    """Move the checkpoints of an earlier training into ``earlier_<name>``.

    Args:
        folder: the work folder.
        pattern: of the numbered checkpoints.
        after: the step that the training resumes from; what was trained after it is moved. None
            starts anew and moves everything.
        name: of the folder to move to.

    Returns:
        That folder, or None when nothing had to be moved.

    Raises:
        UserError: a file does not let itself be moved.
    """
    folder = Path(folder)
    moving = [path for step, path in numbered(folder, pattern).items() if step > (after or 0)]
    if after is None:
        # What names the others goes first.
        names = [folder / 'last_checkpoint', folder / RECORD]
        others = [
            *folder.glob('best_*.pth'),
            *folder.glob('epoch_*.pth'),
            *folder.glob('iter_*.pth'),
        ]
        moving = [path for path in [*names, *sorted({*moving, *others})] if path.is_file()]
    # A record alone is what a training leaves that did not get far.
    if not any(path.suffix == '.pth' for path in moving):
        return None
    target = folder / f'earlier_{name}'
    try:
        target.mkdir(exist_ok=True)
        for path in moving:
            path.rename(target / path.name)
    except OSError as error:
        raise UserError(
            f'{target}: the checkpoints in {folder} cannot be moved there ({error.strerror}); '
            'name another --work-dir'
        ) from error
    return target


@contextmanager
def _interrupts_held_back() -> Iterator[None]:
    """Let the first Ctrl-C wait; a second one is heard at once."""
    if threading.current_thread() is not threading.main_thread():
        yield  # which is the only one that hears of it
        return
    usual = signal.getsignal(signal.SIGINT)
    waiting: list[int] = []

    def wait(number: int, frame: object) -> None:
        waiting.append(number)
        signal.signal(signal.SIGINT, usual)

    signal.signal(signal.SIGINT, wait)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, usual)
        if waiting:
            signal.raise_signal(signal.SIGINT)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
