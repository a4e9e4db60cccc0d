"""Which polygons of a page overlap by how much, only the pairs that matter looked at closely."""

from collections.abc import Iterator, Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from ..errors import UserError
from .intersection import shared_areas
from .rings import Floats, Ints, Rings

MAX_OVERLAPS = 20_000_000  # 500 polygons each of 10 members on one spot are 11 million

_PAIRS_AT_ONCE = 500_000  # of polygons
DIGITS = 9  # of overlaps and sums of weights; differences beyond them are rounding errors


def iou_matrix(a: Sequence[NDArray], b: Sequence[NDArray]) -> Floats:
    """Intersection over union (n, m) of every polygon of ``a`` with every one of ``b``, even-odd.

    Polygons without an area overlap nothing.
    """
    iou = np.zeros((len(a), len(b)))
    if iou.size:
        rings_a, rings_b = Rings.of(a), Rings.of(b)
        i, j = _meeting(rings_a, rings_b)
        both = rings_a.areas[i] + rings_b.areas[j]
        iou[i, j] = _iou(shared_areas(rings_a, rings_b, i, j), both)
    return iou


def overlaps(rings: Rings, iou_threshold: float, owner: Ints) -> tuple[Ints, Ints, Floats]:
    """Pairs i < j of different owners that reach a threshold, and their overlaps (m,).

    An overlap is the intersection over union, to 9 digits. ``owner`` is (P,), one a polygon.

    Raises:
        UserError: there are more than MAX_OVERLAPS.
    """
    found, number = [], 0
    for pairs in _pairs_in_blocks(rings):
        found.append(_reaching(rings, iou_threshold, *pairs, owner))
        number += len(found[-1][0])
        if number > MAX_OVERLAPS:
            raise UserError(
                f'over {MAX_OVERLAPS:,} pairs of its polygons overlap; find fewer, with a higher '
                'box_thresh'
            )
    i, j, iou = (np.concatenate(column) for column in zip(*found, strict=True))
    return i, j, iou


def _reaching(
    rings: Rings, iou_threshold: float, i: Ints, j: Ints, owner: Ints
) -> tuple[Ints, Ints, Floats]:
    other = owner[i] != owner[j]
    i, j = i[other], j[other]
    smaller, both = _areas(rings, i, j)
    # What two polygons share is at most what their boxes share, and at most the smaller of them.
    boxes = rings.boxes
    sides = np.minimum(boxes[i, 2:], boxes[j, 2:]) - np.maximum(boxes[i, :2], boxes[j, :2])
    shared = np.minimum(sides.prod(axis=1), smaller)
    close = _iou(shared, both).round(DIGITS) >= iou_threshold
    i, j, both = i[close], j[close], both[close]
    iou = _iou(shared_areas(rings, rings, i, j), both).round(DIGITS)
    reached = iou >= iou_threshold
    return i[reached].astype(np.int32), j[reached].astype(np.int32), iou[reached]


def coverings(rings: Rings, share: float) -> tuple[Ints, Ints, Floats]:
    """Pairs i < j of which one covers a ``share`` of the other or more, and their overlaps (m,)."""
    covering = []
    for i, j in _pairs_in_blocks(rings):
        kept = coverage(rings, i, j) >= share
        covering.append((i[kept], j[kept]))
    i, j = (np.concatenate(column) for column in zip(*covering, strict=True))
    iou = _iou(shared_areas(rings, rings, i, j), _areas(rings, i, j)[1])
    return i, j, iou.round(DIGITS)


def coverage(rings: Rings, i: Ints, j: Ints) -> Floats:
    """The share (m,) of the smaller of polygons ``i[k]`` and ``j[k]`` that both cover."""
    smaller, _ = _areas(rings, i, j)
    return _quotient(shared_areas(rings, rings, i, j), smaller).round(DIGITS)


def _meeting(a: Rings, b: Rings) -> tuple[Ints, Ints]:
    """Positions in ``a`` and in ``b`` of the pairs whose bounding boxes meet."""
    i, j = shapely.STRtree(shapely.box(*b.boxes.T)).query(shapely.box(*a.boxes.T))
    return i, j


def _pairs_in_blocks(rings: Rings) -> Iterator[tuple[Ints, Ints]]:
    """Pairs i < j of one page whose bounding boxes meet, sorted; all of usual pages at once."""
    boxes = shapely.box(*rings.boxes.T)
    tree = shapely.STRtree(boxes)
    rows = max(1, _PAIRS_AT_ONCE // max(1, len(rings)))
    for first in range(0, max(1, len(rings)), rows):
        i, j = tree.query(boxes[first : first + rows])
        later = np.flatnonzero(i + first < j)
        i, j = i[later] + first, j[later]
        order = np.lexsort((j, i))
        yield i[order], j[order]


def _areas(rings: Rings, i: Ints, j: Ints) -> tuple[Floats, Floats]:
    """The smaller of two areas, and their sum."""
    return np.minimum(rings.areas[i], rings.areas[j]), rings.areas[i] + rings.areas[j]


def _iou(shared: Floats, both: Floats) -> Floats:
    return _quotient(shared, both - shared)


def _quotient(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)
