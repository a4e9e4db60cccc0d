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


@dataclass(frozen=True)
class DecodeParams:
    """How a probability map becomes polygons.

    Args:
        thresh: probability from which a pixel belongs to a word.
        box_thresh: mean probability from which a region is kept.
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
            value = getattr(self, name)
            _require(0 <= value < np.inf, name, value, 'a finite number of 0 or more')
        _require(self.max_candidates >= 1, 'max_candidates', self.max_candidates, '1 or more')
        _require(self.mode in ('polygon', 'box'), 'mode', self.mode, "'polygon' or 'box'")


def _require(condition: bool, name: str, value: object, remedy: str) -> None:
    if not condition:
        raise ValueError(f'decoding parameter {name} must be {remedy}, but got {value!r}')


def decode(prob_map: NDArray, params: DecodeParams) -> list[Detection]:
    """Turn a probability map into polygons, the best score first.

    Args:
        prob_map: (H, W) in [0, 1].
        params: thresholds and shape of the output.

    Returns:
        Detections with (n >= 4, 2) float64 polygons: valid, clockwise as seen on the page, in
        pixels of the map (a pixel's centre has integer coordinates), possibly reaching beyond it.

    Raises:
        ValueError: the map is not two-dimensional or holds a NaN.
    """
    prob_map = np.ascontiguousarray(prob_map, np.float32)
    if prob_map.ndim != 2:
        raise ValueError(f'a probability map must have shape (H, W), but got {prob_map.shape}')
    if prob_map.size == 0:
        return []
    # A NaN spoils the sum, which is one quick pass.
    if np.isnan(prob_map.sum()):
        raise ValueError('the probability map holds NaN; the network diverged or the file is bad')
    mask = (prob_map >= params.thresh).view(np.uint8)
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    candidates = [
        (score, contour)
        for contour in contours
        if (score := _mean_inside(prob_map, contour)) >= params.box_thresh
        and min(cv2.minAreaRect(contour)[1]) + 1 >= params.min_side
    ]
    candidates.sort(key=lambda candidate: -candidate[0])
    del candidates[params.max_candidates :]
    polygons = _dilate([_outline(contour, params) for _, contour in candidates], params)
    return [
        Detection(polygon, score)
        for (score, _), polygon in zip(candidates, polygons, strict=True)
        if polygon is not None
    ]


def to_page(
    detections: Sequence[Detection], scale: tuple[float, float], size: tuple[int, int]
) -> list[Detection]:
    """Map detections from a resized page back to the displayed image.

    Args:
        detections: polygons in pixels of the resized page.
        scale: (x, y) factors that the page was resized by.
        size: (width, height) of the displayed image, to which polygons are clipped; what lies
            outside altogether is dropped.
    """
    factor = np.asarray(scale, float)
    # Resizing keeps pixel edges, not centres: edges of the page stay edges of the map.
    mapped = ((found.score, (found.polygon + 0.5) / factor - 0.5) for found in detections)
    clipped = ((score, clip_to(polygon, *size)) for score, polygon in mapped)
    return [Detection(polygon, score) for score, polygon in clipped if polygon is not None]


def _mean_inside(prob_map: NDArray[np.float32], contour: NDArray) -> float:
    x, y, width, height = cv2.boundingRect(contour)
    mask = np.zeros((height, width), np.uint8)
    cv2.fillPoly(mask, [contour], 1, offset=(-x, -y))
    return cv2.mean(prob_map[y : y + height, x : x + width], mask)[0]


def _outline(contour: NDArray, params: DecodeParams) -> shapely.Polygon:
    """Return the region's outline half a pixel outside its outermost pixel centres.

    A contour runs through pixel centres and so lacks half a pixel all round, which for text a few
    pixels high is most of what the dilation goes by.
    """
    points = contour.reshape(-1, 2)
    if params.mode == 'box' or len(points) < 4:
        (x, y), (width, height), angle = cv2.minAreaRect(contour)
        return shapely.Polygon(_rectangle(x, y, width + 1, height + 1, angle))
    simple = cv2.approxPolyDP(contour, params.tolerance, True).reshape(-1, 2)
    points = simple if len(simple) >= 4 else points
    return shapely.Polygon(points).buffer(0.5, join_style='mitre', mitre_limit=2)


def _rectangle(x: float, y: float, width: float, height: float, degrees: float) -> NDArray:
    angle = np.deg2rad(degrees)
    along = np.array([np.cos(angle), np.sin(angle)]) * width / 2
    across = np.array([-np.sin(angle), np.cos(angle)]) * height / 2
    corners = [-along - across, along - across, along + across, -along + across]
    return np.array([x, y]) + corners


def _dilate(
    regions: Sequence[shapely.Polygon], params: DecodeParams
) -> list[NDArray[np.float64] | None]:
    """Offset all regions outwards; a region that leaves no simple quad or more becomes None."""
    regions = np.asarray(regions, dtype=object)
    distance = shapely.area(regions) * params.unclip_ratio / shapely.length(regions)
    # A mitre keeps a word's corners, which a round join would cut off.
    dilated = shapely.buffer(regions, distance, join_style='mitre', mitre_limit=2)
    dilated = shapely.simplify(dilated, params.tolerance / 2, preserve_topology=True)
    return [_vertices(polygon) for polygon in dilated]


def _vertices(polygon: shapely.Polygon) -> NDArray[np.float64] | None:
    """Return the outer ring without its closing vertex, clockwise on the page, or None."""
    if polygon.geom_type != 'Polygon' or polygon.is_empty:
        return None
    polygon = shapely.Polygon(polygon.exterior)
    points = shapely.get_coordinates(polygon.exterior)[:-1]
    if len(points) < 4 or not polygon.is_valid or polygon.area == 0:
        return None
    # The y axis points down, so a ring that is counter-clockwise to GEOS is clockwise to the eye.
    return points if polygon.exterior.is_ccw else points[::-1]
