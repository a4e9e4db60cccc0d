"""Time training: MMOCR's own pipeline and loss beside this one's, on the same pages and model.

What each stage takes of a page, what the data workers supply, what a training step waits for, and
what part of a batch is padding. On a GPU if there is one; on rendered pages without --data-root.
"""

import _start

import argparse
import contextlib
import sys
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from plugins.benchmarking import training
from plugins.benchmarking.machine import machine_line
from plugins.benchmarking.pages import MADE_UP, made_up_pages
from plugins.benchmarking.sheets import print_sheet, to_markdown
from plugins.benchmarking.training_report import report
from plugins.cli import run
from plugins.engine import launch
from plugins.functional.files import refuse_overwrite, write_json

ROOT = Path(__file__).resolve().parents[2]


def _count(low: int) -> Callable[[str], int]:
    def count(text: str) -> int:
        value = int(text)
        if value < low:
            raise argparse.ArgumentTypeError(f'{value} is too few; give at least {low}')
        return value

    return count


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    launch.add_arguments(parser, str(ROOT / 'configs/dbnet_convnext_tiny.py'))
    parser.add_argument(
        '--pages',
        type=_count(1),
        default=24,
        help='pages to use, spread over the data set (24)',
    )
    parser.add_argument('--repeat', type=_count(1), default=3, help='passes of each page (3)')
    parser.add_argument(
        '--steps', type=_count(1), help='steps of each side to count (4, on a GPU 60)'
    )
    parser.add_argument('--batch-size', type=_count(1), help="pages (2, on a GPU the config's)")
    parser.add_argument(
        '--workers', type=_count(0), help="data workers (the config's, or one a core if fewer)"
    )
    parser.add_argument('--input-size', type=_count(32), help="longer side, pixels (the config's)")
    parser.add_argument(
        '--model',
        choices=['stock', 'config'],
        default='stock',
        help="whose backbone and neck both train: MMOCR's ResNet-18 or CONFIG's (stock)",
    )
    parser.add_argument('--amp', action='store_true', help='mixed precision on both sides')
    parser.add_argument('--markdown', action='store_true', help='print Markdown')
    parser.add_argument('--out', metavar='FILE', help='write all figures as JSON')
    parser.add_argument('--force', action='store_true', help='replace FILE')
    return parser.parse_args()


def main() -> None:
    """Measure, print tables and write the figures."""
    args = parse_args()
    if args.out:
        refuse_overwrite(args.out, args.force)
    # What mmengine and MMOCR print meanwhile has no place in a table.
    with contextlib.redirect_stdout(sys.stderr), contextlib.ExitStack() as stack:
        made_up = args.data_root is None
        if made_up:
            args.data_root = stack.enter_context(made_up_pages(args.pages))
        config = launch.load_config(args)
        if made_up:
            config.train_dataloader.dataset.ann_file = MADE_UP
        if args.amp:
            launch.set_amp(config)
        stock = launch.read_config(ROOT / 'configs/stock_dbnet_resnet18.py')
        results = training.measure(config, stock, training.options(config, vars(args)))
    results['setup']['data'] = 'rendered pages' if made_up else args.data_root
    if args.out:
        write_json(args.out, results)
    print_results(results, args.markdown)


def print_results(results: dict, markdown: bool) -> None:
    """Print the machine and all tables."""
    console = Console()
    print(machine_line(results['machine']))
    for sheet in report(results):
        print()
        if markdown:
            print(to_markdown(sheet))
        else:
            print_sheet(sheet, console)


if __name__ == '__main__':
    run(main)
