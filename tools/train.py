"""Train a detector.

python tools/train.py configs/dbnet_convnext_tiny_fold0.py --data-root data/receipts
"""

import _start

import argparse

from plugins import cli
from plugins.engine import launch, train_run


def parse_args() -> argparse.Namespace:
    """Return the command line."""
    parser = argparse.ArgumentParser(description='Train a detector.')
    train_run.add_arguments(parser)
    return parser.parse_args()


def main() -> None:
    """Train as the command line says."""
    config = train_run.training_config(parse_args())
    runner = launch.build_runner(config, train=True)
    launch.check_start(runner)
    runner.train()


if __name__ == '__main__':
    cli.run(main)
