"""What a run raises is one line, and a traceback in its log file."""

import errno
import logging
from types import SimpleNamespace

import pytest
import torch

from plugins.engine.run_errors import run_errors
from plugins.functional.errors import UserError


@pytest.fixture
def runner(tmp_path, monkeypatch):
    monkeypatch.delenv('MMRECEIPT_DEBUG', raising=False)
    logger = logging.Logger('run')
    logger.addHandler(logging.FileHandler(tmp_path / 'run.log'))
    config = SimpleNamespace(filename='recipe.py')
    return SimpleNamespace(logger=logger, cfg=config, epoch=1, iter=4, _train_loop=object())


OF_A_WORKER = (
    'Caught TypeError in DataLoader worker process 0.\nTraceback (most recent call last):\n'
    '  File "x.py", line 1, in y\nTypeError: no size\n'
)
RAISED = {
    'one page': (
        ValueError('Expected more than 1 value per channel when training, got input size'),
        'BatchNorm.*batch_size',
    ),
    'memory of the GPU': (torch.OutOfMemoryError('CUDA out of memory'), 'lower the batch size'),
    'memory': (RuntimeError("DefaultCPUAllocator: can't allocate memory"), 'input size'),
    'a worker killed': (
        RuntimeError('DataLoader worker (pid 7) is killed by signal: Killed.'),
        'num_workers',
    ),
    'shared memory': (RuntimeError('unable to open shared memory object'), 'shm-size'),
    'full disk': (OSError(errno.ENOSPC, 'No space left', 'x.log'), r'x\.log: No space.*free some'),
    'a worker': (TypeError(OF_A_WORKER), r'TypeError \(no size\)'),
    'a value': (ZeroDivisionError('modulo by zero'), r'modulo by zero\).*--cfg-options.*run\.log'),
    'a key': (KeyError('momentum'), "'momentum'"),
}


@pytest.mark.parametrize(('error', 'text'), RAISED.values(), ids=RAISED)
def test_one_line_and_a_traceback_in_the_log(runner, tmp_path, error, text) -> None:
    place = r'recipe\.py: the training stopped in epoch 2, iteration 5: '
    with pytest.raises(UserError, match=place + f'.*{text}') as raised, run_errors(runner):
        raise error
    assert '\n' not in raised.value.line
    log = (tmp_path / 'run.log').read_text()
    assert 'Traceback' in log and 'test_run_errors.py' in log


def test_errors_of_users_are_in_the_log_too(runner, tmp_path) -> None:
    error = UserError('a.png: damaged')
    with pytest.raises(UserError) as raised, run_errors(runner):
        raise error
    assert raised.value is error
    assert 'a.png: damaged' in (tmp_path / 'run.log').read_text()


def test_ctrl_c_stays_one(runner) -> None:
    with pytest.raises(KeyboardInterrupt), run_errors(runner):
        raise KeyboardInterrupt
    with pytest.raises(KeyboardInterrupt), run_errors(runner):
        try:
            raise KeyboardInterrupt
        finally:
            raise RuntimeError('half a file')


@pytest.mark.parametrize(
    'error', [BrokenPipeError(), ModuleNotFoundError(name='x'), SystemError('a defect')]
)
def test_others_pass(runner, error) -> None:
    with pytest.raises(type(error)) as raised, run_errors(runner):
        raise error
    assert raised.value is error


def test_whoever_looks_for_a_defect_sees_it(runner, monkeypatch) -> None:
    monkeypatch.setenv('MMRECEIPT_DEBUG', '1')
    with pytest.raises(KeyError), run_errors(runner):
        raise KeyError('x')
