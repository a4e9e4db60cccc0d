"""Where a page ends, and polygons that reach over its edges.

Integer coordinates are the centres of pixels, so a page of w x h pixels goes from -0.5 to w - 0.5
and h - 0.5. Rounded to whole pixels, as submissions are, its edges become 0 and w and h at most.
"""

import numpy as np
import shapely

from .polygons import largest_outline
from .rings import Bools, Floats, Rings

Size = tuple[int, int]  # width, height
PIXEL_EDGE = -0.5  # the left and upper edge of a page
WHOLE_PIXEL_EDGE = 0.0  # the same in whole pixels

_MIN_AREA = 1e-3  # in square pixels; what clipping leaves below is a rounding error


def over_the_edge(rings: Rings, size: Size | None, edge: float = PIXEL_EDGE) -> Bools:
    """Which polygons (P,) reach over an edge of a page of (width, height); none if it is unknown.

    ``edge`` is where its left and upper edge are: PIXEL_EDGE or WHOLE_PIXEL_EDGE.
    """
    if size is None:
        return np.zeros(len(rings), bool)
    low, high = rings.boxes[:, :2], rings.boxes[:, 2:]
    return (low < edge).any(axis=1) | (high > np.add(size, edge)).any(axis=1)


def wholly_outside(rings: Rings, size: Size | None, edge: float = PIXEL_EDGE) -> Bools:
    """Which polygons (P,), filled to their convex hulls, lie beside a page; see over_the_edge."""
    outside = over_the_edge(rings, size, edge)
    across = np.flatnonzero(outside)
    if len(across):
        hulls = shapely.convex_hull(rings.outlines(across))
        outside[across] = shapely.area(shapely.intersection(hulls, _page(size, edge))) == 0
    return outside


def clip_to(rings: Rings, size: Size) -> list[Floats | None]:
    """The largest piece (n >= 4, 2) of each polygon within a page; None where there is none.

    A polygon that lies inside comes back as it is. A piece runs clockwise in the image and starts
    beside the old first vertex, because that is where the text starts. ``size`` is (width, height).
    """
    clipped: list[Floats | None] = rings.polygons()
    over = np.flatnonzero(over_the_edge(rings, size))
    if len(over):
        regions = rings.take(over).regions(np.arange(len(over)))
        pieces = shapely.intersection(regions, _page(size, PIXEL_EDGE))
        pieces[shapely.area(pieces) <= _MIN_AREA] = None
        for i, piece in zip(over.tolist(), pieces, strict=True):
            clipped[i] = largest_outline(piece, clipped[i][0])
    return clipped


def _page(size: Size, edge: float) -> shapely.Polygon:
    return shapely.box(edge, edge, *np.add(size, edge))
