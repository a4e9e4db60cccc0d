"""What a run raises once it is under way: one line with what to do, its traceback in the log."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from mmengine.runner import Runner

from ..cli import is_interrupt
from ..functional.errors import UserError
from ..functional.files import reason, remedy

# What is raised, words that it has, why, and what helps.
_CAUSES = (
    (
        ValueError,
        'more than 1 value per channel',
        'a batch of one page, of which BatchNorm has no statistics',
        'choose train_dataloader.batch_size so that no page is left over, or set '
        'train_dataloader.batch_sampler.drop_last=True',
    ),
    (
        (torch.OutOfMemoryError, MemoryError),
        '',
        'out of memory',
        'lower the batch size or the input size',
    ),
    (
        RuntimeError,
        "can't allocate memory",
        'out of memory',
        'lower the batch size, the input size or the number of workers',
    ),
    (
        RuntimeError,
        'DataLoader worker',
        'a process that reads pages was killed, perhaps for want of memory',
        'lower num_workers or the batch size',
    ),
    (
        (RuntimeError, OSError),
        'shared memory',
        'no shared memory (/dev/shm) is left to hand pages over',
        'set num_workers=0, or give the container more by --shm-size',
    ),
    (
        RuntimeError,
        'CUDA error',
        'the GPU failed',
        'look at the log, and try it with CUDA_LAUNCH_BLOCKING=1',
    ),
)
# By the others, Python, torch and mmengine answer values that they cannot work with.
_OF_VALUES = (TypeError, ValueError, LookupError, AttributeError, ArithmeticError, AssertionError)
_OF_RUNNING = (RuntimeError, OSError, ImportError, MemoryError)


@contextmanager
def run_errors(runner: Runner) -> Iterator[None]:
    """Turn what a training or a test raises into a UserError; the log file has the traceback.

    Ctrl-C stays what it is, also where code that it interrupted raised something else.
    """
    try:
        yield
    except UserError as error:
        _log_traceback(runner, error)
        raise
    except (BrokenPipeError, ModuleNotFoundError):
        raise  # which the tool itself knows an end for
    except (*_OF_VALUES, *_OF_RUNNING) as error:
        if is_interrupt(error):
            raise KeyboardInterrupt from error
        if os.environ.get('MMRECEIPT_DEBUG'):
            raise
        _log_traceback(runner, error)
        raise UserError(f'{_place(runner)}: {_explained(error, runner)}') from error


def _explained(error: Exception, runner: Runner) -> str:
    text = ' '.join(str(error).split()) or type(error).__name__
    for kinds, words, cause, help_ in _CAUSES:
        if isinstance(error, kinds) and words in text:
            return f'{cause} ({type(error).__name__}); {help_}'
    if isinstance(error, OSError) and error.errno is not None:
        file = f'{error.filename}: ' if error.filename else ''
        return f'{file}{reason(error)}; {remedy(error, "check the path")}'
    log = _log_file(runner)
    where = f'its traceback is in {log}' if log else 'MMRECEIPT_DEBUG=1 shows the traceback'
    # A worker's comes with its traceback.
    if text.startswith('Caught '):
        text = text.rpartition(f'{type(error).__name__}: ')[2]
    return (
        f'{type(error).__name__} ({text}); see which value of the config or --cfg-options it is '
        f'about: {where}'
    )


def _place(runner: Runner) -> str:
    name = runner.cfg.filename or 'the config'
    if runner._train_loop is None or isinstance(runner._train_loop, dict):
        return f'{name}: the test stopped'
    return f'{name}: the training stopped in epoch {runner.epoch + 1}, iteration {runner.iter + 1}'


def _log_file(runner: Runner) -> str | None:
    return next((handler.baseFilename for handler in _files(runner)), None)


def _log_traceback(runner: Runner, error: Exception) -> None:
    """Write a traceback into the log file, but not on the terminal."""
    details = (type(error), error, error.__traceback__)
    record = runner.logger.makeRecord(
        runner.logger.name, logging.ERROR, __file__, 0, 'The run stopped:', (), details
    )
    for handler in _files(runner):
        handler.handle(record)


def _files(runner: Runner) -> list[logging.FileHandler]:
    handlers = getattr(runner.logger, 'handlers', [])
    return [handler for handler in handlers if isinstance(handler, logging.FileHandler)]
