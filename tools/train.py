"""Train a detector.

python tools/train.py configs/dbnet_ppocrv6_small.py --data-root data/receipts
"""

import _start

from plugins import cli


def main() -> None:
    """Train as the command line says."""
    args = cli.train_parser().parse_args()
    from plugins.engine import train_run

    train_run.train(args)


if __name__ == '__main__':
    cli.run(main)
