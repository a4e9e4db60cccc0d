"""Connected regions of a binarized probability map, and how bright they are."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from ..geometry import Window
from ..maps import check_probabilities
from .params import DecodeParams

_MAX_PAIRED = 1000  # boxes that are compared with each other


class Region(NamedTuple):
    """A connected region of a binarized probability map.

    ``score`` is its mean probability, holes included, in [0, 1]; ``contour`` is (n, 1, 2) int32 as
    OpenCV gives it, through the centres of its outermost pixels.
    """

    score: float
    contour: NDArray[np.int32]


def find_regions(prob_map: NDArray, params: DecodeParams) -> list[Region]:
    """Return the regions that are bright and wide enough, the best score first.

    The first half of :func:`decode`: it depends on ``thresh``, ``box_thresh`` and ``min_side``, and
    a higher ``box_thresh`` takes off the end of the list and changes nothing else. All regions are
    returned; ``max_candidates`` does not count here.

    Raises:
        ValueError: as :func:`decode`.
    """
    prob_map = np.asarray(prob_map)
    check_probabilities(prob_map)
    if prob_map.size == 0:
        return []
    prob_map = np.ascontiguousarray(prob_map, np.float32)
    mask = (prob_map >= params.thresh).view(np.uint8)
    contours, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    regions = []
    for contour, window, alone in _with_windows(contours):
        # Borders of holes are followed the other way round (Suzuki and Abe, 1985).
        if cv2.contourArea(contour, oriented=True) > 0:
            continue
        score = _mean(prob_map[window], mask[window] if alone else _filled(contour))
        if score >= params.box_thresh and _wide_enough(contour, params.min_side):
            regions.append(Region(score, contour))
    return sorted(regions, key=lambda region: -region.score)


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
