"""Time the vote of several members page by page: seconds that one core computes.

Pages come from predictions files of the same pages, one a member, or are made up: slightly tilted
words in five columns, which each member outlines with 4 to 12 corners, moves a little, and now and
then misses, joins or cuts.

python tools/benchmarks/voting.py --pages 10
"""

import _start

import argparse
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from plugins.benchmarking.tables import speed_table
from plugins.benchmarking.timing import time_in_turns
from plugins.cli import add_counts, progress, run, tool_parser

if TYPE_CHECKING:
    from plugins.functional.geometry import Detection

WAYS = ('best', 'mean')  # of merging


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = tool_parser(__doc__, 'docs/benchmarks.md')
    parser.add_argument(
        '--predictions', nargs='+', metavar='FILE', help='predictions .json or .csv, one a member'
    )
    add_counts(
        parser,
        {
            '--members': (10, 'made-up members'),
            '--words': (117, 'made-up words'),
            '--pages': (40, 'pages to time'),
            '--of': (413, 'pages of a whole test'),
        },
    )
    return parser.parse_args()


def main() -> None:
    """Time both ways of merging, and print a table."""
    args = parse_args()
    from plugins.functional.voting import PredictedMember, common_pages, vote

    if args.predictions:
        members = [PredictedMember(path, path) for path in args.predictions]
        names = common_pages(members)[: args.pages]
        pages = [[member.view(name).detections for member in members] for name in names]
    else:
        rng = np.random.default_rng(0)
        pages = [make_up_page(rng, args.members, args.words) for _ in range(args.pages)]
    votes = (len(pages[0]) + 1) // 2
    times = []
    for page in progress(pages, 'pages'):
        calls = [partial(vote, page, votes, merge=merge) for merge in WAYS]
        times.append(time_in_turns(calls, 3)[0])
    found = [detection for page in pages for member in page for detection in member]
    each = len(found) / sum(map(len, pages))
    corners = np.mean([len(detection.polygon) for detection in found])
    title = (
        f'{len(pages[0])} members, {each:.0f} polygons a page of {corners:.1f} corners on average'
    )
    speed_table(title, WAYS, times, whole=args.of).print()


def make_up_page(rng: np.random.Generator, members: int, words: int) -> 'list[list[Detection]]':
    """Return a list of detections a member, all of the same words."""
    from plugins.benchmarking.made_up_pages import (
        made_up_detections,
        made_up_words,
        with_more_corners,
    )
    from plugins.functional.geometry import Detection

    truth = made_up_words(rng, words, (960, 1280))
    page = []
    for _ in range(members):
        found = made_up_detections(rng, truth, missed=0.07, joined=0.02, cut=0.02)
        outlines = [with_more_corners(rng, polygon) for polygon in found]
        page.append([Detection(outline, float(rng.uniform(0.4, 1))) for outline in outlines])
    return page


if __name__ == '__main__':
    run(main)
