"""Check a dataset, images and annotation, and report by file and word what is wrong.

python tools/check_dataset.py data/receipts/jsons/train.json \\
    --images data/receipts/images/train

Exit status 0 when it is clean, 1 when there is something to report, 2 when it cannot be checked.
"""

import _start

import argparse
from typing import TYPE_CHECKING

from plugins.cli import progress, run, tool_parser, whole_number
from plugins.functional.errors import UserError, counted
from plugins.functional.files import refuse_overwrite

if TYPE_CHECKING:
    from plugins.functional.annotations import DatasetProblem


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = tool_parser(__doc__, 'docs/data.md')
    parser.add_argument('annotation', help='annotation JSON')
    parser.add_argument('--images', required=True, metavar='DIR', help='folder of its images')
    parser.add_argument('--fix', metavar='OUT.json', help='write a clean copy of the annotation')
    parser.add_argument('--report', metavar='FILE.csv', help='write every problem as a CSV row')
    parser.add_argument(
        '--max-lines',
        type=whole_number(0),
        default=50,
        metavar='N',
        help='problems to print (default: 50)',
    )
    parser.add_argument('--force', action='store_true', help='replace OUT.json and FILE.csv')
    return parser.parse_args()


def main() -> int:
    """Check, print, and write what was asked for."""
    args = parse_args()
    from plugins.functional.annotations import (
        check_pages,
        read_content,
        unlisted_images,
        write_fixed,
        write_report,
    )

    for out in filter(None, (args.fix, args.report)):
        refuse_overwrite(out, args.force)
    content = read_content(args.annotation, check_names=False)
    images = content['images']
    if not images:
        raise UserError(f'{args.annotation}: lists no images; nothing can be checked')
    pages = check_pages(images, args.images)
    problems = [p for page in progress(pages, 'images', total=len(images)) for p in page]
    problems += unlisted_images(images, args.images, content.get('dropped'))
    show(problems, len(images), args.max_lines)
    if args.report:
        write_report(args.report, problems)
        print(f'{args.report}: {len(problems):,} rows')
    if args.fix:
        fixed = write_fixed(args.fix, content, problems, args.images)
        print(
            f'{args.fix}: {fixed.pages:,} pages; {fixed.dropped_pages:,} pages and '
            f'{fixed.dropped_words:,} words dropped, {fixed.corrected:,} entries corrected'
        )
        if fixed.left:
            print(f'left as they are: {counted(fixed.left, "page")} that read upside down')
    return 1 if problems else 0


def show(problems: 'list[DatasetProblem]', n_images: int, max_lines: int) -> None:
    """Print the problems and how many there are of each kind."""
    from plugins.functional.annotations import count_by_kind

    for problem in problems[:max_lines]:
        word = f', word {problem.word}' if problem.word else ''
        file = problem.file if problem.file.isprintable() else repr(problem.file)
        print(f'{file}{word}: {problem.kind}: {problem.detail}')
    if len(problems) > max_lines:
        print(f'... and {len(problems) - max_lines:,} more; --report FILE.csv writes them all')
    print(f'\n{"kind":<20} {"count":>9}' if problems else 'no problems')
    for kind, count in count_by_kind(problems).items():
        print(f'{kind:<20} {count:>9,}')
    print(f'{n_images:,} images checked')


if __name__ == '__main__':
    run(main)
