"""Processes of modules run this checkout's code, whatever else there is."""

import subprocess

from tool_runner import OTHER_COPY

from plugins.engine.module_command import module_command, own_environment


def test_no_other_copy_is_imported(monkeypatch) -> None:
    monkeypatch.setenv('PYTHONPATH', str(OTHER_COPY))
    command = module_command('plugins.functional.errors', [])
    subprocess.run(command, check=True, cwd=OTHER_COPY, env=own_environment())
    # The trap is one.
    command.remove('-P')
    found = subprocess.run(command, cwd=OTHER_COPY, env=own_environment(), check=False)
    assert found.returncode == 1
