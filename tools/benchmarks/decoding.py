"""Time decoding of probability maps on one core, beside published decoders, on the same maps.

Maps are made up, or come from a folder that `tools/test.py --dump-maps` wrote. Decoders that are
not installed are left out and named. Put them into a folder of their own, so that they change
nothing else: `pip install --no-deps --target DIR PACKAGE`, and name it in PYTHONPATH.

python tools/benchmarks/decoding.py --pages 5
"""

import _start

import argparse

from plugins.cli import add_counts, progress, run, tool_parser, whole_number


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = tool_parser(__doc__, 'docs/benchmarks.md')
    parser.add_argument('--maps', metavar='DIR', help='a folder of maps, instead of made-up ones')
    add_counts(
        parser,
        {
            '--pages': (10, 'pages to time'),
            '--words': (115, 'words on each'),
            '--repeat': (7, 'median of so many runs'),
        },
    )
    for option, default in (('--height', 1024), ('--width', 768)):
        parser.add_argument(
            option,
            type=whole_number(64, 16384),
            default=default,
            help=f'of a map (default {default})',
        )
    parser.add_argument('--markdown', action='store_true', help='print the table as Markdown')
    return parser.parse_args()


def main() -> None:
    """Time all page by page and print a table."""
    args = parse_args()
    from plugins import compat

    compat.install()
    from plugins.benchmarking import decoder_times
    from plugins.benchmarking.machine import describe_machine, machine_line

    if args.maps:
        maps = decoder_times.read_maps(args.maps, args.pages)
    else:
        maps = decoder_times.make_up_maps(args.pages, args.words, (args.height, args.width))
    machine = describe_machine()
    times, absent = decoder_times.time_decoders(progress(maps, 'pages'), args.repeat)
    shapes = [prob_map.shape for prob_map, _ in maps]
    decoder_times.decoder_table(times, shapes).print(markdown=args.markdown)
    for name, reason in absent.items():
        print(f'{name} is absent: {reason}')
    print(machine_line(machine))


if __name__ == '__main__':
    run(main)
