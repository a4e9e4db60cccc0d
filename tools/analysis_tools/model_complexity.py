"""Print a recipe's parameters, operations a page and training memory; no weights, no GPU, no data.

python tools/analysis_tools/model_complexity.py configs/dbnet_convnext_tiny.py
"""

import _start

import argparse
import contextlib
import sys

from plugins import cli


def parse_args() -> argparse.Namespace:
    """Return the command line."""
    parser = argparse.ArgumentParser(description='Print what a recipe costs.')
    cli.add_run_options(parser)
    parser.add_argument(
        '--input-size',
        nargs=2,
        type=int,
        metavar=('H', 'W'),
        help="pixels (default: the recipe's, on a 3:4 page); padded as the model wants it",
    )
    return parser.parse_args()


def main() -> None:
    """Print the table."""
    args = parse_args()
    from plugins.analysis import model_complexity
    from plugins.engine import load_config

    # What mmengine says while it reads has no place in a table.
    with contextlib.redirect_stdout(sys.stderr):
        config = load_config(args)
        cost = model_complexity.measure(config, args.input_size)
    print(cost)


if __name__ == '__main__':
    cli.run(main)
