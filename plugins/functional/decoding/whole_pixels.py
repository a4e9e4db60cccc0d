"""Polygons that stay polygons when they are rounded, as the leaderboard's CSV has them."""

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from ..geometry import Floats, Rings, is_simple, largest_outline

_GROWTH = (0, 0.5, 1)  # what is thinner than a pixel, or pointed, needs a little more to stay


def roundable(polygons: Sequence[NDArray], size: tuple[int, int]) -> list[Floats]:
    """Return polygons whose coordinates, rounded half to even, still make a simple polygon.

    Nearly all do, and come back as they are. The others are replaced by a polygon in whole pixels,
    within about a pixel of the old one; dots, and the rare one that this fails for, by the box of
    whole pixels around them. No two neighbouring vertices are the same after rounding.

    Args:
        polygons: (n >= 4, 2), simple and clockwise, within an image.
        size: the image's width and height, at least 1; whole pixels go from 0 to these, which is
            what its edges, at -0.5 and half a pixel less, are rounded to.
    """
    if not polygons:
        return []
    rings = Rings.of(polygons)
    good = _sound(Rings(np.rint(rings.points), rings.counts))
    return [
        polygon if keep else _in_whole_pixels(polygon, size)
        for polygon, keep in zip(polygons, good, strict=True)
    ]


def _sound(rings: Rings) -> NDArray[np.bool_]:
    """Return which polygons (P,) are simple and have no vertex twice in a row."""
    doubled = ~rings.edges.any(axis=1)
    return rings.simple & ~np.logical_or.reduceat(doubled, rings.starts)


def _in_whole_pixels(polygon: Floats, size: tuple[int, int]) -> Floats:
    rounded = np.rint(polygon)
    # Of equal neighbours the last stays, so that the first vertex is where it was.
    rounded = rounded[(rounded != np.roll(rounded, -1, axis=0)).any(axis=1)]
    if len(rounded) >= 4 and is_simple(rounded):
        return rounded
    if (np.ptp(polygon, axis=0) <= 1).all():
        return _enclosing_box(polygon, size)
    shape, page = shapely.Polygon(polygon), shapely.box(0, 0, *size)
    for growth in _GROWTH:
        grown = shapely.buffer(shape, growth, join_style='bevel') if growth else shape
        snapped = shapely.set_precision(shapely.intersection(grown, page), 1)
        outline = largest_outline(snapped, polygon[0])
        if outline is not None and is_simple(outline):
            return outline
    return _enclosing_box(polygon, size)


def _enclosing_box(polygon: Floats, size: tuple[int, int]) -> Floats:
    left, top = np.clip(np.floor(polygon.min(axis=0)), 0, np.subtract(size, 1))
    right, bottom = np.maximum(np.ceil(polygon.max(axis=0)), (left + 1, top + 1))
    return np.array([[left, top], [right, top], [right, bottom], [left, bottom]])
