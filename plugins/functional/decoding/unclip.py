"""Regions of a shrunk map back to the size of words: outlines and rectangles, moved outwards.

The distance is that of Liao et al., "Real-time Scene Text Detection with Differentiable
Binarization" (AAAI 2020), section "Deployment": ``area * unclip_ratio / perimeter``.

A contour runs through the centres of a region's outermost pixels and so lacks half a pixel all
round, which for text a few pixels high is most of what the dilation goes by. It is made up for.
"""

from collections.abc import Sequence

import cv2
import numpy as np
import shapely
from numpy.typing import NDArray

from ..geometry import (
    Bools,
    Floats,
    Rings,
    beginning_near,
    from_top_left,
    rectangle_corners,
    smallest_rectangles,
)
from .ribbons import DIGITS, find_shapes

_MITRE_LIMIT = 2  # corners of 60 degrees and less are cut off at so many times the distance
# No word needs so many; in what an untrained network makes of a page, buffering them takes minutes.
_MAX_VERTICES = 500
_MIN_AREA = 1e-3  # in square pixels; what buffering leaves below is a rounding error


def dilated_rectangles(contours: Sequence[NDArray], unclip_ratio: float) -> list[Floats]:
    """Return the rotated rectangles (4, 2) of contours (n, 1, 2), dilated, from the top left."""
    return list(from_top_left(_rectangles(contours, unclip_ratio))) if contours else []


def dilated_outlines(
    contours: Sequence[NDArray], unclip_ratio: float, bend: float, tolerance: float
) -> list[Floats]:
    """Return outlines (n >= 4, 2) of contours (n, 1, 2), dilated, simple, clockwise.

    Straight words become rectangles and bent ones ribbons, see :func:`.find_shapes`. All others
    keep their outline, and begin with the vertex nearest to the text's top left; dots, lines and
    triangles, and what no simple polygon is left of, become rectangles.

    Args:
        contours: outer borders as OpenCV finds them.
        unclip_ratio: dilation, in units of a region's area over its perimeter.
        bend: what the middle of a word may be off its polygon's, as a share of its height.
        tolerance: an outline may be off by so many pixels, or by ``bend`` of its strokes' width if
            that is more; by more where it would have over 500 vertices.
    """
    if not contours:
        return []
    rings = Rings.of([contour.reshape(-1, 2) for contour in contours])
    rectangles = from_top_left(_rectangles(contours))
    shapes = find_shapes(rings, rectangles, bend)
    outlines = {}
    for index, ribbons in shapes.bent:
        outlines |= zip(index.tolist(), ribbons, strict=True)
    for i in shapes.others.tolist():
        # OpenCV's contours run counter-clockwise to the eye.
        outline = _simplified(contours[i], max(tolerance, bend * _stroke(contours[i])))[::-1]
        if len(outline) >= 4:
            outlines[i] = beginning_near(outline, rectangles[i, 0])
    index, straight = shapes.straight
    polygons = dict(zip(index.tolist(), _grown(straight, unclip_ratio), strict=True))
    if outlines:
        dilated = _dilated(Rings.of(list(outlines.values())), unclip_ratio, tolerance)
        polygons |= {i: p for i, p in zip(outlines, dilated, strict=True) if p is not None}
    missing = [i for i in range(len(contours)) if i not in polygons]
    rest = dilated_rectangles([contours[i] for i in missing], unclip_ratio)
    polygons |= zip(missing, rest, strict=True)
    return [polygons[i] for i in range(len(contours))]


def _grown(rectangles: Floats, unclip_ratio: float) -> Floats:
    """Dilate rectangles (P, 4, 2), which lack half a pixel all round."""
    sides = rectangles[:, 1:3] - rectangles[:, :2]
    lengths = np.sqrt((sides**2).sum(axis=2, keepdims=True))
    full = lengths[..., 0] + 1
    reach = 0.5 + full.prod(axis=1) * unclip_ratio / (2 * full.sum(axis=1))
    along, down = np.moveaxis(sides / lengths * reach[:, None, None], 1, 0)
    outwards = (-along - down, along - down, along + down, down - along)
    return rectangles + np.stack(outwards, axis=1)


def _rectangles(contours: Sequence[NDArray], unclip_ratio: float = 0) -> Floats:
    """The rotated rectangles (P, 4, 2) of least area around a region's pixels, dilated."""
    centres, sides, degrees = smallest_rectangles(contours)
    sides = sides + 1
    reach = sides.prod(axis=1) * unclip_ratio / (2 * sides.sum(axis=1))
    return rectangle_corners(centres, sides + 2 * reach[:, None], degrees).round(DIGITS)


def _stroke(contour: NDArray) -> float:
    """The width of the strokes that a region consists of, about."""
    return 2 * cv2.contourArea(contour) / max(cv2.arcLength(contour, True), 1) + 1


