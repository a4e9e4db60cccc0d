"""A training as a module of its own, which five folds and several processes start."""

import subprocess

import pytest
from tool_runner import OTHER_COPY, assert_one_line_error

from plugins.engine.module_command import module_command, own_environment


@pytest.mark.slow
@pytest.mark.parametrize(
    ('module', 'file', 'said'),
    [
        ('train_run', 'nowhere.py', 'no such config file'),
        ('test_run', 'nowhere.pth', 'no such checkpoint'),
    ],
)
def test_a_mistake_is_one_line(module, file, said) -> None:
    command = module_command(f'plugins.engine.{module}', [file])
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=OTHER_COPY, env=own_environment(), check=False
    )
    assert_one_line_error(done.returncode, done.stderr, f'{file}: {said}')
