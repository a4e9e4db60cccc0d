"""Time CLEval page by page on one core, beside the loops it replaces.

The loops are the metric written down a second time, which the tests compare with as well. Pages
come from a file of reference cases (a list of `gt` and `det`, each a list of flat polygons), or are
made up: 110 words, three quarters of them found well, the others cut in two, merged or missed.

python tools/benchmarks/cleval.py --pages 10
"""

import _start

import argparse
import gzip
import json
import zlib
from functools import partial
from pathlib import Path

import numpy as np

from plugins.benchmarking.tables import speed_table
from plugins.benchmarking.timing import time_in_turns
from plugins.cli import add_counts, progress, run, tool_parser
from plugins.functional.errors import UserError

Polygons = list[np.ndarray]
WORDS = 110


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = tool_parser(__doc__, 'docs/benchmarks.md')
    parser.add_argument('--golden', metavar='FILE', help='reference cases, JSON, gzipped or plain')
    add_counts(
        parser, {'--pages': (40, 'pages to time'), '--repeat': (5, 'median of so many runs')}
    )
    return parser.parse_args()


def main() -> int:
    """Time both, compare their figures, print a table; status 1 when they differ."""
    args = parse_args()
    from plugins.benchmarking import cleval_reference
    from plugins.functional.cleval import score_page

    pages = read_pages(args.golden) if args.golden else make_up_pages(args.pages)
    pages = pages[: args.pages]
    times, differing = [], 0
    for gt, det in progress(pages, 'pages'):
        calls = [partial(cleval_reference.score, gt, det), partial(score_page, gt, det)]
        milliseconds, (expected, score) = time_in_turns(calls, args.repeat)
        times.append(milliseconds)
        differing += any(abs(getattr(score, key) - expected[key]) > 1e-6 for key in expected)
    words = np.median([len(gt) for gt, _ in pages])
    title = f'CLEval, {len(pages)} pages of {words:.0f} words (median)'
    speed_table(title, ('loops', 'score_page'), times).print()
    print(f'{len(pages) - differing} of {len(pages)} pages with equal figures')
    return 1 if differing else 0


def read_pages(path: str) -> list[tuple[Polygons, Polygons]]:
    """Pages of 50 words or more from a file of reference cases.

    Raises:
        UserError: the file is missing or not of that kind, or has no such page.
    """
    try:
        content = Path(path).read_bytes()
        content = gzip.decompress(content) if content[:2] == b'\x1f\x8b' else content
        cases = [[polygons(case[side]) for side in ('gt', 'det')] for case in json.loads(content)]
    except OSError as error:
        raise UserError(f'{path}: cannot be read ({error.strerror or error})') from error
    except (EOFError, KeyError, TypeError, ValueError, zlib.error) as error:
        raise UserError(f'{path}: not a file of reference cases ({error!r})') from error
    pages = [(gt, det) for gt, det in cases if len(gt) >= 50]
    if not pages:
        raise UserError(f'{path}: no page of 50 words or more; leave --golden out to make some up')
    return pages


def polygons(flat: list[list[float]]) -> Polygons:
    """Arrays (n, 2) from lists of x1, y1, x2, y2, …."""
    return [np.reshape(np.array(numbers, dtype=float), (-1, 2)) for numbers in flat]


def make_up_pages(number: int) -> list[tuple[Polygons, Polygons]]:
    """Words, and what a fair detector makes of them, in whole pixels."""
    from plugins.benchmarking.made_up_pages import made_up_detections, made_up_words

    rng, pages = np.random.default_rng(0), []
    for _ in range(number):
        words = made_up_words(rng, WORDS, (960, 1280))
        found = made_up_detections(rng, words, missed=1 / 12, joined=1 / 12, cut=1 / 12)
        pages.append((list(words), [np.rint(polygon) for polygon in found]))
    return pages


if __name__ == '__main__':
    run(main)
