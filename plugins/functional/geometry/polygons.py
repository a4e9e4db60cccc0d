"""Single polygons as outlines: simple or not, the same or not."""

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from .rings import Bools, Floats, Ints, Rings


def is_simple(polygon: ArrayLike) -> bool:
    """Whether an (n, 2) polygon is finite, has an inside, and does not cross or touch itself."""
    points = np.asarray(polygon, dtype=np.float64)
    usable = points.ndim == 2 and points.shape[0] >= 3 and np.isfinite(points).all()
    return bool(usable and Rings.of([points]).simple[0])


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
    return beginning_near(points, start)


def beginning_near(points: NDArray, start: ArrayLike) -> NDArray:
    """Return a polygon (n, 2) that begins with the vertex nearest to ``start`` (2,)."""
    first = np.argmin(((points - start) ** 2).sum(axis=1))
    return np.concatenate((points[first:], points[:first]))


def first_equal(rings: Rings) -> Ints:
    """(P,) index of the first polygon of the same vertices, whatever the start and direction."""
    first = np.arange(len(rings))
    alike = np.flatnonzero(_same_box(rings))
    if len(alike):
        positive = Rings(rings.points + 0.0, rings.counts)  # bytes tell 0 from -0
        keys = shapely.to_wkb(shapely.normalize(positive.outlines(alike))).tolist()
        firsts: dict[bytes, int] = {}
        first[alike] = [firsts.setdefault(k, i) for k, i in zip(keys, alike.tolist(), strict=True)]
    return first


def _same_box(rings: Rings) -> Bools:
    """Which polygons (P,) have the bounding box of another."""
    if len(rings) < 2:
        return np.zeros(len(rings), bool)
    order = np.lexsort(rings.boxes.T)
    boxes = rings.boxes[order]
    same = (boxes[1:] == boxes[:-1]).all(axis=1)
    found = np.empty(len(rings), bool)
    found[order] = np.append(same, False) | np.append(False, same)
    return found
