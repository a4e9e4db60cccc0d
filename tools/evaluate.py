"""Score any predictions JSON or leaderboard CSV with CLEval, page by page, the worst first.

python tools/evaluate.py --predictions submission.csv --ann labels.json \\
    --images images/test --out work_dirs/scores
"""

import _start

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from plugins.cli import add_old_name, progress, run, tool_parser, whole_number
from plugins.functional.errors import UserError, counted
from plugins.functional.files import form_note, refuse_file, refuse_overwrite, write_text

if TYPE_CHECKING:
    from plugins.functional.drawing import Image
    from plugins.functional.review import PairedComparison, Polygons, ScoredPage

    Pages = Mapping[str, Polygons]


def parse_args() -> argparse.Namespace:
    """Return the command line."""
    parser = tool_parser(__doc__, 'docs/submission.md')
    parser.add_argument(
        '--predictions',
        nargs='+',
        required=True,
        metavar='FILE',
        help='predictions .json or leaderboard .csv; several that share no page count as one',
    )
    parser.add_argument('--ann', required=True, metavar='FILE', help='labelled annotation JSON')
    parser.add_argument(
        '--compare',
        nargs='+',
        metavar='FILE',
        help='other predictions of the same pages, paired page by page',
    )
    parser.add_argument('--images', type=Path, metavar='DIR', help='draw the worst pages')
    parser.add_argument('--out', type=Path, metavar='DIR', help='for pages.csv and pictures')
    pages = parser.add_argument(
        '--pages', type=whole_number(0), default=10, metavar='N', help='to show (default: 10)'
    )
    add_old_name(parser, '--worst', pages)
    parser.add_argument('--force', action='store_true', help='replace what is in --out')
    args = parser.parse_args()
    if args.images and not args.out:
        parser.error('--images needs --out DIR, where the pictures go')
    return args


def main() -> int:
    """Score, print and write."""
    args = parse_args()
    from plugins.functional.review import (
        check_images,
        compare_paired,
        labelled_pages,
        pages_csv,
        prepare_folder,
        score_predictions,
        worst_first,
    )

    if args.out:
        refuse_file(args.out)
        refuse_overwrite(args.out / 'pages.csv', args.force)
    truth = labelled_pages(args.ann)
    found = _read(args.predictions, truth, args.ann)
    other = _read(args.compare, truth, args.ann) if args.compare else None
    pages = list(progress(score_predictions(found, truth), 'scoring', len(truth)))
    worst = worst_first(pages)[: args.pages]
    if args.images:
        check_images(args.images, [page.name for page in worst])
        prepare_folder(args.out / 'worst', args.images, args.force)
    _print_summary(pages)
    if other is not None:
        others = list(progress(score_predictions(other, truth), 'comparing', len(truth)))
        _print_comparison(compare_paired(pages, others), ', '.join(args.compare))
    _print_worst(worst, found, truth)
    if args.out:
        write_text(args.out / 'pages.csv', pages_csv(worst_first(pages)))
        print(f'\nwrote {args.out / "pages.csv"}: {counted(len(pages), "page")}')
    undrawn = _draw(worst, found, truth, args.images, args.out / 'worst') if args.images else 0
    return 1 if undrawn else 0


def _read(paths: Sequence[str], truth: 'Pages', ann: str) -> 'Pages':
    """Read predictions, and say which pages they and the truth do not share."""
    from plugins.functional.review import check_common
    from plugins.functional.submission import load_polygons

    found, path = load_polygons(*paths), ', '.join(paths)
    check_common(found, truth, (path, ann))
    lacking, extra = ([n for n in a if n not in b] for a, b in ((truth, found), (found, truth)))
    _tell(path, 'has no entry for', lacking, f'they score 0{form_note(lacking, extra)}')
    _tell(path, 'has', extra, f'not in {ann}, so not scored')
    return found


def _tell(path: str, what: str, names: Sequence[str], outcome: str) -> None:
    if names:
        some = ', '.join(names[:3]) + (', ...' if len(names) > 3 else '')
        pages = counted(len(names), 'page')
        print(f'{path}: {what} {pages} ({some}): {outcome}', file=sys.stderr)


def _print_summary(pages: 'Sequence[ScoredPage]') -> None:
    from plugins.functional.cleval import mean_interval, overall_score, swallowed_line

    total = overall_score(page.score for page in pages)
    words = sum(page.num_words for page in pages)
    detections = sum(page.num_detections for page in pages)
    interval = mean_interval([page.score.hmean for page in pages])
    numbers = ((len(pages), 'page'), (words, 'word'), (detections, 'detection'))
    print(', '.join(counted(*number) for number in numbers) + '\n')
    print(f'{"":<22} {"H":>7} {"P":>7} {"R":>7}')
    figures = (total.hmean, total.precision, total.recall)
    print(_figures('mean of the pages', figures) + f'   H {interval:.3f}, 95 %')
    figures = (total.global_hmean, total.global_precision, total.global_recall)
    print(_figures('all characters pooled', figures))
    warning = swallowed_line(len(pages), total.num_swallowed)
    if warning:
        print(warning)
    print(
        f'\n{total.num_splitted:,} words split, {total.num_merged:,} detections over several '
        f'words, {total.num_char_overlapped:,} characters found again'
    )


def _print_comparison(comparison: 'PairedComparison', path: str) -> None:
    change = comparison.difference
    print(
        f'\nagainst {path}:\nH {change:+.4f}, 95 %; '
        f'better on {counted(comparison.better, "page")}, worse on {comparison.worse}, '
        f'equal on {comparison.equal}'
    )


def _figures(label: str, values: Sequence[float]) -> str:
    return f'{label:<22} ' + ' '.join(f'{value:7.4f}' for value in values)


def _print_worst(worst: 'Sequence[ScoredPage]', found: 'Pages', truth: 'Pages') -> None:
    from plugins.functional.review import page_outcome

    heads = ('words', 'found', 'missed', 'split', 'merged', 'false')
    if worst:
        print(
            f'\n{"H":>6} {"P":>6} {"R":>6} ' + ' '.join(f'{h:>6}' for h in heads) + '  worst page'
        )
    for page in worst:
        score = page.score
        figures = (score.hmean, score.precision, score.recall)
        outcome = page_outcome(truth[page.name], found.get(page.name, ()))
        counts = (page.num_words, *outcome.values())
        cells = [f'{v:6.3f}' for v in figures] + [f'{count:6}' for count in counts]
        print(' '.join(cells) + f'  {page.name}')


def _draw(
    worst: 'Sequence[ScoredPage]', found: 'Pages', truth: 'Pages', images: Path, folder: Path
) -> int:
    """Draw pages, and return how many could not be drawn."""
    from plugins.functional.review import match_picture, write_pictures

    def draw(name: str, image: 'Image') -> 'Image':
        return match_picture(name, image, truth[name], found.get(name, ()))

    names = [page.name for page in worst]
    written = list(progress(write_pictures(folder, images, names, draw), 'drawing', len(names)))
    problems = [each.line for each in written if isinstance(each, UserError)]
    pictures = len(written) - len(problems)
    print(f'wrote {folder}: {counted(pictures, "picture")}, the worst page first')
    print(*(f'not drawn: {line}\n' for line in problems), sep='', end='', file=sys.stderr)
    return len(problems)


if __name__ == '__main__':
    run(main)
