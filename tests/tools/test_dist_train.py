"""tools/dist_train.sh from the outside: what is wrong is one line, of however many processes."""

import subprocess

import pytest
from tool_runner import OTHER_COPY, TOOLS, assert_one_line_error, call_tool

CONFIG = TOOLS.parent / 'configs/dbnet_mobilenetv3_small_640.py'


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


@pytest.mark.slow
def test_an_error_of_both_processes_is_said_once(tmp_path) -> None:
    done = call_tool(OTHER_COPY, 'dist_train.sh', CONFIG, 2, '--data-root', tmp_path / 'nowhere')
    assert_one_line_error(done.returncode, done.stderr, 'nowhere: no such folder')


@pytest.mark.parametrize(
    ('args', 'message'),
    [
        pytest.param((), '0 arguments; usage: bash tools/dist_train.sh CONFIG N', id='none'),
        pytest.param((CONFIG,), '1 arguments; usage', id='no number'),
        pytest.param((CONFIG, 'two'), "N is 'two'", id='a word'),
        pytest.param((CONFIG, 0), "N is '0'", id='no process'),
        pytest.param((CONFIG, -1), "N is '-1'", id='negative'),
    ],
)
def test_command_lines_that_say_no_number_of_processes(tmp_path, args, message) -> None:
    done = call_tool(OTHER_COPY, 'dist_train.sh', *args)
    assert_one_line_error(done.returncode, done.stderr, message)


def test_a_wrong_option_is_said_once(tmp_path) -> None:
    done = call_tool(OTHER_COPY, 'dist_train.sh', CONFIG, 2, '--nonsense')
    assert done.returncode == 2
    assert done.stderr.count('train.py: error: unrecognized arguments: --nonsense') == 1
