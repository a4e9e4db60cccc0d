"""From a command line to an mmengine Runner, with every mistake of the user in one line."""

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch
from mmengine.config import Config
from mmengine.runner import Runner

from ..functional.errors import UserError
from . import (
    cfg_options,
    process_group,
)
from .checkpoint_loading import (
    check_initial,
    check_resumable,
    read_checkpoint,
    resumable_checkpoint,
)
from .fold_option import check_fold_files, named_after_fold, set_fold


def add_arguments(parser: argparse.ArgumentParser, config: str | None = None) -> None:
    """Add what training and testing have in common; ``config`` is the one where none is named."""
    parser.add_argument(
        'config',
        nargs='?' if config else None,
        default=config,
        help=f'config file (default: {config})' if config else 'config file',
    )
    parser.add_argument(
        '--data-root', help='data folder (default: $MMRECEIPT_DATA, or else data/receipts)'
    )
    parser.add_argument(
        '--fold', type=int, help='train and validate on this fold (default: that of the config)'
    )
    parser.add_argument(
        '--work-dir', help='outputs (default: work_dirs/<config name>, with _fold<K> for --fold K)'
    )
    cfg_options.add_argument(parser, 'train_dataloader.batch_size=4')
    parser.add_argument('--seed', type=int, help='random seed (default: that of the config)')
    parser.add_argument('--launcher', choices=['none', 'pytorch', 'slurm', 'mpi'], default='none')
    # torch.distributed.launch passes it; torchrun sets the variable itself.
    parser.add_argument('--local_rank', '--local-rank', type=int, default=0, help=argparse.SUPPRESS)


def load_config(args: argparse.Namespace) -> Config:
    """Read the config that parsed :func:`add_arguments` name, with their overrides applied.

    Raises:
        UserError: the file is missing or raises, or an override does not fit it.
    """
    if args.data_root is not None:
        _check_data_root(args.data_root)
        # Configs derive paths from it while they are read, so an override afterwards is too late.
        os.environ['MMRECEIPT_DATA'] = args.data_root
    os.environ.setdefault('LOCAL_RANK', str(args.local_rank))
    process_group.check_launcher(args.launcher)
    config = read_config(args.config)
    cfg_options.apply(config, args.config, args.cfg_options or {})
    if args.fold is not None:
        set_fold(config, args.config, args.fold, args.cfg_options or ())
    config.launcher = args.launcher
    if args.seed is not None:
        config.setdefault('randomness', {})['seed'] = args.seed
    named = args.work_dir or (args.cfg_options or {}).get('work_dir')
    usual = config.get('work_dir') or str(Path('work_dirs') / Path(args.config).stem)
    config.work_dir = named or named_after_fold(usual, args.fold)
    return config


def _check_data_root(path: str) -> None:
    if not Path(path).is_dir():
        raise UserError(f'--data-root {path}: no such folder')
    # mmengine pastes the name into the config's text, within single quotes.
    if set(path) & set("'\\\n{}"):
        raise UserError(
            f'--data-root {path}: quotes, braces and backslashes do not fit into a config; '
            'rename the folder or link to it'
        )


def read_config(path: str | os.PathLike) -> Config:
    """Read a config file.

    Raises:
        UserError: it is missing or no config, or it or one of its bases raises.
    """
    if not Path(path).is_file():
        raise UserError(f'{path}: no such config file; see configs/README.md for those there are')
    try:
        return Config.fromfile(path)
    except UserError:
        raise
    except Exception as error:
        raise UserError(
            f'{path}: not a usable config ({type(error).__name__}: {error}); mend the file'
        ) from error


def build_runner(config: Config, train: bool) -> Runner:
    """Build everything that a training (or else a test) needs, before any of it runs.

    Raises:
        UserError: the config names what does not exist or gives it wrong arguments; also whatever
            the data and the weights raise.
    """
    name = config.filename
    for part in ('train_dataloader', 'val_dataloader') if train else ('test_dataloader',):
        check_fold_files(config.get(part))
    with config_errors(name):
        process_group.join(config)
        runner = Runner.from_cfg(config)
        if train:
            runner._train_loop = runner.build_train_loop(runner._train_loop)
            runner._val_loop = runner.build_val_loop(runner._val_loop)
            runner.optim_wrapper = runner.build_optim_wrapper(runner.optim_wrapper)
            # In this order, since schedulers keep the learning rate that they are built on.
            runner.scale_lr(runner.optim_wrapper, runner.auto_scale_lr)
            runner.auto_scale_lr = None
            if runner.param_schedulers is not None:
                runner.param_schedulers = runner.build_param_scheduler(runner.param_schedulers)
        else:
            runner._test_loop = runner.build_test_loop(runner._test_loop)
    return runner


@contextmanager
def config_errors(name: str) -> Iterator[None]:
    """Turn what a config's mistakes raise while it is built into a UserError that names it."""
    try:
        yield
    except UserError:
        raise
    except (
        *(LookupError, TypeError, ValueError, AttributeError, AssertionError),
        *(ImportError, OSError, NotImplementedError),
    ) as error:
        if os.environ.get('MMRECEIPT_DEBUG'):
            raise
        # A KeyError's text is quoted; mmengine's goes on with a link to a page on its registries.
        text = str(error.args[0] if isinstance(error, KeyError) and error.args else error)
        text = text.partition('. Please check')[0] or type(error).__name__
        raise UserError(
            f'{name}: cannot be built ({text}); mend the config or --cfg-options '
            '(MMRECEIPT_DEBUG=1 shows the traceback)'
        ) from error


def set_resume(config: Config, resume: str) -> None:
    """Let a training go on from a checkpoint, or with ``auto`` from its last one if there is one.

    Raises:
        UserError: see :func:`.checkpoints.read_checkpoint` and
            :func:`.checkpoints.resumable_checkpoint`.
    """
    if resume == 'auto':
        path = resumable_checkpoint(config.work_dir)
    else:
        path = resume
        read_checkpoint(path)
    config.resume = path is not None
    config.load_from = path if path is not None else config.get('load_from')


def check_start(runner: Runner) -> None:
    """Refuse a checkpoint to start from that does not belong to the model.

    Raises:
        UserError: see :func:`.checkpoints.check_resumable` and :func:`.checkpoints.check_initial`.
    """
    path = runner._load_from
    if path is None and runner._resume:
        path = runner._load_from = resumable_checkpoint(runner.work_dir)
    if path is not None:
        (check_resumable if runner._resume else check_initial)(runner.model, path)


def set_amp(config: Config) -> None:
    """Train in mixed precision.

    Raises:
        UserError: there is no GPU, or the config has an optimizer wrapper of its own.
    """
    if not torch.cuda.is_available():
        raise UserError('--amp: no GPU is visible, and a CPU trains slower in half precision')
    wrapper = config.optim_wrapper
    kind = wrapper.get('type', 'OptimWrapper')
    if kind not in ('OptimWrapper', 'AmpOptimWrapper'):
        raise UserError(f'--amp: optim_wrapper.type is {kind!r}, expected OptimWrapper')
    wrapper.type = 'AmpOptimWrapper'
    wrapper.setdefault('loss_scale', 'dynamic')


def add_wandb(config: Config) -> None:
    """Log to Weights & Biases too, offline unless WANDB_MODE says otherwise."""
    os.environ.setdefault('WANDB_MODE', 'offline')
    backend = dict(type='ForgivingWandbBackend')
    config.visualizer.vis_backends = [*(config.visualizer.get('vis_backends') or []), backend]
