"""Probability map to scored polygons, the inverse of :mod:`.targets`.

The steps are those of Liao et al., "Real-time Scene Text Detection with Differentiable
Binarization" (AAAI 2020), section "Deployment": binarize, take the connected regions, score each
by its mean probability, and dilate it by ``area * unclip_ratio / perimeter``.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Literal, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from ..errors import UserError
from ..geometry import Detection, Rings, Window, clip_to
from ..maps import MANIFEST, MapFolder, ProbMap
from .unclip import dilated_outlines, dilated_rectangles
from .whole_pixels import roundable

_MAX_PAIRED = 1000  # boxes that are compared with each other
_ONE = np.float32(1).view(np.uint32)


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
            self._require_number(name, 1, 'between 0 and 1')
        for name in ('unclip_ratio', 'min_side', 'tolerance'):
            self._require_number(name, 1000, '0 to 1000')
        whole = type(self.max_candidates) is int and self.max_candidates >= 1
        _require(whole, 'max_candidates', self.max_candidates, 'a whole number of 1 or more')
        _require(self.mode in ('polygon', 'box'), 'mode', self.mode, "'polygon' or 'box'")

    def _require_number(self, name: str, highest: float, remedy: str) -> None:
        value = getattr(self, name)
        number = isinstance(value, Real) and not isinstance(value, bool)
        _require(number and 0 <= value <= highest, name, value, remedy)


def _require(condition: bool, name: str, value: object, remedy: str) -> None:
    if not condition:
        raise ValueError(f'decoding parameter {name} must be {remedy}, but got {value!r}')


class Region(NamedTuple):
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
        ValueError: the map is not two-dimensional, or not of floats between 0 and 1.
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
    contours, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    regions = [
        Region(score, contour)
        for contour, window, alone in _with_windows(contours)
        # Borders of holes are followed the other way round (Suzuki and Abe, 1985).
        if cv2.contourArea(contour, oriented=True) <= 0
        and (score := _mean(prob_map[window], mask[window] if alone else _filled(contour)))
        >= params.box_thresh
        and _wide_enough(contour, params.min_side)
    ]
    return sorted(regions, key=lambda region: -region.score)


def outline(regions: Sequence[Region], params: DecodeParams) -> list[NDArray[np.float64]]:
    """Return the regions' dilated polygons, one a region, as :func:`decode` describes them.

    The second half of :func:`decode`: it depends on ``unclip_ratio``, ``mode`` and ``tolerance``,
    and on each region alone.
    """
    contours = [region.contour for region in regions]
    if params.mode == 'box':
        return dilated_rectangles(contours, params.unclip_ratio)
    return dilated_outlines(contours, params.unclip_ratio, params.tolerance)


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
    rings = Rings.of([found.polygon for found in detections])
    # Resizing keeps pixel edges, not centres: edges of the page stay edges of the map.
    mapped = Rings((rings.points + 0.5) / scale - 0.5, rings.counts)
    clipped = clip_to(mapped, size)
    kept = [i for i, polygon in enumerate(clipped) if polygon is not None]
    polygons = roundable([clipped[i] for i in kept], size)
    return [
        Detection(polygon, detections[i].score) for i, polygon in zip(kept, polygons, strict=True)
    ]


def _checked(prob_map: NDArray) -> NDArray[np.float32]:
    prob_map = np.asarray(prob_map)
    if prob_map.ndim != 2:
        raise ValueError(f'a probability map must have shape (H, W), but got {prob_map.shape}')
    if prob_map.dtype.kind not in 'fb':
        raise ValueError(
            f'probabilities must be floats, but the map is {prob_map.dtype}; divide by the value '
            'that stands for 1, such as 255'
        )
    prob_map = np.ascontiguousarray(prob_map, np.float32)
    # As integers, negative numbers and NaN are greater than every number up to 1.
    if prob_map.size and prob_map.view(np.uint32).max() > _ONE:
        _check_range(float(prob_map.min()), float(prob_map.max()))
    return prob_map


def _check_range(low: float, high: float) -> None:
    if np.isnan(low):
        raise ValueError('the probability map holds NaN; the network diverged or it is damaged')
    # Means of several maps may miss the limits by a rounding error.
    if low < -1e-3 or high > 1 + 1e-3:
        raise ValueError(f'probabilities must lie between 0 and 1, but got {low:g} to {high:g}')


def _with_windows(contours: Sequence[NDArray]) -> Iterator[tuple[NDArray, Window, bool]]:
    """Yield contours with their bounding boxes, as rows and columns, and whether those are alone.

    In a box that no other one meets, of a region or of a hole, all that is bright is the region.
    """
    boxes = [cv2.boundingRect(contour) for contour in contours]
    alone = np.zeros(len(boxes), bool)
    if 0 < len(boxes) <= _MAX_PAIRED:
        x, y, width, height = np.array(boxes).T
        meets = (x[:, None] < x + width) & (y[:, None] < y + height)
        alone = (meets & meets.T).sum(axis=1) == 1  # each meets itself
    windows = [(slice(y, y + height), slice(x, x + width)) for x, y, width, height in boxes]
    return zip(contours, windows, alone.tolist(), strict=True)


def _filled(contour: NDArray) -> NDArray[np.uint8]:
    """Return what is inside a contour, holes included, as a mask of its bounding box."""
    x, y, width, height = cv2.boundingRect(contour)
    mask = np.zeros((height, width), np.uint8)
    return cv2.fillPoly(mask, [contour], 1, cv2.LINE_8, 0, (-x, -y))


def _mean(probabilities: NDArray[np.float32], mask: NDArray[np.uint8]) -> float:
    return min(max(cv2.mean(probabilities, mask)[0], 0.0), 1.0)


def _wide_enough(contour: NDArray, min_side: float) -> bool:
    # No region is narrower than the one pixel that its contour does not count.
    return min_side <= 1 or min(cv2.minAreaRect(contour)[1]) + 1 >= min_side


def decode_map(prob_map: ProbMap, params: DecodeParams) -> list[Detection]:
    """Return the words of a page on its displayed image, the best score first."""
    detections = decode(prob_map.probabilities, params)
    return to_page(detections, prob_map.scale, prob_map.page_size)


def params_of(maps: MapFolder) -> DecodeParams:
    """Return what the model whose maps a folder holds decodes with.

    Raises:
        UserError: the folder's manifest has other values than those of a decoding.
    """
    try:
        return DecodeParams(**maps.decoding)
    except (TypeError, ValueError) as error:
        raise UserError(f'{maps.path / MANIFEST}: {error}; make the maps again') from error
