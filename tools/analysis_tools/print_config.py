"""Print a config as the other tools see it: inherited, with overrides and derived paths in place.

python tools/analysis_tools/print_config.py \\
    configs/dbnet_ppocrv6_small.py --epochs 8
"""

import _start

import argparse
import contextlib
import sys

from plugins import cli


def parse_args() -> argparse.Namespace:
    """Return the command line."""
    parser = cli.tool_parser(__doc__, 'configs/README.md')
    cli.add_train_options(parser)
    return parser.parse_args()


def main() -> None:
    """Print it as Python, which is a config again."""
    args = parse_args()
    from plugins.engine import load_training_config

    # What mmengine says while it reads has no place in a config.
    with contextlib.redirect_stdout(sys.stderr):
        config = load_training_config(args)
    print(config.pretty_text)


if __name__ == '__main__':
    cli.run(main)
