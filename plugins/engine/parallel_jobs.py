"""Commands of several steps, run on devices one beside the other, and ended with their caller."""

import contextlib
import errno
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ..functional.errors import UserError
from .own_modules import own_environment

# Runs a command that the kernel ends (Linux, prctl 1: PR_SET_PDEATHSIG) when its caller dies, of
# kill -9 as well; its first argument is the caller's process id.
_TIED = """
import ctypes, os, signal, sys
with_prctl = getattr(ctypes.CDLL(None), 'prctl', None)
if with_prctl is not None:
    with_prctl(1, int(signal.SIGTERM))
if os.getppid() != int(sys.argv[1]):
    sys.exit(143)
os.execv(sys.argv[2], sys.argv[2:])
"""
_GRACE = 10.0  # seconds


@dataclass(frozen=True)
class Step:
    """A command and the file that its output is appended to."""

    command: Sequence[str]
    log: Path


@dataclass(frozen=True)
class Job:
    """Steps that follow each other; one is asked for when that before it went well.

    An iterator may raise a UserError in place of a step that cannot be made.
    """

    name: str
    steps: Iterator[Step]


@dataclass(frozen=True)
class Failure:
    """A job that did not get to its end, why, and where its output is."""

    job: str
    reason: str
    log: Path | None = None


def visible_devices(count: Callable[[], int]) -> list[str]:
    """Return the GPUs to use, by CUDA_VISIBLE_DEVICES or else all ``count()`` there are."""
    named = os.environ.get('CUDA_VISIBLE_DEVICES')
    if named is None:
        return [str(i) for i in range(count())]
    devices = [device.strip() for device in named.split(',')]
    # CUDA takes none of those after the first that is invalid.
    cut = next((i for i, device in enumerate(devices) if device in ('', '-1')), len(devices))
    return list(dict.fromkeys(devices[:cut]))


