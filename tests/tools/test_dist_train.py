"""tools/dist_train.sh from the outside: what is wrong is one line, of however many processes."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from tool_runner import TOOLS, assert_one_line_error

from plugins.engine import torchrun
from plugins.functional.errors import UserError

CONFIG = TOOLS.parent / 'configs/dbnet_mobilenetv3_small_640.py'


def dist_train(folder: Path, *args: object) -> subprocess.CompletedProcess:
    command = ['bash', str(TOOLS / 'dist_train.sh'), *map(str, args)]
    # The Python of these tests, as if its environment were activated.
    path = f'{Path(sys.executable).parent}{os.pathsep}{os.environ["PATH"]}'
    env = {**os.environ, 'VIRTUAL_ENV': sys.prefix, 'PATH': path}
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder, env=env)


@pytest.mark.parametrize('script', ['dist_train.sh', 'slurm_train.sh'])
def test_the_scripts_parse(script) -> None:
    assert subprocess.run(['bash', '-n', TOOLS / script], check=False).returncode == 0


@pytest.mark.parametrize('args', [(), ('p', 'job', 'config.py'), ('p', 'job', 'config.py', 'two')])
def test_slurm_without_what_it_needs_says_how_it_is_called(args) -> None:
    command = ['bash', TOOLS / 'slurm_train.sh', *args]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert 'PARTITION JOB_NAME CONFIG GPUS' in done.stderr


def test_slurm_is_asked_for_a_task_a_gpu(tmp_path, monkeypatch) -> None:
    srun = tmp_path / 'srun'
    srun.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    srun.chmod(0o755)
    monkeypatch.setenv('PATH', f'{tmp_path}:/usr/bin:/bin')
    monkeypatch.setenv('SRUN_ARGS', '--time=1:00 --quiet')
    monkeypatch.delenv('GPUS_PER_NODE', raising=False)
    command = ['bash', TOOLS / 'slurm_train.sh', 'gpu', 'my job', 'a b.py', '16', '--amp']
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    asked = done.stdout.splitlines()
    options = {'--job-name=my job', '--ntasks=16', '--ntasks-per-node=8', '--gres=gpu:8'}
    assert options | {'--time=1:00', '--quiet', '--kill-on-bad-exit=1'} <= set(asked)
    assert asked[-4:] == ['a b.py', '--launcher', 'slurm', '--amp']


@pytest.mark.parametrize(
    ('count', 'gpus', 'message'),
    [
        pytest.param('two', 0, "N is 'two'", id='no number'),
        pytest.param('0', 0, "N is '0'", id='none'),
        pytest.param('-1', 0, "N is '-1'", id='negative'),
        pytest.param('3', 2, 'N is 3, but 2 GPUs are visible', id='more than there are'),
    ],
)
def test_numbers_of_processes_that_cannot_be(count, gpus, message, monkeypatch) -> None:
    monkeypatch.setattr(torchrun.torch.cuda, 'device_count', lambda: gpus)
    with pytest.raises(UserError, match=message):
        torchrun.check_count(count)


def test_without_a_gpu_there_may_be_any_number(monkeypatch) -> None:
    monkeypatch.setattr(torchrun.torch.cuda, 'device_count', lambda: 0)
    torchrun.check_count('2')


@pytest.mark.parametrize(
    ('variables', 'expected'),
    [
        pytest.param({}, ['--standalone'], id='a free port'),
        pytest.param(
            dict(NNODES='2', NODE_RANK='1', MASTER_ADDR='gpu01', PORT='29511'),
            [
                *('--nnodes', '2', '--node-rank', '1'),
                *('--master-addr', 'gpu01', '--master-port', '29511'),
            ],
            id='several machines',
        ),
        pytest.param(dict(PORT='x'), "PORT is 'x'", id='no port'),
        pytest.param(dict(PORT='70000'), "PORT is '70000'", id='beyond the last port'),
        pytest.param(dict(NNODES='2'), 'NODE_RANK is not set', id='which machine is this'),
    ],
)
def test_where_processes_meet(variables, expected, monkeypatch) -> None:
    for name in ('NNODES', 'NODE_RANK', 'MASTER_ADDR', 'PORT'):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    if isinstance(expected, list):
        assert torchrun.meeting_place() == expected
    else:
        with pytest.raises(UserError, match=expected):
            torchrun.meeting_place()


def test_a_port_in_use(monkeypatch) -> None:
    with socket.socket() as taken:
        taken.bind(('', 0))
        taken.listen()
        monkeypatch.delenv('NNODES', raising=False)
        monkeypatch.setenv('PORT', str(taken.getsockname()[1]))
        with pytest.raises(UserError, match='already in use'):
            torchrun.meeting_place()


@pytest.mark.slow
def test_an_error_of_both_processes_is_said_once(tmp_path) -> None:
    done = dist_train(tmp_path, CONFIG, 2, '--data-root', tmp_path / 'nowhere')
    assert_one_line_error(done.returncode, done.stderr, 'nowhere: no such folder')


@pytest.mark.slow
def test_a_word_in_place_of_the_number(tmp_path) -> None:
    done = dist_train(tmp_path, CONFIG, 'two')
    assert_one_line_error(done.returncode, done.stderr, "N is 'two'")
