"""Time training: MMOCR's own pipeline and loss beside this one's, on the same pages and model.

What each stage takes of a page, what the data workers supply, what a training step waits for, and
what part of a batch is padding. On a GPU if there is one; on rendered pages without --data-root.

python tools/benchmarks/training.py --pages 8 --steps 2
"""

import _start

import argparse
import contextlib
import sys
from pathlib import Path

from plugins.cli import add_counts, add_run_options, run, tool_parser, whole_number
from plugins.functional.files import refuse_overwrite, write_json

ROOT = Path(__file__).resolve().parents[2]


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = tool_parser(__doc__, 'docs/benchmarks.md')
    add_run_options(parser, str(ROOT / 'configs/dbnet_convnext_tiny.py'))
    add_counts(
        parser,
        {
            '--pages': (24, 'pages to use, spread over the data set'),
            '--repeat': (3, 'passes of each'),
        },
    )
    for option, least, meaning in (
        ('--steps', 1, 'steps of each training to count (4, on a GPU 60)'),
        ('--batch-size', 1, "pages (2, on a GPU the config's)"),
        ('--workers', 0, "data workers (the config's, or one a core if fewer)"),
        ('--input-size', 32, "longer side, pixels (the config's)"),
    ):
        parser.add_argument(option, type=whole_number(least), help=meaning)
    parser.add_argument(
        '--model',
        choices=['stock', 'config'],
        default='stock',
        help="whose backbone and neck all train: MMOCR's ResNet-18 or CONFIG's (stock)",
    )
    parser.add_argument('--amp', action='store_true', help='mixed precision in all of them')
    parser.add_argument('--markdown', action='store_true', help='print Markdown')
    parser.add_argument('--out', metavar='FILE', help='write all figures as JSON')
    parser.add_argument('--force', action='store_true', help='replace FILE')
    return parser.parse_args()


def main() -> None:
    """Measure, print tables and write the figures."""
    args = parse_args()
    if args.out:
        refuse_overwrite(args.out, args.force)
    from plugins.benchmarking import measure_training
    from plugins.benchmarking.machine import machine_line
    from plugins.benchmarking.training_tables import training_tables
    from plugins.engine import load_config, read_config, set_amp

    # What mmengine and MMOCR print meanwhile has no place in a table.
    with contextlib.redirect_stdout(sys.stderr), contextlib.ExitStack() as stack:
        rendered = args.data_root is None
        if rendered:
            args.data_root = stack.enter_context(measure_training.rendered_pages(args.pages))
        config = load_config(args)
        if rendered:
            config.train_dataloader.dataset.ann_file = measure_training.RENDERED
        if args.amp:
            set_amp(config)
        stock = read_config(ROOT / 'configs/stock_dbnet_resnet18.py')
        figures = measure_training.measure(config, stock, vars(args))
    figures['setup']['data'] = 'rendered pages' if rendered else args.data_root
    if args.out:
        write_json(args.out, figures)
    print(machine_line(figures['machine']))
    for table in training_tables(figures):
        print()
        table.print(markdown=args.markdown)


if __name__ == '__main__':
    run(main)
