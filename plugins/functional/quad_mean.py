"""The mean of quadrilaterals that outline one word.

Means of corners shrink where corners do not correspond: 156 × 40 px became 73 × 20. So each
polygon's corners are first put into the order of the first's.
"""

import cv2
import numpy as np

from .geometry import is_simple
from .rings import Floats, Rings, cross

_SHIFTS = (np.arange(4)[:, None] + np.arange(4)) % 4
_ORDERS = np.concatenate((_SHIFTS, _SHIFTS[:, ::-1]))  # (8, 4): from any corner, either way round


def mean_quad(quads: Floats, weights: Floats) -> Floats:
    """Return the weighted mean (4, 2) of quadrilaterals (k, 4, 2), from the first's first corner.

    Should it cross itself, the first comes back.
    """
    orders = quads[:, _ORDERS]
    nearest = ((orders - quads[0]) ** 2).sum(axis=(2, 3)).argmin(axis=1)
    mean = np.average(orders[np.arange(len(quads)), nearest], axis=0, weights=weights)
    return mean if is_simple(mean) else quads[0]


def as_quads(rings: Rings) -> Floats:
    """Return polygons as quadrilaterals (P, 4, 2).

    One that is convex and has four corners is its own; others become their rotated rectangle of
    least area, clockwise in the image from the corner nearest to its top left.
    """
    quads = np.empty((len(rings), 4, 2))
    own = rings.convex_quads
    quads[own] = rings.points[rings.starts[own, None] + np.arange(4)]
    for index in np.flatnonzero(~own):
        quads[index] = _rectangle(rings.polygon(index))
    return quads


def _rectangle(points: Floats) -> Floats:
    # Relative to the polygon, since OpenCV calculates in single precision.
    origin = points.min(axis=0)
    corners = cv2.boxPoints(cv2.minAreaRect((points - origin).astype(np.float32)))
    corners = corners.astype(np.float64)
    # Whichever way OpenCV runs round it.
    first, second = corners[1] - corners[0], corners[3] - corners[0]
    if cross(first, second) < 0:
        corners = corners[::-1]
    return origin + np.roll(corners, -corners.sum(axis=1).argmin(), axis=0)
