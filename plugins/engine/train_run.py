"""The command line of a training, and the config that it stands for."""

import argparse

from mmengine.config import Config

from . import launch


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add all that a training can be told."""
    launch.add_arguments(parser)
    parser.add_argument(
        '--resume',
        nargs='?',
        const='auto',
        metavar='auto|PATH',
        help='go on from a checkpoint; auto (the default value) takes the last one, if any',
    )
    parser.add_argument('--amp', action='store_true', help='mixed precision, needs a GPU')
    parser.add_argument(
        '--auto-scale-lr',
        action='store_true',
        help='scale the learning rate by batch size x GPUs over auto_scale_lr.base_batch_size',
    )
    parser.add_argument(
        '--wandb', action='store_true', help='log to Weights & Biases, offline by default'
    )


def training_config(args: argparse.Namespace) -> Config:
    """Return the config that parsed :func:`add_arguments` stand for.

    Raises:
        UserError: see :func:`.launch.load_config`, ``set_resume`` and ``set_amp``.
    """
    config = launch.load_config(args)
    if args.resume is not None:
        launch.set_resume(config, args.resume)
    if args.amp:
        launch.set_amp(config)
    if args.auto_scale_lr:
        config.setdefault('auto_scale_lr', {})['enable'] = True
    if args.wandb:
        launch.add_wandb(config)
    return config