@contextmanager
def locked(path: Path, patience: float = _GRACE) -> Iterator[int]:
    """Hold a lock and yield its file descriptor; whoever inherits that holds the lock as well.

    Raises:
        UserError: somebody else has it for longer than ``patience`` seconds.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open('a')
    except OSError as error:
        raise UserError(
            f'{path}: cannot be written ({error.strerror}); check the folder'
        ) from error
    with file:
        deadline = time.monotonic() + patience
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError as error:
                if error.errno in (errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP):
                    print(f'{path}: no locks here; do not start this twice', file=sys.stderr)
                    break
                if time.monotonic() > deadline:
                    raise UserError(
                        f'{path}: these folds are being trained already; wait for that to end, or '
                        'name another --work-dir'
                    ) from None
                time.sleep(0.2)
        yield file.fileno()


class Runs:
    """Jobs on devices, at most one a device at a time.

    Args:
        devices: what CUDA_VISIBLE_DEVICES is to be for the job on each; None leaves it alone.
        inherited: file descriptors to hand on.
        echo: write the jobs' output to standard output as well, for when there is one device.
    """

    def __init__(
        self, devices: Sequence[str | None], inherited: Sequence[int] = (), echo: bool = False
    ) -> None:
        self.devices, self.inherited, self.echo = devices, tuple(inherited), echo
        self.active: dict[int, _Active] = {}
        self.failures: list[Failure] = []

    def run(self, jobs: Sequence[Job], look: Callable[[], None] = lambda: None) -> list[Failure]:
        """Run all jobs, call ``look`` now and then, and return those that failed.

        However it is left, no process of a job stays behind.
        """
        waiting = list(jobs)
        try:
            while waiting or self.active:
                for slot in range(len(self.devices)):
                    self._proceed(slot, waiting)
                look()
                time.sleep(0.05)
        finally:
            self._end_all()
        return self.failures

    def device_of(self, job: str) -> str | None:
        """Return the device that a job is running on, if it is."""
        slots = [slot for slot, active in self.active.items() if active.job.name == job]
        return self.devices[slots[0]] if slots else None

    def is_running(self, job: str) -> bool:
        """Tell whether a job has begun and not ended."""
        return any(active.job.name == job for active in self.active.values())

    def _proceed(self, slot: int, waiting: list[Job]) -> None:
        active = self.active.get(slot)
        if active is not None:
            status = active.process.poll()
            active.show()
            if status is None:
                return
            active.close()
            del self.active[slot]
            if status != 0:
                self.failures.append(Failure(active.job.name, active.reason(status), active.log))
            else:
                self._next_step(slot, active.job)
        # A job may have nothing left to do.
        while slot not in self.active and waiting:
            self._next_step(slot, waiting.pop(0))

    def _next_step(self, slot: int, job: Job) -> None:
        try:
            step = next(job.steps, None)
            if step is not None:
                self.active[slot] = _Active(job, step, self.devices[slot], self)
        except UserError as error:
            self.failures.append(Failure(job.name, error.line))

    def _end_all(self) -> None:
        # A second Ctrl-C must not leave half of them running.
        ignored = {s: signal.signal(s, signal.SIG_IGN) for s in (signal.SIGINT, signal.SIGTERM)}
        for sent, patience in ((signal.SIGTERM, _GRACE), (signal.SIGKILL, _GRACE)):
            for active in self.active.values():
                active.send(sent)
            deadline = time.monotonic() + patience
            while any(a.is_alive() for a in self.active.values()) and time.monotonic() < deadline:
                time.sleep(0.05)
        for active in self.active.values():
            active.close()
        self.active.clear()
        for number, handler in ignored.items():
            signal.signal(number, handler)


class _Active:
    """A step under way, in a process group of its own."""

    def __init__(self, job: Job, step: Step, device: str | None, runs: Runs) -> None:
        self.job, self.log = job, step.log
        environment = own_environment()
        if device is not None:
            environment['CUDA_VISIBLE_DEVICES'] = device
        try:
            step.log.parent.mkdir(parents=True, exist_ok=True)
            self.begin = step.log.stat().st_size if step.log.exists() else 0
            with step.log.open('ab') as output:
                self.process = subprocess.Popen(
                    [sys.executable, '-S', '-c', _TIED, str(os.getpid()), *step.command],
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    env=environment,
                    pass_fds=runs.inherited,
                    start_new_session=True,
                )
        except OSError as error:
            raise UserError(f'{step.log}: cannot be written ({error.strerror})') from error
        self.reader: IO[bytes] | None = None
        if runs.echo:
            self.reader = step.log.open('rb')
            self.reader.seek(self.begin)

    def show(self) -> None:
        """Write what is new in the log to standard output."""
        if self.reader is not None:
            new = self.reader.read()
            if new:
                sys.stdout.write(new.decode(errors='replace'))
                sys.stdout.flush()

    def reason(self, status: int) -> str:
        """Return why the process ended with a status that is not 0."""
        if status == -signal.SIGKILL:
            return 'killed (signal 9), perhaps for want of memory'
        if status < 0:
            return f'ended by {signal.Signals(-status).name}'
        with self.log.open('rb') as file:
            file.seek(self.begin)
            lines = file.read().decode(errors='replace').split('\n')
        last = next((line.strip() for line in reversed(lines) if line.strip()), '')
        return last.removeprefix('error: ') or f'exit status {status}'

    def send(self, number: signal.Signals) -> None:
        """Signal the process and those that it started."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, number)

    def is_alive(self) -> bool:
        """Tell whether the process, or one that it started, is there still."""
        if self.process.poll() is None:
            return True
        try:
            os.killpg(self.process.pid, 0)
        except (ProcessLookupError, PermissionError):
            return False
        return True

    def close(self) -> None:
        """Show the rest of the output, and end what the process left behind."""
        self.show()
        if self.reader is not None:
            self.reader.close()
        self.send(signal.SIGKILL)
