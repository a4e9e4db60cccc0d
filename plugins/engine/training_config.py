"""What the options of a training make of its config."""

import argparse
import os

import torch
from mmengine.config import Config

from ..functional.errors import UserError
from .checkpoints import find_checkpoint
from .config_reading import load_config


def load_training_config(args: argparse.Namespace) -> Config:
    """Return the config that the options of :func:`.cli.add_train_options` stand for.

    ``--resume`` is left to :func:`.resuming.find_start`.

    Raises:
        UserError: see :func:`.config_reading.load_config`, :func:`set_amp` and
            :func:`.checkpoints.find_checkpoint`.
    """
    config = load_config(args)
    if args.load_from is not None:
        config.load_from = str(find_checkpoint(args.load_from))
    if args.amp:
        set_amp(config)
    if args.auto_scale_lr:
        config.setdefault('auto_scale_lr', {})['enable'] = True
    if args.wandb:
        add_wandb(config)
    return config


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
