"""Quadrilaterals: polygons as four corners, and rotated rectangles of least area."""

from collections.abc import Iterable

import cv2
import numpy as np
from numpy.typing import NDArray

from .rings import Floats, Rings

SHIFTS = (np.arange(4)[:, None] + np.arange(4)) % 4  # (4, 4): from any corner on

# Longer sides so many times the others are sides of lines of text, and not of a narrow letter.
_ELONGATED = 2.5
_STEEPEST = np.tan(np.deg2rad(67.5))  # of a line of text; what is steeper stands upright


def as_quads(rings: Rings) -> Floats:
    """Return polygons as quadrilaterals (P, 4, 2).

    One that is convex and has four corners is its own; others become their rotated rectangle of
    least area, as :func:`from_top_left` has them.
    """
    quads = np.empty((len(rings), 4, 2))
    own = rings.convex_quads
    quads[own] = rings.points[rings.starts[own, None] + np.arange(4)]
    if not own.all():
        quads[~own] = _rectangles(rings.take(np.flatnonzero(~own)))
    return quads


def from_top_left(rectangles: Floats) -> Floats:
    """Let rectangles (P, 4, 2), clockwise in the image, begin at the top left of their text.

    That is the corner nearest to the top left of the page: right for text that is turned by less
    than 45 degrees. One over 2.5 times as long as wide is taken for text along its length, from
    left to right, up to 67.5 degrees.
    """
    each = np.arange(len(rectangles))
    first = rectangles.sum(axis=2).argmin(axis=1)
    sides = rectangles[:, SHIFTS[1]] - rectangles
    lengths = np.hypot(sides[..., 0], sides[..., 1])
    longer = lengths[:, :2].argmax(axis=1)
    longer = np.where(sides[each, longer, 0] > 0, longer, longer + 2)  # the one to the right
    right, down = sides[each, longer].T
    lines = lengths[each, longer] > _ELONGATED * lengths[each, (longer + 1) % 4]
    lines &= abs(down) < _STEEPEST * right
    start = np.where(lines, longer, first)
    return rectangles[each[:, None], SHIFTS[start]]


def smallest_rectangles(outlines: Iterable[NDArray]) -> tuple[Floats, Floats, Floats]:
    """Return the rotated rectangles of least area around outlines (n, 2), of which there are some.

    They are described by their centres (P, 2), both sides (P, 2), and by how many degrees (P,) the
    first side is turned clockwise from the x axis.
    """
    found = np.array([(*c, *s, d) for c, s, d in map(cv2.minAreaRect, outlines)])
    return found[:, :2], found[:, 2:4], found[:, 4]


def rectangle_corners(centres: Floats, sides: Floats, degrees: Floats) -> Floats:
    """Return the corners (P, 4, 2) of rotated rectangles, clockwise in the image, like the axes."""
    angles = np.deg2rad(degrees)
    cos, sin = np.cos(angles), np.sin(angles)
    along = np.stack((cos, sin), axis=1) * sides[:, :1] / 2
    across = np.stack((-sin, cos), axis=1) * sides[:, 1:] / 2
    corners = np.stack((-along - across, along - across, along + across, across - along), axis=1)
    return centres[:, None] + corners


def _rectangles(rings: Rings) -> Floats:
    # Relative to each polygon, since OpenCV calculates in single precision.
    origins = rings.boxes[:, :2]
    points = (rings.points - origins[rings.owner]).astype(np.float32)
    centres, sides, degrees = smallest_rectangles(Rings(points, rings.counts).polygons())
    return origins[:, None] + from_top_left(rectangle_corners(centres, sides, degrees))
