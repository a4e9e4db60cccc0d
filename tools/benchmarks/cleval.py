"""Time CLEval page by page on one core, beside the loops it replaces.

The loops are the metric written down a second time, which the tests compare with as well. Pages
come from a file of reference cases (a list of `gt` and `det`, each a list of flat polygons), or are
made up: 110 words, three quarters of them found well, the others cut in two, merged or missed.
"""

import _start

import argparse
import gzip
import json
import zlib
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from plugins.benchmarking import cleval_reference
from plugins.benchmarking.timing import timed
from plugins.cli import progress, run
from plugins.functional.cleval import score_page
from plugins.functional.errors import UserError

Page = tuple[list[np.ndarray], list[np.ndarray]]


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--golden', metavar='FILE', help='reference cases, JSON, gzipped or plain')
    parser.add_argument('--pages', type=int, default=40, help='pages to time (default 40)')
    parser.add_argument('--repeat', type=int, default=5, help='best of so many runs (default 5)')
    args = parser.parse_args()
    if args.pages < 1 or args.repeat < 1:
        parser.error('--pages and --repeat must be 1 or more')
    return args


def main() -> int:
    """Time both, compare their figures, print a table; status 1 when they differ."""
    args = parse_args()
    pages = read_pages(args.golden) if args.golden else made_up_pages(args.pages)
    pages = pages[: args.pages]
    ours, slow, differing = [], [], 0
    for gt, det in progress(pages, 'pages'):
        seconds, score = timed(lambda page=(gt, det): vars(score_page(*page)), args.repeat)
        slow_seconds, expected = timed(lambda page=(gt, det): cleval_reference.score(*page), 1)
        ours.append(1e3 * seconds)
        slow.append(1e3 * slow_seconds)
        differing += any(abs(score[name] - expected[name]) > 1e-6 for name in expected)

    words = [len(gt) for gt, _ in pages]
    table = Table(title=f'CLEval, {len(pages)} pages of {np.median(words):.0f} words (median)')
    for heading in ('', 'median ms a page', 'slowest page, ms', 'times as fast'):
        table.add_column(heading, justify='right' if heading else 'left')
    ratio = np.median(np.divide(slow, ours))
    table.add_row('loops', f'{np.median(slow):.1f}', f'{max(slow):.1f}', '1.0')
    table.add_row('score_page', f'{np.median(ours):.1f}', f'{max(ours):.1f}', f'{ratio:.1f}')
    Console().print(table)
    print(f'{len(pages) - differing} of {len(pages)} pages with equal figures')
    return 1 if differing else 0


def read_pages(path: str) -> list[Page]:
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


def polygons(flat: list[list[float]]) -> list[np.ndarray]:
    """Arrays (n, 2) from lists of x1, y1, x2, y2, …."""
    return [np.reshape(np.array(numbers, dtype=float), (-1, 2)) for numbers in flat]


def made_up_pages(number: int, words: int = 110) -> list[Page]:
    """Pages of slightly tilted words in five columns, and what a fair detector makes of them."""
    rng = np.random.default_rng(0)
    unit = np.array([[0, 0], [1, 0], [1, 1], [0, 1]])
    pages = []
    for _ in range(number):
        corners = np.stack(np.divmod(np.arange(words), 5)[::-1], axis=1) * [180, 40] + 30
        sizes = rng.uniform([30, 14], [160, 30], (words, 2))
        gt = [c + unit * s + rng.normal(0, 1, (4, 2)) for c, s in zip(corners, sizes, strict=True)]
        det = [np.rint(word + rng.normal(0, 2, (4, 2))) for word in gt]
        for i in rng.choice(words - 1, words // 4, replace=False):
            fate = rng.integers(3)
            if fate == 0:
                det[i] = 0 * unit
            elif fate == 1:
                det[i] = np.stack((gt[i][0], gt[i + 1][1], gt[i + 1][2], gt[i][3]))
            else:
                middle = gt[i][[0, 3]] / 2 + gt[i][[1, 2]] / 2
                det[i] = np.stack((gt[i][0], *middle, gt[i][3]))
                det.append(np.stack((middle[0], gt[i][1], gt[i][2], middle[1])))
        pages.append((gt, [polygon for polygon in det if polygon.any()]))
    return pages


if __name__ == '__main__':
    run(main)
