"""Check a leaderboard CSV: list every problem, and what it costs where that can be known.

python tools/check_submission.py submission.csv \\
    --ann data/receipts/jsons/test.json --images data/receipts/images/test

Exit status 0 when there is none, 1 when there is something to report, 2 when it cannot be checked.
"""

import _start

import argparse
import sys
import textwrap
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from plugins.cli import progress, run, tool_parser, whole_number
from plugins.functional.errors import UserError, counted
from plugins.functional.files import refuse_overwrite

if TYPE_CHECKING:
    from plugins.functional.annotations import Page
    from plugins.functional.submission_check import CsvProblem, CsvRow, ExactCost, Kind

_WIDTH = 100


def parse_args() -> argparse.Namespace:
    """Return the command line."""
    parser = tool_parser(__doc__, 'docs/submission.md')
    parser.add_argument('csv', help='leaderboard CSV')
    parser.add_argument(
        '--ann',
        metavar='FILE',
        help='annotation JSON that lists the pages; if it has labels, the CSV is scored with and '
        'without the problems',
    )
    # Where the pages and the labels come from different files.
    parser.add_argument('--json', metavar='FILE', help=argparse.SUPPRESS)
    parser.add_argument(
        '--images', metavar='DIR', help='folder of the images: their sizes, and without --ann '
        'the list of the pages'
    )  # fmt: skip
    parser.add_argument(
        '--places',
        type=whole_number(0),
        default=3,
        metavar='N',
        help='to print of a kind (default: 3)',
    )
    parser.add_argument('--report', metavar='FILE.csv', help='write every problem as a CSV row')
    parser.add_argument('--force', action='store_true', help='replace FILE.csv')
    args = parser.parse_args()
    if not (args.json or args.images or args.ann):
        parser.error('which pages are expected? give --images DIR or --ann FILE')
    return args


def main() -> int:
    """Check, print, and write what was asked for."""
    args = parse_args()
    from plugins.functional.annotations import load_pages
    from plugins.functional.images import image_files
    from plugins.functional.review import labelled_pages
    from plugins.functional.submission_check import (
        by_kind,
        check_rows,
        exact_cost,
        scan_csv,
        write_report,
    )

    if args.report:
        refuse_overwrite(args.report, args.force)
    listed = args.json or args.ann
    present = [file.name for file in image_files(args.images)] if args.images else ()
    if args.images and not present:
        raise UserError(f'{args.images}: holds no image; give the folder of the test images')
    pages = load_pages(listed) if listed else dict.fromkeys(present)
    if not pages:
        raise UserError(f'{listed}: lists no page; give the file of the test pages')
    scored = args.ann and (args.json or any(page.polygons for page in pages.values()))
    truth = labelled_pages(args.ann) if scored else None
    if args.ann and not scored:
        print(f'{args.ann}: has no labels, so nothing is scored', file=sys.stderr)
    scan = scan_csv(args.csv)
    problems = scan.problems + check_rows(scan.rows, pages)
    problems += _check_shapes(scan.rows, pages, args.images)
    exact = exact_cost(scan.rows, truth, problems) if truth is not None else None
    print(
        f'{args.csv}: {counted(len(scan.rows), "row")}, {counted(scan.num_polygons, "polygon")}; '
        f'{counted(len(pages), "page")} expected\n'
    )
    for kind, found in by_kind(problems).items():
        _print_kind(kind, found, pages, args.places, exact)
    if exact is not None:
        total = exact.summary
        figures = f'H {total.hmean:.4f}  P {total.precision:.4f}  R {total.recall:.4f}'
        print(f'as it stands, on the {total.num_pages:,} pages of {args.ann}: {figures}')
    if args.report:
        write_report(args.report, problems)
        print(f'wrote {args.report}: {counted(len(problems), "row")}')
    errors = sum(problem.kind.severity == 'error' for problem in problems)
    print(
        f'{counted(errors, "error")}, {counted(len(problems) - errors, "warning")}'
        if problems
        else 'no problems'
    )
    return 1 if problems else 0


def _check_shapes(
    rows: 'Sequence[CsvRow]', pages: 'dict[str, Page | None]', images: str | None
) -> 'list[CsvProblem]':
    from plugins.functional.submission_check import check_polygons, page_size

    problems, unknown = [], 0
    for row in progress(rows, 'checking'):
        size = page_size(row.file, images, pages[row.file]) if row.file in pages else None
        unknown += size is None and row.file in pages
        problems += check_polygons(row, size)
    if unknown:
        print(
            f'size not known of {counted(unknown, "page")}: nothing counts as outside there',
            file=sys.stderr,
        )
    return problems


def _print_kind(
    kind: 'Kind',
    found: 'Sequence[CsvProblem]',
    pages: Collection[str],
    places: int,
    exact: 'ExactCost | None',
) -> None:
    print(f'{kind.severity:<8} {kind.title}: {len(found):,}')
    text = kind.cost_of(found, pages)
    if exact is not None and kind in exact.hmean_without:
        hmean = exact.hmean_without[kind]
        text += f'; H without them {hmean:.4f} ({hmean - exact.summary.hmean:+.4f})'
    print(textwrap.fill(text, _WIDTH, initial_indent=' ' * 9, subsequent_indent=' ' * 9))
    for problem in found[: max(0, places)]:
        print(f'{"":11}{problem}')
    if len(found) > places:
        print(f'{"":11}... and {len(found) - places:,} more')
    print()


if __name__ == '__main__':
    run(main)
