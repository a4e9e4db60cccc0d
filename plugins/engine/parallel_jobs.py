"""Commands of several steps, run one a GPU at a time, and ended with their caller."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..functional.errors import UserError
from ..functional.files import read_json, write_json
from .module_command import own_environment

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
_TAIL = 4000  # characters of the output that may hold its last line


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
    """A job that did not get to its end, and why: the ``reason`` names the log, if there is one."""

    job: str
    reason: str


def run_jobs(
    jobs: Sequence[Job],
    look: Callable[[Mapping[str, str | None]], None] | None = None,
    inherited: Sequence[int] = (),
) -> list[Failure]:
    """Run all jobs, one a visible GPU at a time, and return those that failed.

    Without several GPUs one job follows the other, and their output is shown where nobody looks.
    However this is left, no process of a job stays behind.

    Args:
        jobs: what to run.
        look: called now and then with the jobs under way and the GPU of each, None without
            several.
        inherited: file descriptors to hand on.
    """
    devices = visible_devices()
    alone = len(devices) < 2
    waiting, free, failures = list(jobs), [None] if alone else devices, []
    running: list[_Running] = []

    def begin(job: Job, device: str | None) -> None:
        try:
            step = next(job.steps, None)
            if step is not None:
                running.append(_Running(job, step, device, inherited, shown=alone and look is None))
                return
        except UserError as error:
            failures.append(Failure(job.name, error.line))
        free.append(device)

    try:
        while waiting or running:
            while waiting and free:
                begin(waiting.pop(0), free.pop(0))
            for each in list(running):
                status = each.process.poll()
                each.show()
                if status is None:
                    continue
                each.close()
                running.remove(each)
                if status == 0:
                    begin(each.job, each.device)
                else:
                    failures.append(Failure(each.job.name, each.reason(status)))
                    free.append(each.device)
            if look is not None:
                look({each.job.name: each.device for each in running})
            time.sleep(0.05)
    finally:
        _end_all(running)
    return failures


def visible_devices() -> list[str]:
    """Return the GPUs to use, by CUDA_VISIBLE_DEVICES or else all there are."""
    named = os.environ.get('CUDA_VISIBLE_DEVICES')
    if named is None:
        import torch

        return [str(number) for number in range(torch.cuda.device_count())]
    devices = [device.strip() for device in named.split(',')]
    # CUDA takes none of those after the first that is invalid.
    cut = next((i for i, device in enumerate(devices) if device in ('', '-1')), len(devices))
    return list(dict.fromkeys(devices[:cut]))


def unless_made(step: Step, note: Path, made_of: Mapping[str, Any], is_there: bool) -> Iterator:
    """Yield a step, and note what its products are made of when it went well.

    Nothing is to be done where they are there, and ``note`` says that they were made of the same.
    """
    if is_there and note.is_file() and read_json(note) == made_of:
        return
    note.unlink(missing_ok=True)
    yield step
    write_json(note, made_of)


class _Running:
    """A step under way, in a process group of its own."""

    def __init__(
        self, job: Job, step: Step, device: str | None, inherited: Sequence[int], shown: bool
    ) -> None:
        self.job, self.device, self.log, self.shown = job, device, step.log, shown
        environment = own_environment()
        if device is not None:
            environment['CUDA_VISIBLE_DEVICES'] = device
        try:
            step.log.parent.mkdir(parents=True, exist_ok=True)
            with step.log.open('ab') as output:
                self.output = step.log.open('rb')
                self.output.seek(0, os.SEEK_END)
                self.process = subprocess.Popen(
                    [sys.executable, '-S', '-c', _TIED, str(os.getpid()), *step.command],
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    env=environment,
                    pass_fds=inherited,
                    start_new_session=True,
                )
        except OSError as error:
            raise UserError(f'{step.log}: cannot be written ({error.strerror})') from error
        self.tail = ''

    def show(self) -> None:
        """Read what is new in the log, and write it to standard output if it is to be shown."""
        new = self.output.read().decode(errors='replace')
        self.tail = (self.tail + new)[-_TAIL:]
        if new and self.shown:
            sys.stdout.write(new)
            sys.stdout.flush()

    def reason(self, status: int) -> str:
        """Return why the process ended with a status that is not 0, and where its output is."""
        if status == -signal.SIGKILL:
            text = 'killed (signal 9), perhaps for want of memory'
        elif status < 0:
            text = f'ended by {signal.Signals(-status).name}'
        else:
            last_line = self.tail.strip().rpartition('\n')[2]
            text = last_line.removeprefix('error: ') or f'exit status {status}'
        return f'{text} (its output: {self.log})'

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
        self.output.close()
        self.send(signal.SIGKILL)


def _end_all(running: Sequence[_Running]) -> None:
    # A second Ctrl-C must not leave half of them running.
    ignored = {s: signal.signal(s, signal.SIG_IGN) for s in (signal.SIGINT, signal.SIGTERM)}
    for sent in (signal.SIGTERM, signal.SIGKILL):
        for each in running:
            each.send(sent)
        deadline = time.monotonic() + _GRACE
        while any(each.is_alive() for each in running) and time.monotonic() < deadline:
            time.sleep(0.05)
    for each in running:
        each.close()
    for number, handler in ignored.items():
        signal.signal(number, handler)
