"""Which polygons of a page overlap by how much, only the pairs that matter looked at closely."""

import numpy as np
import shapely

from .ensemble_rule import DIGITS
from .rings import Floats, Ints, Rings
from .trapezoids import shared_areas


def overlaps(rings: Rings, iou_threshold: float, owner: Ints) -> tuple[Ints, Ints, Floats]:
    """Pairs i < j of different owners that reach a threshold, and their overlaps (m,).

    An overlap is the intersection over union, to 9 digits. ``owner`` is (P,), one a polygon.
    """
    boxes = rings.boxes
    i, j = shapely.STRtree(shapely.box(*boxes.T)).query(shapely.box(*boxes.T))
    other = (i < j) & (owner[i] != owner[j])
    i, j = i[other], j[other]
    # What two polygons share is at most what their boxes share, and at most the smaller of them.
    sides = np.minimum(boxes[i, 2:], boxes[j, 2:]) - np.maximum(boxes[i, :2], boxes[j, :2])
    smaller, both = np.minimum(rings.areas[i], rings.areas[j]), rings.areas[i] + rings.areas[j]
    close = _iou(np.minimum(sides.prod(axis=1), smaller), both) >= iou_threshold
    i, j, both = i[close], j[close], both[close]
    iou = _iou(shared_areas(rings, i, j), both)
    reached = iou >= iou_threshold
    return i[reached], j[reached], iou[reached]


def _iou(shared: Floats, both: Floats) -> Floats:
    union = both - shared
    return np.round(np.divide(shared, union, out=np.zeros_like(shared), where=union > 0), DIGITS)
