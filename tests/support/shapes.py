"""Polygons for squared paper, and maps with rectangles of pixels."""

import numpy as np
import shapely

from plugins.functional.geometry import is_simple


def box(left, top, right, bottom):
    return np.array([[left, top], [right, top], [right, bottom], [left, bottom]], dtype=float)


SQUARE = box(0, 0, 10, 10)
BOW_TIE = np.array([[0, 0], [10, 10], [10, 0], [0, 10]])  # two triangles of 25 px²
DIAMOND = np.array([[5, -5], [15, 5], [5, 15], [-5, 5]])
ARROW = np.array([[0, 0], [10, 5], [0, 10], [5, 5]])
# A C in a square of 10 by 10; its mouth, 6 by 4, opens to the right.
LETTER_C = np.array([[0, 0], [10, 0], [10, 3], [4, 3], [4, 7], [10, 7], [10, 10], [0, 10]])
SQUARE_TWICE = np.concatenate((SQUARE, SQUARE))
LINE = np.array([[0, 0], [5, 0], [10, 0], [3, 0]])


def circle(vertices, radius=1000.0):
    """A regular polygon of many vertices."""
    angles = 2 * np.pi * np.arange(vertices) / vertices
    return radius * np.stack((np.cos(angles), np.sin(angles)), axis=1) + radius


def scribble(vertices, side=400, seed=0):
    """Vertices anywhere on a square of whole pixels: nearly every fourth pair of edges crosses."""
    return np.random.default_rng(seed).integers(0, side + 1, (vertices, 2)).astype(float)


def painted_map(*words, shape=(60, 100)):
    """A map with rectangles of pixels: (left, top, right, bottom, probability), ends included."""
    prob_map = np.zeros(shape, np.float32)
    for left, top, right, bottom, probability in words:
        prob_map[top : bottom + 1, left : right + 1] = probability
    return prob_map


def corners(polygon):
    return sorted((round(x, 3), round(y, 3)) for x, y in polygon)


def assert_sound(detections):
    """What decoding gives: simple polygons that run clockwise to the eye, and a score."""
    for found in detections:
        assert len(found.polygon) >= 4
        assert found.polygon.dtype == np.float64
        assert is_simple(found.polygon)
        assert shapely.LinearRing(found.polygon).is_ccw  # y points down
        assert 0 <= found.score <= 1
