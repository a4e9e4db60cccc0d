"""A training, as ``tools/train.py`` and each of the five folds run it."""

import argparse
from contextlib import nullcontext

from mmengine.config import Config

from .. import cli
from ..functional.files import one_writer
from .checkpoint_loading import with_own_layers
from .process_group import is_first
from .resuming import find_start, start_from
from .run_errors import run_errors
from .run_report import how_to_go_on, tell_end, tell_training
from .runner_building import build_runner
from .training_config import load_training_config


def train(args: argparse.Namespace) -> None:
    """Train as the options of :func:`.cli.add_train_options` say.

    Raises:
        UserError: whatever is wrong with the options, the config, the data or the checkpoint.
    """
    config = load_training_config(args)
    # The others write as the first one does.
    alone = one_writer(config.work_dir, 'training') if is_first(args.launcher) else nullcontext()
    with alone:
        _train(args, config)


def _train(args: argparse.Namespace, config: Config) -> None:
    checkpoint = find_start(config, args.resume, args.trust)
    if config.resume and checkpoint is not None:
        with_own_layers(config.model, checkpoint)
    runner = build_runner(config, train=True, allow_seen=args.allow_seen)
    tell_training(runner, args, checkpoint)
    start_from(runner, checkpoint)
    # Its memory is needed.
    del checkpoint
    try:
        with run_errors(runner):
            runner.train()
    except KeyboardInterrupt as interrupt:
        if args.launcher != 'none':
            raise
        raise KeyboardInterrupt(how_to_go_on(runner)) from interrupt
    finally:
        cli.TERMINAL.end()
    tell_end(runner, args)


if __name__ == '__main__':
    cli.run(lambda: train(cli.train_parser().parse_args()))
