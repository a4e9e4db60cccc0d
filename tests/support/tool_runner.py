"""Run a tool as its user does: in this process, or as a command of its own."""

import os
import runpy
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

TOOLS = Path(__file__).resolve().parents[2] / 'tools'
OTHER_COPY = Path(__file__).parent / 'other_copy'


def run_tool(monkeypatch: pytest.MonkeyPatch, tool: str, *args: object) -> int:
    """Run ``tools/<tool>`` in this process and return its exit status."""
    monkeypatch.setattr(sys, 'argv', [str(TOOLS / tool), *map(str, args)])
    # Where Python looks first for what a script imports.
    monkeypatch.syspath_prepend((TOOLS / tool).parent)
    with pytest.raises(SystemExit) as stopped:
        runpy.run_path(str(TOOLS / tool), run_name='__main__')
    return stopped.value.code


def tool_environment() -> dict[str, str]:
    """Return environment variables for a tool as a command, among them a trap.

    PYTHONPATH names another copy of the code, that says so when it is imported.
    """
    # The Python of these tests, as if its environment were activated.
    path = f'{Path(sys.executable).parent}{os.pathsep}{os.environ["PATH"]}'
    own = {'VIRTUAL_ENV': sys.prefix, 'PATH': path, 'PYTHONPATH': str(OTHER_COPY)}
    return {**os.environ, **own}


def call_tool(folder: Path, tool: str, *args: object) -> subprocess.CompletedProcess:
    """Run ``tools/<tool>``, a Python or shell script, as a command, from another folder."""
    program = 'bash' if tool.endswith('.sh') else sys.executable
    command = [program, str(TOOLS / tool), *map(str, args)]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=folder, env=tool_environment()
    )


def start_tool(tool: str, *args: object) -> subprocess.Popen:
    """Start a tool in a group of processes that Ctrl-C is sent to as a whole."""
    return subprocess.Popen(
        [sys.executable, str(TOOLS / tool), *map(str, args)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # Tests that run in the background ignore it, and so would their children.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )


def wait_for(condition: Callable[[], bool], seconds: float = 100) -> bool:
    """Return whether a condition came true in time."""
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()


def group_exists(number: int) -> bool:
    try:
        os.killpg(number, 0)
    except ProcessLookupError:
        return False
    return True


def assert_one_line_error(status: int, errors: str, *parts: str) -> None:
    """Check exit status 2 and a single line on standard error that holds ``parts``."""
    assert status == 2
    (line,) = errors.strip().splitlines()
    assert line.startswith('error: ')
    assert all(part in line for part in parts), line
