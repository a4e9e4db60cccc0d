"""One writer at a time to the results in a folder: a lock that says who holds it."""

import errno
import fcntl
import json
import os
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

from ..errors import UserError
from .os_errors import reason, remedy
from .writing import refuse_file

# Seconds: between two signs of life, after how many of silence a writer elsewhere is dead, how long
# to wait for one that is alive, and for the children of one that is not.
BEAT = 5.0
SILENCE = 4 * BEAT
PATIENCE = 0.5
ENDING = 15.0
_NO_LOCKS = (errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP)


@contextmanager
def one_writer(folder: str | os.PathLike, what: str, patience: float = PATIENCE) -> Iterator[int]:
    """Be the only one to write ``what`` (training, maps, ...) into a folder, which is made.

    The lock is the file ``.<what>.lock`` in it: flock between processes of a machine, and between
    machines that share the folder the name of the holder and a sign of life every few seconds. That
    of a holder who died is taken over, and a note says so. The file descriptor is yielded; who
    inherits it holds the lock as well.

    Raises:
        UserError: somebody else is at it, or the folder cannot be written.
    """
    folder = Path(folder)
    is_new, path = not folder.exists(), folder / f'.{what}.lock'
    file = _locked(path, what, patience)
    try:
        _note_holder(file)
        with _signs_of_life(file):
            yield file.fileno()
    finally:
        with suppress(OSError):
            if _is_at(file, path):
                path.unlink()
            # Children that were forked share it.
            fcntl.flock(file, fcntl.LOCK_UN)
        file.close()
        if is_new:
            # Left as it was found, where nothing came of it.
            with suppress(OSError):
                folder.rmdir()


def _locked(path: Path, what: str, patience: float) -> BinaryIO:
    begin = time.monotonic()
    while True:
        file = _opened(path)
        try:
            held = _flock(file)
            if held is False:
                holder = _holder(file)
                waited = time.monotonic() - begin
                if waited > (patience if _may_live(holder) else max(patience, ENDING)):
                    raise _busy(path, what, holder)
                time.sleep(0.2)
            elif _is_at(file, path):
                _take_over(file, path, what, held is None)
                return file
        except BaseException:
            file.close()
            raise
        file.close()


def _opened(path: Path) -> BinaryIO:
    refuse_file(path.parent)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open('a+b', buffering=0)
    except (OSError, ValueError) as error:  # ValueError: a null byte in the path
        otherwise = 'name another folder'
        raise UserError(
            f'{path.parent}: cannot be written ({reason(error)}); {remedy(error, otherwise)}'
        ) from error


def _flock(file: BinaryIO) -> bool | None:
    """Return whether the lock is had, None where there are none."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        if error.errno in _NO_LOCKS:
            return None
        raise
    return True


def _is_at(file: BinaryIO, path: Path) -> bool:
    """Tell whether a file is the one of this name still: its holder removes it."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False


def _take_over(file: BinaryIO, path: Path, what: str, without_locks: bool) -> None:
    """Say that a holder died, if one did.

    Raises:
        UserError: it is alive, on a machine whose locks do not reach here.
    """
    holder = _holder(file)
    if holder is None:
        return
    elsewhere = holder['host'] != socket.gethostname()
    if (elsewhere or (without_locks and _may_live(holder))) and _shows_life(path, holder):
        raise _busy(path, what, holder)
    print(f'note: {path.parent}: {_named(holder, what)} died; going on', file=sys.stderr)


def _shows_life(path: Path, holder: dict[str, Any]) -> bool:
    """Watch for a sign of life, whatever the clocks of two machines say."""
    name = f'process {holder["process"]} on {holder["host"]}'
    print(f'note: {path}: waiting {SILENCE:.0f} s to see whether {name} lives', file=sys.stderr)
    begin, known = time.monotonic(), path.stat().st_mtime_ns
    while time.monotonic() - begin < SILENCE:
        time.sleep(SILENCE / 40)
        try:
            if path.stat().st_mtime_ns != known:
                return True
        except FileNotFoundError:
            return False
    return False


def _note_holder(file: BinaryIO) -> None:
    since = time.strftime('%Y-%m-%d %H:%M:%S')
    holder = {'host': socket.gethostname(), 'process': os.getpid(), 'since': since}
    file.truncate(0)
    file.write(json.dumps(holder).encode())


def _holder(file: BinaryIO) -> dict[str, Any] | None:
    """Return who a lock names, None where it names nobody."""
    file.seek(0)
    try:
        holder = json.loads(file.read(1000))
        return {
            'host': str(holder['host']),
            'process': int(holder['process']),
            'since': str(holder['since']),
        }
    except (ValueError, TypeError, LookupError):
        return None


def _may_live(holder: dict[str, Any] | None) -> bool:
    if holder is None or holder['host'] != socket.gethostname():
        return True
    try:
        os.kill(holder['process'], 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


@contextmanager
def _signs_of_life(file: BinaryIO) -> Iterator[None]:
    done = threading.Event()

    def beat() -> None:
        while not done.wait(BEAT):
            with suppress(OSError):
                os.utime(file.fileno())

    thread = threading.Thread(target=beat, name='lock', daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _busy(path: Path, what: str, holder: dict[str, Any] | None) -> UserError:
    who = _named(holder, what) if holder else f'another {what}'
    return UserError(
        f'{path.parent}: {who} is writing here; wait for its end, or name another folder'
    )


def _named(holder: dict[str, Any], what: str) -> str:
    return (
        f'the {what} of process {holder["process"]} on {holder["host"]}, begun {holder["since"]},'
    )
