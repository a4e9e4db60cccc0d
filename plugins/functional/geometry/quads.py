"""Quadrilaterals: polygons as four corners, and rotated rectangles of least area."""

import cv2
import numpy as np

from .rings import Floats, Rings, cross

SHIFTS = (np.arange(4)[:, None] + np.arange(4)) % 4  # (4, 4): from any corner on


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
    corners = corners[np.arange(len(corners))[:, None], SHIFTS[first]]
    return (origins + centres)[:, None] + corners


def is_convex(quad: Floats) -> bool:
    """Tell whether a quadrilateral (4, 2) turns one way at all its corners."""
    edges = quad[SHIFTS[1]] - quad
    turns = cross(edges, edges[SHIFTS[1]])
    return bool((turns > 0).all() or (turns < 0).all())
