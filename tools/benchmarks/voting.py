"""Time the vote of several members page by page: seconds that one core computes.

Pages come from predictions files of the same pages, one a member, or are made up: slightly tilted
words in five columns, which each member outlines with 4 to 12 corners, moves a little, and now and
then misses, joins or cuts.
"""

import _start

import argparse
import time
from collections.abc import Sequence

import numpy as np
from rich.console import Console
from rich.table import Table

from plugins.benchmarking.timing import timed
from plugins.cli import progress, run
from plugins.functional.geometry import Detection
from plugins.functional.voting import PredictedMember, common_pages, vote

Page = list[list[Detection]]

_CORNERS = np.pi / 4 + np.arange(4) * np.pi / 2
_ALONG = (np.arange(16) * np.pi / 8)[np.arange(16) % 4 != 2]


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        '--predictions', nargs='+', metavar='FILE', help='predictions .json or .csv, one a member'
    )
    parser.add_argument('--members', type=int, default=10, help='made-up members (default 10)')
    parser.add_argument('--words', type=int, default=117, help='made-up words (default 117)')
    parser.add_argument('--pages', type=int, default=40, help='pages to time (default 40)')
    parser.add_argument('--of', type=int, default=413, help='pages of a whole test (default 413)')
    args = parser.parse_args()
    if min(args.members, args.words, args.pages, args.of) < 1:
        parser.error('--members, --words, --pages and --of must be 1 or more')
    return args


def main() -> None:
    """Time both ways of merging, and print a table."""
    args = parse_args()
    if args.predictions:
        members = [PredictedMember(path, path) for path in args.predictions]
        names = common_pages(members)[: args.pages]
        pages = [[member.view(name).detections for member in members] for name in names]
    else:
        pages = made_up_pages(args.pages, args.members, args.words)
    votes = (len(pages[0]) + 1) // 2
    times = {merge: [] for merge in ('best', 'mean')}
    for page in progress(pages, 'pages'):
        for merge, seconds in times.items():
            seconds.append(
                timed(lambda p=page, m=merge: vote(p, votes, merge=m), 3, time.thread_time)[0]
            )
    print_table(pages, times, args.of)


def made_up_pages(number: int, members: int, words: int) -> list[Page]:
    """Return pages, each a list of detections a member."""
    rng = np.random.default_rng(0)
    return [_page(rng, members, words) for _ in range(number)]


def print_table(pages: Sequence[Page], times: dict[str, list[float]], whole: int) -> None:
    """Print milliseconds a page, and what ``whole`` pages take."""
    found = [detection for page in pages for member in page for detection in member]
    each = len(found) / sum(map(len, pages))
    corners = np.mean([len(detection.polygon) for detection in found])
    title = (
        f'{len(pages[0])} members, {each:.0f} polygons a page of {corners:.1f} corners on average'
    )
    table = Table(title=title)
    table.add_column('merge')
    for heading in ('median ms a page', 'slowest page, ms', f's for {whole} pages'):
        table.add_column(heading, justify='right')
    for merge, seconds in times.items():
        figures = 1e3 * np.median(seconds), 1e3 * max(seconds), whole * np.mean(seconds)
        table.add_row(merge, *(f'{figure:.1f}' for figure in figures))
    Console().print(table)


def _page(rng: np.random.Generator, members: int, words: int) -> Page:
    places = np.stack(np.divmod(np.arange(words), 5)[::-1], axis=1) * [180, 40] + 30
    sizes = rng.uniform([30, 14], [160, 30], (words, 2))
    tilt = np.deg2rad(rng.normal(0, 4))
    turn = np.array([[np.cos(tilt), np.sin(tilt)], [-np.sin(tilt), np.cos(tilt)]])
    page = []
    for _ in range(members):
        found = []
        for place, size in zip(places, sizes, strict=True):
            fate = rng.random()
            if fate > 0.05:
                # Over its neighbour as well, or only the left half of it.
                width = size[0] + (180 if fate > 0.98 else 0) - (size[0] / 2 if fate < 0.1 else 0)
                outline = _outline(rng, place, np.array([width, size[1]]))
                found.append(Detection(outline @ turn, float(rng.uniform(0.4, 1))))
        page.append(found)
    return page


def _outline(rng: np.random.Generator, place: np.ndarray, size: np.ndarray) -> np.ndarray:
    """Return a rectangle with up to eight corners more along its edges, all moved a little."""
    extra = rng.choice(_ALONG, rng.integers(9), replace=False)
    angles = np.sort(np.concatenate((_CORNERS, extra)))
    circle = np.stack((np.cos(angles), np.sin(angles)), 1)
    unit = 0.5 + 0.5 * circle / np.abs(circle).max(axis=1, keepdims=True)
    return place + unit * size + rng.normal(0, 1, 2) + rng.normal(0, 0.3, unit.shape)


if __name__ == '__main__':
    run(main)
