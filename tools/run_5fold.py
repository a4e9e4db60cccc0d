"""Train on folds 0 to 4, predict the test pages with each, and print a table of the scores.

bash tools/run_5fold.sh configs/dbnet_convnext_tiny.py --data-root data/receipts --amp
"""

import _start

import argparse
import signal
import sys
import time
from pathlib import Path

from plugins import cli

_HELP = """Train a config on folds 0 to 4, one fold a GPU at a time (CUDA_VISIBLE_DEVICES says
which; without several, one fold after the other), then predict the test pages with each best
checkpoint. What is finished is skipped and what was interrupted goes on: run the same command
again. --work-dir names the parent folder (default: work_dirs): folds go to
PARENT/<config>_fold<K>, the table to PARENT/<config>/folds.{json,csv,md}. Predictions in the
folders of the folds are replaced. Other options are those of tools/train.py."""


def parse_args() -> tuple[argparse.Namespace, list[str]]:
    """Return the command line, and the part of it that each training gets."""
    parser = argparse.ArgumentParser(prog='run_5fold.sh', description=_HELP, allow_abbrev=False)
    cli.add_train_options(parser)
    parser.add_argument('--no-test', action='store_true', help='train only, predict nothing')
    args = parser.parse_args()
    own = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    own.add_argument('--work-dir')
    own.add_argument('--no-test', action='store_true')
    return args, own.parse_known_args()[1]


def main() -> int:
    """Train, predict, and say what came of it."""
    # Ends the trainings as Ctrl-C does.
    for number in (signal.SIGTERM, signal.SIGHUP):
        # nohup has a lost connection ignored.
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, lambda caught, _: sys.exit(128 + caught))
    args, rest = parse_args()
    from plugins.engine import five_fold
    from plugins.engine.parallel_jobs import locked
    from plugins.functional.training import folds_markdown

    table = Path(args.work_dir or 'work_dirs') / Path(args.config).stem
    folds = five_fold.plan(args, rest)
    with locked(table / 'run_5fold.lock') as lock:
        failures = _run(folds, lock)
    scores, unread = five_fold.scores(folds)
    failures += unread
    if scores:
        five_fold.write_table(table, args.config, scores)
        print(f'\n{folds_markdown(scores)}\nwrote {table}/folds.json, folds.csv and folds.md')
    for failure in failures:
        where = f' (its output: {failure.log})' if failure.log else ''
        print(f'error: {failure.job} failed: {failure.reason}{where}', file=sys.stderr)
    if failures:
        print(five_fold.retry_line(sys.argv[1:]), file=sys.stderr)
    return 1 if failures else 0


def _run(folds: list, lock: int) -> list:
    import torch

    from plugins.engine import Runs, five_fold, visible_devices

    devices = visible_devices(torch.cuda.device_count)
    runs = Runs(devices if len(devices) > 1 else [None], (lock,), echo=len(devices) < 2)
    shown: dict[str, str] = {}
    looked = [0.0]

    def look() -> None:
        """Print a line for each fold that got further."""
        if runs.echo or time.monotonic() - looked[0] < 1:
            return
        looked[0] = time.monotonic()
        for fold in folds:
            if runs.is_running(fold.name):
                line = f'{five_fold.progress_of(fold)} (GPU {runs.device_of(fold.name)})'
                if shown.get(fold.name) != line:
                    shown[fold.name] = line
                    print(line, flush=True)

    return runs.run([five_fold.job(fold) for fold in folds], look)


if __name__ == '__main__':
    cli.run(main)
