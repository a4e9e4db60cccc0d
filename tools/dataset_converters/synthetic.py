"""Render receipts nobody owns: photographs with exact word polygons, for demos and pretraining.

python tools/dataset_converters/synthetic.py --out data/synthetic --pages 100
"""

import _start

import argparse
from pathlib import Path

from plugins.cli import progress, run, tool_parser, whole_number

_MANY = 999_999


def _sizes(text: str) -> tuple[tuple[int, int], ...]:
    sizes = []
    for part in text.split(','):
        width, _, height = part.strip().lower().partition('x')
        if not (width.isdecimal() and height.isdecimal()):
            raise argparse.ArgumentTypeError(f'{part!r} is not WIDTHxHEIGHT, such as 960x1280')
        if not all(480 <= int(side) <= 4096 for side in (width, height)):
            raise argparse.ArgumentTypeError(f'{part!r}: sides must be 480 to 4096 pixels')
        if max(int(width), int(height)) > 3 * min(int(width), int(height)):
            raise argparse.ArgumentTypeError(f'{part!r}: one side is over 3 times the other')
        sizes.append((int(width), int(height)))
    return tuple(sizes)


def parse_args() -> argparse.Namespace:
    """Parse the command line."""
    parser = tool_parser(__doc__, 'docs/data.md')
    parser.add_argument('--out', type=Path, required=True, help='folder for images/ and jsons/')
    parser.add_argument(
        '--pages', type=whole_number(1, _MANY), required=True, help='train pages to make'
    )
    parser.add_argument(
        '--test-pages', type=whole_number(0, _MANY), default=0, help='test pages to make (0)'
    )
    parser.add_argument(
        '--seed', type=whole_number(0, _MANY), default=0, help='same seed, same pages (0)'
    )
    parser.add_argument(
        '--font',
        type=Path,
        action='append',
        default=[],
        metavar='FILE',
        help='print with this font and the bundled ones, not with the system fonts; repeatable',
    )
    parser.add_argument(
        '--hangul',
        choices=('auto', 'off'),
        default='auto',
        help='auto: most pages are Korean where a font has Hangul',
    )
    parser.add_argument(
        '--size',
        type=_sizes,
        metavar='WxH,...',
        help='photograph sizes, picked evenly; repeat one to weigh it (mostly 960x1280)',
    )
    parser.add_argument('--workers', type=whole_number(1, _MANY), default=2, help='processes (2)')
    parser.add_argument('--force', action='store_true', help='replace the pages that are there')
    return parser.parse_args()


def main() -> int | None:
    """Make the pages and say what was made."""
    args = parse_args()
    from plugins.synthetic import SIZES, PageOptions, find_faces, generate

    faces = find_faces(args.font)
    sizes = args.size or SIZES
    options = PageOptions(args.seed, faces, hangul=args.hangul == 'auto', sizes=sizes)
    made = generate(
        options, args.out, args.pages, args.test_pages, workers=args.workers, force=args.force
    )
    words = sum(
        len(entry.page.words)
        for entry in progress(made, 'Synthetic receipts', total=args.pages + args.test_pages)
    )
    pages = args.pages + args.test_pages
    print(f'{args.out}: {pages} pages, {words / pages:.0f} words a page')
    return None


if __name__ == '__main__':
    run(main)
