"""Overlaps of polygons, pairwise and for whole pages, and care for single ones.

Polygons are ``(n, 2)`` arrays in pixels, y pointing down. Where one crosses itself, its inside is
what the even-odd rule says; ``rings`` says how.
"""

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from .rings import Floats, Ints, Rings, cross, following

Size = tuple[int, int]  # width, height

_MIN_AREA = 1e-3  # in square pixels; what clipping leaves below is a rounding error


def intersection_areas(a: Rings, b: Rings, i: Ints, j: Ints) -> Floats:
    """Areas (m,) shared by polygon ``i[k]`` of ``a`` and polygon ``j[k]`` of ``b``, even-odd.

    Words are quadrilaterals nearly always, and against a convex quadrilateral a few array
    operations clip all pairs at once; Shapely, some four times slower, takes the others.
    """
    both = Rings(np.concatenate((a.points, b.points)), np.concatenate((a.counts, b.counts)))
    j = j + len(a)
    windows = np.where(both.convex_quads[j], j, i)
    subjects = i + j - windows
    quick = both.convex_quads[windows] & both.simple[subjects]
    areas = np.zeros(len(i))
    areas[quick] = _clipped_areas(both, subjects[quick], windows[quick])
    shared = shapely.intersection(both.regions(i[~quick]), both.regions(j[~quick]))
    areas[~quick] = shapely.area(shared)
    return areas


def _clipped_areas(rings: Rings, subjects: Ints, windows: Ints) -> Floats:
    """Areas (m,) of simple polygons ``subjects`` inside convex quadrilaterals ``windows``.

    Sutherland and Hodgman, Reentrant Polygon Clipping, 1974: one side of the window at a time.
    Where a non-convex polygon falls apart, the pieces stay joined by bridges of no area.
    """
    window = rings.points[rings.starts[windows, None] + np.arange(4)]
    window = np.where(rings.signed_areas[windows, None, None] < 0, window[:, ::-1], window)
    origin = window[:, 0]
    owner, vertices = rings.vertices(subjects)
    points = rings.points[vertices] - origin[owner]
    for side in range(4):
        corner = window[:, side] - origin
        edge = window[:, (side + 1) % 4] - window[:, side]
        points, owner = _clip(points, owner, corner, edge)
    doubled = cross(points, points[following(owner)])
    return 0.5 * np.abs(np.bincount(owner, doubled, minlength=len(windows)))


def _clip(points: Floats, owner: Ints, corner: Floats, edge: Floats) -> tuple[Floats, Ints]:
    """Keep what lies to the right (in the image) of the line from ``corner`` along ``edge``."""
    ahead = following(owner)
    inside = cross(edge[owner], points - corner[owner])
    inside_ahead = inside[ahead]
    crossing = (inside < 0) != (inside_ahead < 0)
    share = np.divide(inside, inside - inside_ahead, out=np.zeros_like(inside), where=crossing)
    cut = points + share[:, None] * (points[ahead] - points)
    kept = np.stack((inside >= 0, crossing), axis=1).ravel()
    return np.stack((points, cut), axis=1).reshape(-1, 2)[kept], np.repeat(owner, 2)[kept]


def iou_matrix(a: Sequence[NDArray], b: Sequence[NDArray]) -> Floats:
    """Intersection over union (n, m) of every polygon of ``a`` with every one of ``b``, even-odd.

    Polygons without an area overlap nothing.
    """
    iou = np.zeros((len(a), len(b)))
    if not iou.size:
        return iou
    rings_a, rings_b = Rings.of(a), Rings.of(b)
    i, j = _overlapping_boxes(rings_a, rings_b)
    shared = intersection_areas(rings_a, rings_b, i, j)
    union = rings_a.areas[i] + rings_b.areas[j] - shared
    iou[i, j] = np.divide(shared, union, out=np.zeros_like(shared), where=union > 0)
    return iou


def _overlapping_boxes(a: Rings, b: Rings) -> tuple[Ints, Ints]:
    """Positions in ``a`` and in ``b`` of the pairs whose bounding boxes meet."""
    tree = shapely.STRtree(shapely.box(*b.boxes.T))
    i, j = tree.query(shapely.box(*a.boxes.T))
    return i, j


def area(polygon: ArrayLike) -> float:
    """The absolute shoelace sum of an (n, 2) polygon: 0 for a symmetric bow-tie."""
    return float(abs(Rings.of([np.asarray(polygon)]).signed_areas[0]))


def is_simple(polygon: ArrayLike) -> bool:
    """Whether an (n, 2) polygon is finite, has an inside, and does not cross or touch itself."""
    points = np.asarray(polygon, dtype=np.float64)
    usable = points.ndim == 2 and points.shape[0] >= 3 and np.isfinite(points).all()
    return bool(usable and Rings.of([points]).simple[0])


def clockwise(polygon: ArrayLike) -> NDArray:
    """The (n, 2) polygon running clockwise in the image, from the same first vertex."""
    points = np.asarray(polygon)
    if Rings.of([points]).signed_areas[0] >= 0:
        return points
    return np.concatenate((points[:1], points[:0:-1]))


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


def wholly_outside(rings: Rings, hulls: NDArray[np.object_], size: Size | None) -> NDArray:
    """Which polygons (P,) lie beside an image of (width, height); none where that is unknown."""
    outside = np.zeros(len(rings), bool)
    if size is not None:
        low, high = rings.boxes[:, :2], rings.boxes[:, 2:]
        across = np.flatnonzero((low < 0).any(axis=1) | (high > size).any(axis=1))
        seen = shapely.intersection(hulls[across], shapely.box(0, 0, *size))
        outside[across] = shapely.area(seen) == 0
    return outside


def first_equal(outlines: NDArray[np.object_]) -> list[int]:
    """Index of the first outline with the same vertices, whatever the start and direction."""
    keys = shapely.to_wkb(shapely.normalize(shapely.polygons(outlines)))
    firsts: dict[bytes, int] = {}
    return [firsts.setdefault(key, index) for index, key in enumerate(keys)]
