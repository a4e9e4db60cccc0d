"""Probability map to scored polygons, the inverse of :mod:`.targets`.

The steps are those of Liao et al., "Real-time Scene Text Detection with Differentiable
Binarization" (AAAI 2020), section "Deployment": binarize, take the connected regions, score each
by its mean probability, and dilate it by ``area * unclip_ratio / perimeter``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
import shapely
from numpy.typing import NDArray

from .detection import Detection
from .geometry import clip_to
from .rings import Rings

_MIN_AREA = 1e-3  # in square pixels; what clipping leaves below is a rounding error


@dataclass(frozen=True)
class DecodeParams:
    """How a probability map becomes polygons.

    Args:
        thresh: probability from which a pixel belongs to a word.
        box_thresh: mean probability from which a region is kept, its holes included.
        unclip_ratio: dilation, in units of a region's area over its perimeter.
        max_candidates: this many regions, the best by score, are returned at most.
        min_side: regions whose rotated rectangle is narrower than this many pixels of the map,
            before dilation, are dropped.
        mode: ``polygon`` follows the region's outline, ``box`` is its rotated rectangle.
        tolerance: an outline is simplified by at most this many pixels of the map.

    Raises:
        ValueError: a value is out of its range.
    """

    thresh: float = 0.3
    box_thresh: float = 0.3
    unclip_ratio: float = 1.5
    max_candidates: int = 1000
    min_side: float = 1.0
    mode: Literal['polygon', 'box'] = 'polygon'
    tolerance: float = 1.0

    def __post_init__(self) -> None:
        for name in ('thresh', 'box_thresh'):
            _require(0 <= getattr(self, name) <= 1, name, getattr(self, name), 'between 0 and 1')
        for name in ('unclip_ratio', 'min_side', 'tolerance'):
            _require(0 <= getattr(self, name) <= 1000, name, getattr(self, name), '0 to 1000')
        whole = type(self.max_candidates) is int and self.max_candidates >= 1
        _require(whole, 'max_candidates', self.max_candidates, 'a whole number of 1 or more')
        _require(self.mode in ('polygon', 'box'), 'mode', self.mode, "'polygon' or 'box'")


def _require(condition: bool, name: str, value: object, remedy: str) -> None:
    if not condition:
        raise ValueError(f'decoding parameter {name} must be {remedy}, but got {value!r}')


@dataclass(frozen=True, eq=False)
class Region:
    """A connected region of a binarized probability map.

    ``score`` is its mean probability, holes included, in [0, 1]; ``contour`` is (n, 1, 2) int32 as
    OpenCV gives it, through the centres of its outermost pixels.
    """

    score: float
    contour: NDArray[np.int32]


def decode(prob_map: NDArray, params: DecodeParams) -> list[Detection]:
    """Turn a probability map into polygons, the best score first.

    Args:
        prob_map: (H, W) in [0, 1].
        params: thresholds and shape of the output.

    Returns:
        Detections with (n >= 4, 2) float64 polygons: simple, clockwise as seen on the page, in
        pixels of the map (a pixel's centre has integer coordinates), possibly reaching beyond it.
        Equal scores keep the order in which OpenCV finds the regions.

    Raises:
        ValueError: the map is not two-dimensional, or not of numbers between 0 and 1.
    """
    regions = find_regions(prob_map, params)[: params.max_candidates]
    return [
        Detection(polygon, region.score)
        for region, polygon in zip(regions, outline(regions, params), strict=True)
    ]


def find_regions(prob_map: NDArray, params: DecodeParams) -> list[Region]:
    """Return the regions that are bright and wide enough, the best score first.

    The first half of :func:`decode`: it depends on ``thresh``, ``box_thresh`` and ``min_side``, and
    a higher ``box_thresh`` takes off the end of the list and changes nothing else. All regions are
    returned; ``max_candidates`` does not count here.

    Raises:
        ValueError: as :func:`decode`.
    """
    prob_map = _checked(prob_map)
    if prob_map.size == 0:
        return []
    mask = (prob_map >= params.thresh).view(np.uint8)
    # Two levels, so that a word within a ring is found as well; outlines of holes have a parent.
    contours, levels = cv2.findContours(mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    parents = levels[0, :, 3] if len(contours) else ()
    regions = [
        Region(score, contour)
        for contour, parent in zip(contours, parents, strict=True)
        if parent < 0
        and (score := _mean_inside(prob_map, contour)) >= params.box_thresh
        and min(cv2.minAreaRect(contour)[1]) + 1 >= params.min_side
    ]
    return sorted(regions, key=lambda region: -region.score)


def outline(regions: Sequence[Region], params: DecodeParams) -> list[NDArray[np.float64]]:
    """Return the regions' dilated polygons, one a region, as :func:`decode` describes them.

    The second half of :func:`decode`: it depends on ``unclip_ratio``, ``mode`` and ``tolerance``,
    and on each region alone.
    """
    shape = _polygons if params.mode == 'polygon' else _rectangles
    return shape([region.contour for region in regions], params)


def to_page(
    detections: Sequence[Detection], scale: tuple[float, float], size: tuple[int, int]
) -> list[Detection]:
    """Map detections from a resized page back to the displayed image.

    Args:
        detections: polygons in pixels of the resized page.
        scale: (x, y) factors that the page was resized by.
        size: (width, height) of the displayed image, to which polygons are clipped; where nothing
            with an area is left, the detection is dropped.
    """
    # Resizing keeps pixel edges, not centres: edges of the page stay edges of the map.
    mapped = [(found.polygon + 0.5) / np.asarray(scale, float) - 0.5 for found in detections]
    clipped = [clip_to(polygon, *size) for polygon in mapped]
    kept = _usable([() if polygon is None else polygon for polygon in clipped])
    return [
        Detection(polygon, found.score)
        for polygon, found, keep in zip(clipped, detections, kept, strict=True)
        if keep
    ]


def _checked(prob_map: NDArray) -> NDArray[np.float32]:
    prob_map = np.ascontiguousarray(prob_map, np.float32)
    if prob_map.ndim != 2:
        raise ValueError(f'a probability map must have shape (H, W), but got {prob_map.shape}')
    if prob_map.size:
        low, high = float(prob_map.min()), float(prob_map.max())
        if np.isnan(low):
            raise ValueError('the probability map holds NaN; the network diverged or it is damaged')
        # Means of several maps may miss the limits by a rounding error.
        if low < -1e-3 or high > 1 + 1e-3:
            raise ValueError(f'probabilities must lie between 0 and 1, but got {low:g} to {high:g}')
    return prob_map


def _mean_inside(prob_map: NDArray[np.float32], contour: NDArray) -> float:
    x, y, width, height = cv2.boundingRect(contour)
    mask = np.zeros((height, width), np.uint8)
    cv2.fillPoly(mask, [contour], 1, offset=(-x, -y))
    mean = cv2.mean(prob_map[y : y + height, x : x + width], mask)[0]
    return min(max(mean, 0.0), 1.0)


# A contour runs through the centres of a region's outermost pixels and so lacks half a pixel all
# round, which for text a few pixels high is most of what the dilation goes by.


def _rectangles(contours: Sequence[NDArray], params: DecodeParams) -> list[NDArray[np.float64]]:
    """Return the regions' rotated rectangles, dilated."""
    rectangles = []
    for contour in contours:
        centre, (width, height), degrees = cv2.minAreaRect(contour)
        width, height = width + 1, height + 1
        distance = width * height * params.unclip_ratio / (2 * (width + height))
        rectangles.append(_rectangle(centre, width + 2 * distance, height + 2 * distance, degrees))
    return rectangles


def _rectangle(
    centre: tuple[float, float], width: float, height: float, degrees: float
) -> NDArray[np.float64]:
    angle = np.deg2rad(degrees)
    along = np.array([np.cos(angle), np.sin(angle)]) * width / 2
    across = np.array([-np.sin(angle), np.cos(angle)]) * height / 2
    corners = [-along - across, along - across, along + across, -along + across]
    return np.array(centre) + corners


def _polygons(contours: Sequence[NDArray], params: DecodeParams) -> list[NDArray[np.float64]]:
    """Return the regions' outlines, dilated; rectangles of dots, lines and triangles."""
    outlines = [_simplified(contour, params.tolerance) for contour in contours]
    dilated = iter(_dilated([outline for outline in outlines if len(outline) >= 4], params))
    polygons = [next(dilated) if len(outline) >= 4 else None for outline in outlines]
    return [
        _rectangles([contour], params)[0] if polygon is None else polygon
        for polygon, contour in zip(polygons, contours, strict=True)
    ]


def _simplified(contour: NDArray, tolerance: float) -> NDArray[np.int32]:
    """Return an outline (n, 2) with fewer vertices, or as it is where fewer than 4 remain."""
    simple = cv2.approxPolyDP(contour, tolerance, True)
    return (simple if len(simple) >= 4 else contour).reshape(-1, 2)


def _dilated(outlines: Sequence[NDArray], params: DecodeParams) -> list[NDArray[np.float64] | None]:
    """Offset outlines (n >= 4, 2) outwards; None where that leaves no simple quad or more."""
    if not outlines:
        return []
    owner = np.repeat(np.arange(len(outlines)), [len(outline) for outline in outlines])
    rings = shapely.linearrings(np.concatenate(outlines), indices=owner)
    shapes = shapely.polygons(rings)
    # Half a pixel all round adds this much to a rectangle; one offset by the sum is half the work.
    length = shapely.length(shapes)
    area = shapely.area(shapes) + length / 2 + 1
    reach = 0.5 + area * params.unclip_ratio / (length + 4)
    # A mitre keeps a word's corners, which a round join would cut off.
    dilated = shapely.buffer(shapes, reach, join_style='mitre', mitre_limit=2)
    # The contour of a stroke one pixel thin runs back over itself. As a polygon it would vanish, in
    # part or whole; as a line it does not, but a mitre makes spikes where it turns.
    folded = ~shapely.is_valid(shapes)
    dilated[folded] = shapely.buffer(rings[folded], reach[folded], quad_segs=2)
    dilated = shapely.simplify(dilated, params.tolerance / 2, preserve_topology=True)
    # The outer ring, for a region's holes are part of it.
    rings = shapely.get_exterior_ring(dilated)
    polygons = [shapely.get_coordinates(ring)[:-1] for ring in rings]
    # Counter-clockwise to Shapely is clockwise to the eye: the y axis points down.
    polygons = [
        polygon if right else polygon[::-1]
        for polygon, right in zip(polygons, shapely.is_ccw(rings), strict=True)
    ]
    usable = _usable(polygons)
    return [polygon if good else None for polygon, good in zip(polygons, usable, strict=True)]


def _usable(polygons: Sequence[NDArray]) -> NDArray[np.bool_]:
    """Return which polygons have 4 vertices or more, an area, and do not cross themselves."""
    usable = np.array([len(polygon) >= 4 for polygon in polygons], bool)
    if usable.any():
        rings = Rings.of([polygon for polygon in polygons if len(polygon) >= 4])
        usable[usable] = rings.simple & (np.abs(rings.signed_areas) > _MIN_AREA)
    return usable
