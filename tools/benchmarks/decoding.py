"""Time decoding of probability maps on one core, beside published decoders, on the same maps.

Maps are made up, or come from a folder that `tools/test.py --dump-maps` wrote. Decoders that are
not installed are left out and named. Put them into a folder of their own, so that they change
nothing else: `pip install --no-deps --target DIR PACKAGE`, and name it in PYTHONPATH.
"""

import _start

import argparse

from rich.console import Console

from plugins import compat
from plugins.benchmarking.decoding import compare, made_up_pages, read_pages, to_sheet
from plugins.benchmarking.machine import describe_machine, machine_line
from plugins.benchmarking.sheets import print_sheet, to_markdown
from plugins.cli import progress, run


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--maps', metavar='DIR', help='a folder of maps, instead of made-up ones')
    parser.add_argument('--pages', type=int, default=10, help='pages to time (default 10)')
    parser.add_argument('--words', type=int, default=115, help='words on each (default 115)')
    parser.add_argument('--height', type=int, default=1024, help='of a map (default 1024)')
    parser.add_argument('--width', type=int, default=768, help='of a map (default 768)')
    parser.add_argument('--repeat', type=int, default=7, help='median of so many runs (default 7)')
    parser.add_argument('--markdown', action='store_true', help='print the table as Markdown')
    args = parser.parse_args()
    if min(args.pages, args.words, args.repeat) < 1:
        parser.error('--pages, --words and --repeat must be 1 or more')
    if min(args.height, args.width) < 64 or max(args.height, args.width) > 16384:
        parser.error('--height and --width must be 64 to 16384')
    return args


def main() -> None:
    """Time all page by page and print a table."""
    args = parse_args()
    compat.install()
    if args.maps:
        pages = read_pages(args.maps, args.pages)
    else:
        pages = made_up_pages(args.pages, args.words, (args.height, args.width))
    machine = describe_machine()
    result = compare(progress(pages, 'pages'), args.repeat)
    sheet = to_sheet(result)
    if args.markdown:
        print(to_markdown(sheet))
    else:
        print_sheet(sheet, Console())
    for name, reason in result.absent.items():
        print(f'{name} is absent: {reason}')
    print(machine_line(machine))


if __name__ == '__main__':
    run(main)
