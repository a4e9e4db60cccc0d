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
    parser = cli.tool_parser(__doc__, 'configs/README.md')
    cli.add_run_options(parser)
    parser.add_argument(
        '--input-size',
        dest='page_size',
        nargs='+',
        type=cli.whole_number(1),
        metavar='PIXELS',
        help="longer side of a 3:4 page (default: the recipe's), or height and width; padded as "
        'the model wants it',
    )
    cli.add_batch_size(parser, 'pages of a training batch')
    args = parser.parse_args()
    if args.page_size and len(args.page_size) > 2:
        parser.error(f'--input-size: {len(args.page_size)} numbers; give one, or height and width')
    return args


def main() -> None:
    """Print the table."""
    args = parse_args()
    from plugins.analysis import model_complexity
    from plugins.engine import load_config

    # What mmengine says while it reads has no place in a table.
    with contextlib.redirect_stdout(sys.stderr):
        config = load_config(args)
        cost = model_complexity.measure(config, args.page_size)
    print(cost)


if __name__ == '__main__':
    cli.run(main)
