"""Train a detector.

python tools/train.py configs/dbnet_convnext_tiny_fold0.py --data-root data/receipts
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from plugins import cli, launch


def parse_args() -> argparse.Namespace:
    """Return the command line."""
    parser = argparse.ArgumentParser(description='Train a detector.')
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
    return parser.parse_args()


def main() -> None:
    """Train as the command line says."""
    args = parse_args()
    config = launch.load_config(args)
    if args.resume is not None:
        launch.set_resume(config, args.resume)
    if args.amp:
        launch.set_amp(config)
    if args.auto_scale_lr:
        config.setdefault('auto_scale_lr', {})['enable'] = True
    if args.wandb:
        launch.add_wandb(config)
    runner = launch.build_runner(config, train=True)
    launch.check_start(runner)
    runner.train()


if __name__ == '__main__':
    cli.run(main)
