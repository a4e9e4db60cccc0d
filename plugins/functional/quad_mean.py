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
    return mean if _is_convex(mean) or is_simple(mean) else quads[0]


def as_quads(rings: Rings) -> Floats:
    """Return polygons as quadrilaterals (P, 4, 2).

    One that is convex and has four corners is its own; others become their rotated rectangle of
    least area, clockwise in the image from the corner nearest to its top left.
    """
    quads = np.empty((len(rings), 4, 2))
    own = rings.convex_quads
    quads[own] = rings.points[rings.starts[own, None] + np.arange(4)]
    if not own.all():
        quads[~own] = _rectangles(rings.take(np.flatnonzero(~own)))
    return quads


def _rectangles(rings: Rings) -> Floats:
    # Relative to each polygon, since OpenCV calculates in single precision.
    origins = rings.boxes[:, :2]
    points = (rings.points - origins[rings.owner]).astype(np.float32)
    found = [cv2.minAreaRect(part) for part in Rings(points, rings.counts).polygons()]
    centres, sides, degrees = (np.array(part, np.float64) for part in zip(*found, strict=True))
    angles = np.deg2rad(degrees)[:, None]
    along = np.concatenate((np.cos(angles), np.sin(angles)), axis=1) * sides[:, :1] / 2
    across = np.concatenate((-np.sin(angles), np.cos(angles)), axis=1) * sides[:, 1:] / 2
    # Clockwise in the image, like the axes.
    corners = np.stack((-along - across, along - across, along + across, across - along), axis=1)
    first = corners.sum(axis=2).argmin(axis=1)
    corners = corners[np.arange(len(corners))[:, None], _SHIFTS[first]]
    return (origins + centres)[:, None] + corners


def _is_convex(quad: Floats) -> bool:
    edges = quad[_SHIFTS[1]] - quad
    turns = cross(edges, edges[_SHIFTS[1]])
    return bool((turns > 0).all() or (turns < 0).all())
