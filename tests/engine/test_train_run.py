"""A training as a module of its own, which five folds and several processes start."""

import subprocess

import pytest
from tool_runner import OTHER_COPY, assert_one_line_error

from plugins.engine.module_command import module_command, own_environment


@pytest.mark.slow
@pytest.mark.parametrize('module', ['train_run', 'test_run'])
def test_a_mistake_is_one_line(module, tmp_path) -> None:
    arguments = ['nowhere.py', *(['x.pth'] if module == 'test_run' else [])]
    command = module_command(f'plugins.engine.{module}', arguments)
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=OTHER_COPY, env=own_environment(), check=False
    )
    assert_one_line_error(done.returncode, done.stderr, 'nowhere.py: no such config file')
