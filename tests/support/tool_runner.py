"""Run a tool as its user does: in this process, or as a command of its own."""

import os
import runpy
import subprocess
import sys
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


def assert_one_line_error(status: int, errors: str, *parts: str) -> None:
    """Check exit status 2 and a single line on standard error that holds ``parts``."""
    assert status == 2
    (line,) = errors.strip().splitlines()
    assert line.startswith('error: ')
    assert all(part in line for part in parts), line
