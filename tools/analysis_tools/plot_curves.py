"""Draw loss, learning rate, page size and scores of trainings into one picture.

python tools/analysis_tools/plot_curves.py \\
    work_dirs/dbnet_ppocrv6_small_fold* --out curves.png
"""

import _start

import argparse

from plugins import cli
from plugins.functional.files import refuse_overwrite


def parse_args() -> argparse.Namespace:
    """Return the command line."""
    parser = cli.tool_parser(__doc__, 'docs/training.md')
    parser.add_argument(
        'runs',
        nargs='+',
        metavar='RUN',
        help='work dir of a training (its resumed parts are put together), one of its timestamp '
        'folders, or a scalars.json',
    )
    parser.add_argument(
        '--out', default='curves.png', help='.png, .pdf or .svg to write (default: curves.png)'
    )
    parser.add_argument(
        '--keys',
        nargs='+',
        metavar='KEY',
        help='what to draw, a panel each (default: those logged of loss lr input_size val/hmean '
        'val/precision val/recall)',
    )
    parser.add_argument('--names', nargs='+', metavar='NAME', help='what to call the runs')
    parser.add_argument('--force', action='store_true', help='replace the picture')
    return parser.parse_args()


def main() -> None:
    """Write the picture and say which epoch of each run was best."""
    args = parse_args()
    from plugins.analysis.curve_figure import DEFAULT_KEYS, write_curves
    from plugins.functional.training import check_keys, read_runs

    refuse_overwrite(args.out, args.force)
    runs = read_runs(args.runs, args.names)
    check_keys(runs, args.keys or ())
    write_curves(args.out, runs, args.keys or DEFAULT_KEYS)
    for run in runs:
        print(run.summary)
    print(f'wrote {args.out}')


if __name__ == '__main__':
    cli.run(main)
