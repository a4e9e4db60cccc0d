"""What a polygon may have: the few numbers beyond which it is no outline of a word.

The area of a polygon that crosses itself is that of its faces, of which n vertices make up to
n² / 2: a file of 15 kB could ask for gigabytes and for hours.
"""

import numpy as np
import shapely

from .blocks import in_blocks
from .rings import Floats, Ints, cross

MAX_VERTICES = 5_000  # annotated words have at most 14, contours of single pixels some thousand
MAX_MEETINGS = 2_500  # of two edges of one polygon; 70 vertices cannot have more

HARMLESS = int(np.sqrt(2 * MAX_MEETINGS))  # so many vertices: n (n - 3) / 2 pairs of edges
_AT_ONCE = 100_000  # pairs of edges


def excess(polygon: Floats) -> str | None:
    """Say in words what a polygon (n, 2) has too much of, or return None."""
    if len(polygon) <= HARMLESS:
        return None
    if len(polygon) > MAX_VERTICES:
        return f'{len(polygon):,} vertices, expected {MAX_VERTICES:,} at most'
    if not shapely.is_valid(shapely.polygons(polygon)) and _meets_too_often(polygon):
        return f'its edges cross or touch one another over {MAX_MEETINGS:,} times'
    return None


def _meets_too_often(polygon: Floats) -> bool:
    """Whether over MAX_MEETINGS pairs of edges that are no neighbours cross or touch."""
    number = len(polygon)
    edges, meetings = np.arange(number), 0
    for block in in_blocks(edges, np.full(number, number), _AT_ONCE):
        apart = block[:, None] + 1 < edges
        apart[:, -1] &= block > 0  # the last edge ends where the first one starts
        meetings += int((apart & _meeting(polygon, block)).sum())
        if meetings > MAX_MEETINGS:
            return True
    return False


def _meeting(polygon: Floats, block: Ints) -> np.ndarray:
    """Which edges ``block`` (b,) of a polygon meet which of its n edges: (b, n)."""
    start, end = polygon, np.roll(polygon, -1, axis=0)
    low, high = np.minimum(start, end), np.maximum(start, end)
    boxes = (low[block, None] <= high) & (low <= high[block, None])
    first, second = start[block, None], end[block, None]
    sides = np.sign(cross(end - start, first - start)) * np.sign(cross(end - start, second - start))
    along = second - first
    others = np.sign(cross(along, start - first)) * np.sign(cross(along, end - first))
    return boxes.all(axis=2) & (sides <= 0) & (others <= 0)