def _simplified(contour: NDArray, tolerance: float) -> NDArray[np.int32]:
    """Return an outline (n, 2) with fewer vertices, or as it is where fewer than 4 remain."""
    simple = cv2.approxPolyDP(contour, tolerance, True)
    while len(simple) > _MAX_VERTICES:
        tolerance = max(1, 2 * tolerance)
        simple = cv2.approxPolyDP(contour, tolerance, True)
    while len(simple) < 4 and tolerance > 1:
        tolerance /= 2
        simple = cv2.approxPolyDP(contour, tolerance, True)
    return (simple if len(simple) >= 4 else contour).reshape(-1, 2)


def _dilated(rings: Rings, unclip_ratio: float, tolerance: float) -> list[Floats | None]:
    """Return the dilated polygons; None where nothing simple with 4 vertices or more is left."""
    lengths = np.add.reduceat(np.hypot(*rings.edges.T), rings.starts)
    # Half a pixel all round adds this much to a rectangle; one offset by the sum is half the work.
    areas = np.abs(rings.signed_areas) + lengths / 2 + 1
    reach = 0.5 + areas * unclip_ratio / (lengths + 4)
    moved, intact = _moved(rings, reach)
    polygons: list[Floats | None] = moved.polygons()
    rest = np.flatnonzero(~intact)
    if len(rest):
        buffered = _buffered(rings.take(rest), reach[rest], tolerance)
        for i, polygon in zip(rest.tolist(), buffered, strict=True):
            polygons[i] = None if polygon is None else beginning_near(polygon, rings.polygon(i)[0])
    return polygons


def _moved(rings: Rings, reach: Floats) -> tuple[Rings, Bools]:
    """Move all edges outwards by the ``reach`` of their polygon (P,), and let them meet in mitres.

    Also returns which polygons (P,) came out as their dilation: clockwise as they went in, with no
    edge turned round, and none crossing another.
    """
    ahead = rings.ahead
    behind = np.empty_like(ahead)
    behind[ahead] = np.arange(len(ahead))
    # As complex numbers, x + iy: a product turns, and -i turns a direction into its outer normal.
    corners = rings.points.view(np.complex128)[:, 0]
    with np.errstate(divide='ignore', invalid='ignore'):
        along = corners[ahead] - corners
        along /= np.abs(along)
        before = along[behind]
        turn = along * before.conj()
        # Both edges' lines meet at their common normal's tip; a normal is as long as the distance.
        first = -1j * along - along * (turn.imag / (1 + turn.real))
        last = first.copy()
        blunt = np.flatnonzero((turn.real < 2 / _MITRE_LIMIT**2 - 1) & (turn.imag >= 0))
        cos, sin = np.sqrt((1 + turn.real[blunt]) / 2), np.sqrt((1 - turn.real[blunt]) / 2)
        past = (_MITRE_LIMIT - cos) / sin  # where a corner is cut off, along its edges
        last[blunt] = along[blunt] * (-1j - past)
        first[blunt] = before[blunt] * (-1j + past)
        distance = reach[rings.owner]
        first, last = corners + distance * first, corners + distance * last
        forward = ((first[ahead] - last) * along.conj()).real > 0
    points = np.insert(first, blunt + 1, last[blunt])
    counts = rings.counts + np.bincount(rings.owner[blunt], minlength=len(rings))
    moved = Rings(points.view(np.float64).reshape(-1, 2), counts)
    intact = np.logical_and.reduceat(forward, rings.starts) & (rings.signed_areas > 0)
    if intact.all():
        intact = moved.simple
    else:
        intact[intact] = moved.take(np.flatnonzero(intact)).simple
    return moved, intact


def _buffered(rings: Rings, reach: Floats, tolerance: float) -> list[Floats | None]:
    """Dilate what :func:`_moved` cannot: outlines that are folded, or with bays that fill up."""
    outlines = shapely.linearrings(rings.points, indices=rings.owner)
    shapes = shapely.polygons(outlines)
    dilated = shapely.buffer(shapes, reach, join_style='mitre', mitre_limit=_MITRE_LIMIT)
    # The contour of a stroke one pixel thin runs back over itself. As a polygon it would vanish, in
    # part or whole; as a line it does not, but a mitre makes spikes where it turns.
    folded = ~shapely.is_valid(shapes)
    dilated[folded] = shapely.buffer(outlines[folded], reach[folded], quad_segs=2)
    dilated = shapely.simplify(dilated, tolerance / 2, preserve_topology=True)
    # The outer ring, for a region's holes are part of it.
    outlines = shapely.get_exterior_ring(dilated)
    filled = shapely.polygons(outlines)
    usable = shapely.is_valid(filled) & (shapely.area(filled) > _MIN_AREA)
    usable &= shapely.get_num_coordinates(outlines) > 4
    return [
        _clockwise(outline) if keep else None
        for outline, keep in zip(outlines, usable.tolist(), strict=True)
    ]


def _clockwise(outline: shapely.LinearRing) -> Floats:
    points = shapely.get_coordinates(outline)[:-1]
    # Counter-clockwise to Shapely is clockwise to the eye: the y axis points down.
    return points if shapely.is_ccw(outline) else points[::-1]
