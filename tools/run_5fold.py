"""Train on every fold, predict the test pages with each, and print a table of the scores.

These are all folds that tools/make_folds.py wrote, five or any other number, one a GPU at a time
(CUDA_VISIBLE_DEVICES says which; without several, one after the other). What is finished is skipped
and what was interrupted goes on: run the same command again. --work-dir names the parent folder
(default: work_dirs): folds go to PARENT/<config>_fold<K>, the table to
PARENT/<config>/folds.{json,csv,md}. Predictions in the folders of the folds are replaced. Other
options are those of tools/train.py.

bash tools/run_5fold.sh configs/dbnet_ppocrv6_small.py \\
    --data-root data/receipts
"""

import _start

import argparse
import signal
import sys

from plugins import cli
from plugins.functional.errors import UserError


def parse_args() -> tuple[argparse.Namespace, list[str]]:
    """Return the command line, and the part of it that each training gets."""
    parser = cli.tool_parser(__doc__, 'docs/training.md', prog='run_5fold.sh', allow_abbrev=False)
    cli.add_train_options(parser)
    _add_own_options(parser)
    args = parser.parse_args()
    if args.fold is not None:
        raise UserError(f'--fold {args.fold}: give --folds {args.fold}, or drop it to train all')
    if args.resume is not None:
        raise UserError('--resume: folds are resumed by themselves; drop it')
    if args.launcher != 'none':
        raise UserError(f'--launcher {args.launcher}: folds have one process each; drop it')
    own = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    own.add_argument('--work-dir')
    _add_own_options(own)
    return args, own.parse_known_args()[1]


def _add_own_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        '--folds',
        nargs='+',
        type=cli.whole_number(0),
        metavar='K',
        help='which folds, e.g. 0 2 (default: all)',
    )
    parser.add_argument('--no-test', action='store_true', help='train only, predict nothing')


def main() -> int:
    """Train, predict, and say what came of it."""
    # Ends the trainings as Ctrl-C does.
    for number in (signal.SIGTERM, signal.SIGHUP):
        # nohup has a lost connection ignored.
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, lambda caught, _: sys.exit(128 + caught))
    args, rest = parse_args()
    from plugins.engine.five_fold import train_folds

    return train_folds(args, rest)


if __name__ == '__main__':
    cli.run(main)
