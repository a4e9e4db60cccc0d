"""Polygons as outlines: simple or not, the same or not, and what is left of them on a page."""

import numpy as np
import shapely
from numpy.typing import ArrayLike

from .rings import Bools, Floats, Ints, Rings

Size = tuple[int, int]  # width, height

_MIN_AREA = 1e-3  # in square pixels; what clipping leaves below is a rounding error


def is_simple(polygon: ArrayLike) -> bool:
    """Whether an (n, 2) polygon is finite, has an inside, and does not cross or touch itself."""
    points = np.asarray(polygon, dtype=np.float64)
    usable = points.ndim == 2 and points.shape[0] >= 3 and np.isfinite(points).all()
    return bool(usable and Rings.of([points]).simple[0])


def clip_to(rings: Rings, size: tuple[float, float]) -> list[Floats | None]:
    """The largest piece (n >= 4, 2) of each polygon within an image; None where there is none.

    A polygon that lies inside comes back as it is. A piece runs clockwise in the image and starts
    beside the old first vertex, because that is where the text starts. ``size`` is (width, height).
    """
    clipped: list[Floats | None] = rings.polygons()
    beyond = ((rings.points < 0) | (rings.points > size)).any(axis=1)
    over = np.unique(rings.owner[beyond])
    if not len(over):
        return clipped
    regions = rings.take(over).regions(np.arange(len(over)))
    pieces = shapely.intersection(regions, shapely.box(0, 0, *size))
    pieces[shapely.area(pieces) <= _MIN_AREA] = None
    for i, piece in zip(over.tolist(), pieces, strict=True):
        clipped[i] = largest_outline(piece, clipped[i][0])
    return clipped


def largest_outline(region: shapely.Geometry, start: ArrayLike) -> Floats | None:
    """The outline (n >= 4, 2) of a Shapely region's largest piece that has one; else None.

    It runs clockwise in the image from the vertex that is nearest to ``start`` (2,).
    """
    outlines = shapely.get_exterior_ring(shapely.get_parts(region))  # None of a point or a line
    outlines = outlines[shapely.get_num_coordinates(outlines) > 4]
    if not len(outlines):
        return None
    outline = outlines[np.argmax(shapely.area(shapely.polygons(outlines)))]
    points = shapely.get_coordinates(outline)[:-1]
    # Counter-clockwise to Shapely is clockwise in the image, where y points down.
    points = points if shapely.is_ccw(outline) else points[::-1]
    first = np.argmin(((points - start) ** 2).sum(axis=1))
    return np.concatenate((points[first:], points[:first]))


def wholly_outside(rings: Rings, size: Size | None) -> Bools:
    """Which polygons (P,) lie beside an image of (width, height); none where that is unknown."""
    outside = np.zeros(len(rings), bool)
    if size is not None:
        low, high = rings.boxes[:, :2], rings.boxes[:, 2:]
        across = np.flatnonzero((low < 0).any(axis=1) | (high > size).any(axis=1))
        hulls = shapely.convex_hull(rings.outlines(across))
        seen = shapely.intersection(hulls, shapely.box(0, 0, *size))
        outside[across] = shapely.area(seen) == 0
    return outside


def first_equal(rings: Rings) -> Ints:
    """(P,) index of the first polygon of the same vertices, whatever the start and direction."""
    outlines = rings.outlines(np.arange(len(rings)))
    firsts: dict[bytes, int] = {}
    keys = shapely.to_wkb(shapely.normalize(outlines)).tolist()
    return np.array([firsts.setdefault(key, index) for index, key in enumerate(keys)], int)
