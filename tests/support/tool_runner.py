"""Run a tool as its user does: in this process, or as a command of its own."""

import runpy
import subprocess
import sys
from pathlib import Path

import pytest

TOOLS = Path(__file__).resolve().parents[2] / 'tools'


def run_tool(monkeypatch: pytest.MonkeyPatch, tool: str, *args: object) -> int:
    """Run ``tools/<tool>`` in this process and return its exit status."""
    # What the tool sets is to be gone after the test.
    for variable in ('MMRECEIPT_DATA', 'LOCAL_RANK', 'WANDB_MODE'):
        monkeypatch.setenv(variable, 'restored afterwards')
        monkeypatch.delenv(variable)
    monkeypatch.setattr(sys, 'argv', [str(TOOLS / tool), *map(str, args)])
    # Where Python looks first for what a script imports.
    monkeypatch.syspath_prepend((TOOLS / tool).parent)
    with pytest.raises(SystemExit) as stopped:
        runpy.run_path(str(TOOLS / tool), run_name='__main__')
    return stopped.value.code


def call_tool(folder: Path, tool: str, *args: object) -> subprocess.CompletedProcess:
    """Run ``tools/<tool>`` as a command, from another folder."""
    command = [sys.executable, str(TOOLS / tool), *map(str, args)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)


def assert_one_line_error(status: int, errors: str, *parts: str) -> None:
    """Check exit status 2 and a single line on standard error that holds ``parts``."""
    assert status == 2
    (line,) = errors.strip().splitlines()
    assert line.startswith('error: ')
    assert all(part in line for part in parts), line
