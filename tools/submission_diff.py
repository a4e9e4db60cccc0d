"""How two submissions differ: CLEval of one against the other, page by page, and in pictures.

python tools/submission_diff.py a.csv b.csv \\
    --images images/test --out different
"""

import _start

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING

from plugins.cli import progress, run, tool_parser, whole_number
from plugins.functional.errors import UserError, counted
from plugins.functional.files import form_note, refuse_file

if TYPE_CHECKING:
    from plugins.functional.drawing import Image
    from plugins.functional.review import PageDifference, Polygons

    Pages = Mapping[str, Polygons]


def parse_args() -> argparse.Namespace:
    """Return the command line."""
    parser = tool_parser(__doc__, 'docs/submission.md')
    parser.add_argument('a', metavar='A', help='leaderboard .csv or predictions .json')
    parser.add_argument('b', metavar='B', help='the same of the same pages')
    parser.add_argument('--images', type=Path, metavar='DIR', help='draw pages; needs --out')
    parser.add_argument('--out', type=Path, metavar='DIR', help='where the pictures go')
    parser.add_argument(
        '--pages',
        type=whole_number(0),
        default=10,
        metavar='N',
        help='how many of the most different to show (default: 10)',
    )
    parser.add_argument('--force', action='store_true', help='replace the pictures in --out')
    args = parser.parse_args()
    if bool(args.images) != bool(args.out):
        parser.error('--images DIR and --out DIR go together: pictures of pages, and where to')
    return args


def main() -> int:
    """Compare, print and draw."""
    args = parse_args()
    from plugins.functional.review import (
        check_common,
        check_images,
        compare_pages,
        most_different,
        prepare_folder,
    )
    from plugins.functional.submission import load_polygons

    if args.out:
        refuse_file(args.out)
    a, b = load_polygons(args.a), load_polygons(args.b)
    check_common(b, a, (args.b, args.a))
    pages = list(progress(compare_pages(a, b), 'comparing', len(a.keys() & b.keys())))
    shown = most_different(pages)[: args.pages]
    if args.out:
        check_images(args.images, [page.name for page in shown])
        prepare_folder(args.out, args.images, args.force)
    print(f'A: {args.a}, {counted(len(a), "page")}\nB: {args.b}, {counted(len(b), "page")}')
    only_a, only_b = ([n for n in x if n not in y] for x, y in ((a, b), (b, a)))
    _print_lonely('A', only_a, form_note(only_a, only_b))
    _print_lonely('B', only_b)
    _print_totals(pages)
    _print_pages(shown)
    undrawn = _draw(shown, a, b, args.images, args.out) if args.out else 0
    return 1 if undrawn else 0


def _print_lonely(which: str, names: Sequence[str], note: str = '') -> None:
    if names:
        some = ', '.join(names[:5]) + (', ...' if len(names) > 5 else '')
        print(f'only in {which}, not compared: {counted(len(names), "page")} ({some}){note}')


def _print_totals(pages: 'Sequence[PageDifference]') -> None:
    from plugins.functional.review import SAME_IOU

    only_a, only_b, both = (
        sum(len(getattr(page, key)) for page in pages) for key in ('only_a', 'only_b', 'both')
    )
    print(
        f'\non the {counted(len(pages), "common page")}: {only_a:,} polygons only in A, '
        f'{only_b:,} only in B, {both:,} in both (IoU from {SAME_IOU} on)\n'
        f'identical: {counted(sum(page.identical for page in pages), "page")}'
    )
    scored = [page.mutual for page in pages if page.mutual is not None]
    if scored:
        mean = {key: fmean(vars(mutual)[key] for mutual in scored) for key in vars(scored[0])}
        print(f'H of B, were A the truth: {mean["b_on_a"]:.4f} (A itself: {mean["a_on_a"]:.4f})')
        print(f'H of A, were B the truth: {mean["a_on_b"]:.4f} (B itself: {mean["b_on_b"]:.4f})')
    if len(scored) < len(pages):
        empty = len(pages) - len(scored)
        print(f'left out of these means: {counted(empty, "page")} without a polygon in either')


def _print_pages(pages: 'Sequence[PageDifference]') -> None:
    if not pages:
        return
    print(f'\n{"":31} {"A the truth":>15} {"B the truth":>15}')
    heads = ('only A', 'only B', 'both', 'IoU', 'B', 'A', 'A', 'B')
    print(' '.join(f'{head:>7}' for head in heads) + '  most different page')
    for page in pages:
        counts = (len(page.only_a), len(page.only_b), len(page.both))
        figures = (page.iou, *(vars(page.mutual).values() if page.mutual else (None,) * 4))
        cells = [f'{count:7}' for count in counts]
        cells += [f'{"-":>7}' if value is None else f'{value:7.3f}' for value in figures]
        print(' '.join(cells) + f'  {page.name}')


def _draw(
    pages: 'Sequence[PageDifference]', a: 'Pages', b: 'Pages', images: Path, out: Path
) -> int:
    """Draw pages, and return how many could not be drawn."""
    from plugins.functional.review import difference_picture, write_pictures

    named = {page.name: page for page in pages}

    def draw(name: str, image: 'Image') -> 'Image':
        return difference_picture(named[name], image, a[name], b[name])

    written = list(progress(write_pictures(out, images, named, draw), 'drawing', len(named)))
    problems = [each.line for each in written if isinstance(each, UserError)]
    pictures = len(written) - len(problems)
    print(f'\nwrote {out}: {counted(pictures, "picture")}, the most different page first')
    print(*(f'not drawn: {line}\n' for line in problems), sep='', end='', file=sys.stderr)
    return len(problems)


if __name__ == '__main__':
    run(main)
