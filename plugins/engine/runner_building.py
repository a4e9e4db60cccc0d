"""From a config to an mmengine Runner, with every mistake of the config in one line."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from mmengine.config import Config
from mmengine.logging import MMLogger
from mmengine.runner import Runner
from mmengine.runner import runner as mmengine_runner

from ..cli import is_interrupt
from ..functional.errors import UserError
from ..functional.files import reason, remedy
from ..hooks.trained_pages import TrainedPagesHook
from .batch_counts import check_scored_batches, check_training_batches
from .config_names import unknown_type
from .fold_option import check_fold_files
from .process_group import join
from .terminal_log import keep_off_terminal


class ReceiptRunner(Runner):
    """mmengine's Runner, whose log goes to its file, and to the terminal only what is told."""

    def build_logger(self, *args, **kwargs) -> MMLogger:
        """Build the logger."""
        logger = super().build_logger(*args, **kwargs)
        keep_off_terminal(logger)
        return logger


# mmengine's Runner names no logger there, so that what is loaded would be printed.
mmengine_runner._load_checkpoint = partial(mmengine_runner._load_checkpoint, logger='current')


def build_runner(config: Config, train: bool, allow_seen: bool = False) -> Runner:
    """Build everything that a training (or else a test) needs, before any of it runs.

    ``allow_seen`` lets a training validate on pages that what it starts from was trained on.

    Raises:
        UserError: the config names what does not exist or gives it wrong arguments; also whatever
            the data and the weights raise.
    """
    for part in ('train_dataloader', 'val_dataloader') if train else ('test_dataloader',):
        check_fold_files(config.get(part))
    with config_errors(config.filename, config):
        join(config)
        runner = ReceiptRunner.from_cfg(_as_file(config))
        # In no config, since it is nothing that a result depends on.
        runner.register_hook(dict(type='EpochLinesHook'))
        if train:
            runner.register_hook(TrainedPagesHook(allow_seen))
            runner._train_loop = runner.build_train_loop(runner._train_loop)
            if runner._val_loop is not None:
                runner._val_loop = runner.build_val_loop(runner._val_loop)
            runner.optim_wrapper = runner.build_optim_wrapper(runner.optim_wrapper)
            # In this order, since schedulers keep the learning rate that they are built on.
            runner.scale_lr(runner.optim_wrapper, runner.auto_scale_lr)
            runner.auto_scale_lr = None
            if runner.param_schedulers is not None:
                runner.param_schedulers = runner.build_param_scheduler(runner.param_schedulers)
        else:
            runner._test_loop = runner.build_test_loop(runner._test_loop)
    if train:
        check_training_batches(runner)
    loops = (
        {'val_dataloader': runner._val_loop} if train else {'test_dataloader': runner._test_loop}
    )
    for name, loop in loops.items():
        if loop is not None:
            check_scored_batches(loop.dataloader, name)
    return runner


def _as_file(config: Config) -> Config:
    """Return a config that mmengine can write into the work folder under its file's name."""
    path = Path(config.filename or '')
    if path.suffix != '.pth':
        return config
    name = str(path.with_suffix('.py'))
    return Config(config.to_dict(), cfg_text=config.text, filename=name)


@contextmanager
def config_errors(name: str, config: Config | None = None) -> Iterator[None]:
    """Turn what a config's mistakes raise while it is built into a UserError that names it.

    Where a type in ``config`` is no registered one, that is the mistake.
    """
    try:
        yield
    except UserError:
        raise
    except (
        *(LookupError, TypeError, ValueError, AttributeError, AssertionError),
        *(ImportError, OSError, ArithmeticError, RuntimeError),
    ) as error:
        if is_interrupt(error):
            raise KeyboardInterrupt from error
        if os.environ.get('MMRECEIPT_DEBUG'):
            raise
        # A KeyError's text is quoted; mmengine's goes on with a link to a page on its registries.
        text = str(error.args[0] if isinstance(error, KeyError) and error.args else error)
        text = text.partition('. Please check')[0] or type(error).__name__
        if isinstance(error, OSError) and error.errno is not None:
            file = error.filename or name
            raise UserError(
                f'{file}: {reason(error)}; {remedy(error, "check the path")}'
            ) from error
        wrong = None if config is None else unknown_type(config)
        if wrong is not None:
            raise UserError(f'{name}: {wrong}') from error
        raise UserError(
            f'{name}: cannot be built ({text}); mend the config or --cfg-options '
            '(MMRECEIPT_DEBUG=1 shows the traceback)'
        ) from error
