"""Which polygons of a page overlap by how much, only the pairs that matter looked at closely."""

import numpy as np
import shapely

from .intersection import shared_areas
from .rings import Floats, Ints, Rings

DIGITS = 9  # of overlaps and sums of weights; differences beyond them are rounding errors


def overlaps(rings: Rings, iou_threshold: float, owner: Ints) -> tuple[Ints, Ints, Floats]:
    """Pairs i < j of different owners that reach a threshold, and their overlaps (m,).

    An overlap is the intersection over union, to 9 digits. ``owner`` is (P,), one a polygon.
    """
    i, j = _meeting(rings)
    other = owner[i] != owner[j]
    i, j = i[other], j[other]
    smaller, both = _areas(rings, i, j)
    # What two polygons share is at most what their boxes share, and at most the smaller of them.
    boxes = rings.boxes
    sides = np.minimum(boxes[i, 2:], boxes[j, 2:]) - np.maximum(boxes[i, :2], boxes[j, :2])
    close = _iou(np.minimum(sides.prod(axis=1), smaller), both) >= iou_threshold
    i, j, both = i[close], j[close], both[close]
    iou = _iou(shared_areas(rings, i, j), both)
    reached = iou >= iou_threshold
    return i[reached], j[reached], iou[reached]


def coverings(rings: Rings, share: float) -> tuple[Ints, Ints, Floats]:
    """Pairs i < j of which one covers a ``share`` of the other or more, and their overlaps (m,)."""
    i, j = _meeting(rings)
    covering = coverage(rings, i, j) >= share
    i, j = i[covering], j[covering]
    return i, j, _iou(shared_areas(rings, i, j), _areas(rings, i, j)[1])


def coverage(rings: Rings, i: Ints, j: Ints) -> Floats:
    """The share (m,) of the smaller of polygons ``i[k]`` and ``j[k]`` that both cover."""
    smaller, _ = _areas(rings, i, j)
    shared = shared_areas(rings, i, j)
    return np.round(
        np.divide(shared, smaller, out=np.zeros_like(shared), where=smaller > 0), DIGITS
    )


def _meeting(rings: Rings) -> tuple[Ints, Ints]:
    """Pairs i < j whose bounding boxes meet."""
    boxes = shapely.box(*rings.boxes.T)
    i, j = shapely.STRtree(boxes).query(boxes)
    return i[i < j], j[i < j]


def _areas(rings: Rings, i: Ints, j: Ints) -> tuple[Floats, Floats]:
    """The smaller of two areas, and their sum."""
    return np.minimum(rings.areas[i], rings.areas[j]), rings.areas[i] + rings.areas[j]


def _iou(shared: Floats, both: Floats) -> Floats:
    union = both - shared
    return np.round(np.divide(shared, union, out=np.zeros_like(shared), where=union > 0), DIGITS)
