"""Polygons to the four training maps of differentiable binarization.

Everything follows from one quantity, a pixel's distance to the nearest edge of a polygon. With
``D = area * (1 - shrink_ratio ** 2) / perimeter``, the offset of Liao et al., "Real-time Scene Text
Detection with Differentiable Binarization" (AAAI 2020), section "Label generation":

- the shrunk polygon is what lies inside and at least D from every edge;
- the dilated polygon is what lies inside or less than D from an edge;
- the threshold map falls from the edge, linearly, to nothing at distance D on both sides.

No polygon is offset, so no vertex is rounded and thin words do not break apart.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .outline_distance import Outlines, Window
from .quad_distance import QuadDistance
from .rings import Rings


class DBTargets(NamedTuple):
    """The four maps of one page, each (H, W) float32.

    ``prob`` is 1 in shrunk words, ``prob_mask`` 0 where nothing is to be learnt, ``thresh`` runs
    from ``thresh_min`` to ``thresh_max``, ``thresh_mask`` is 1 in dilated words.
    """

    prob: NDArray[np.float32]
    prob_mask: NDArray[np.float32]
    thresh: NDArray[np.float32]
    thresh_mask: NDArray[np.float32]


def db_targets(
    polygons: Sequence[NDArray],
    shape: tuple[int, int],
    *,
    ignored: Sequence[bool] | None = None,
    shrink_ratio: float = 0.4,
    thresh_min: float = 0.3,
    thresh_max: float = 0.7,
    min_side: float = 3.0,
) -> DBTargets:
    """Draw the probability and threshold maps of one page.

    A shrunk word is left one pixel thick at least, where the paper's offset leaves less: thinner
    ones slip between pixel centres, in part or whole, and would be learnt as background.

    Args:
        polygons: (n, 2) arrays in pixels; a pixel's centre has integer coordinates.
        shape: (height, width) of the maps.
        ignored: words that are masked out instead of learnt.
        shrink_ratio: r in the offset D of the module's docstring, in (0, 1).
        thresh_min: the threshold map away from words.
        thresh_max: the threshold map on a word's edge.
        min_side: words thinner than this many pixels are masked out; a word is as thin as the
            shorter side of the rectangle with its area and perimeter.

    Raises:
        ValueError: ``shrink_ratio`` is not in (0, 1), a polygon is not a finite (n >= 3, 2) array,
            or ``ignored`` is not as long as ``polygons``.
    """
    if not 0 < shrink_ratio < 1:
        raise ValueError(f'shrink_ratio must lie between 0 and 1, but got {shrink_ratio}')
    words = [_checked(polygon) for polygon in polygons]
    ignored = np.zeros(len(words), bool) if ignored is None else np.asarray(ignored, bool)
    if ignored.shape != (len(words),):
        raise ValueError(f'ignored must hold {len(words)} flags, but got {ignored.size}')
    prob, left_out = np.zeros((2, *shape), bool)
    near = np.ones(shape, np.float32)  # distance to the nearest edge, in units of its D
    if words:
        _draw(Rings.of(words), ignored, shrink_ratio, min_side, prob, left_out, near)
    maps = DBTargets(*np.empty((4, *shape), np.float32))
    maps.prob[:] = prob
    np.logical_not(left_out, out=maps.prob_mask)
    # What is inside and at D from every edge, or deeper, is in the shrunk word.
    np.logical_or(near < 1, prob, out=maps.thresh_mask)
    np.multiply(near, thresh_min - thresh_max, out=maps.thresh)
    maps.thresh[:] += thresh_max
    return maps


def _draw(
    rings: Rings,
    ignored: NDArray[np.bool_],
    shrink_ratio: float,
    min_side: float,
    prob: NDArray[np.bool_],
    left_out: NDArray[np.bool_],
    near: NDArray[np.float32],
) -> None:
    """Draw words into ``prob`` and ``near``, those not to be learnt into ``left_out``."""
    outlines = Outlines(rings)
    perimeters = np.add.reduceat(outlines.lengths, rings.starts)
    areas = np.abs(rings.signed_areas)
    sides = _shorter_sides(areas, perimeters)
    learnt = ~ignored & (sides >= min_side)
    offsets = np.where(learnt, areas * (1 - shrink_ratio**2) / np.maximum(perimeters, 1e-6), 0)
    # Half a pixel and a little, lest rounding decide on a strip of exactly one pixel.
    depths = np.minimum(offsets, np.maximum(sides / 2 - 0.501, 0))
    windows = _windows(rings.boxes, offsets, prob.shape)
    for i in np.flatnonzero(offsets == 0):
        left_out[windows[i]] |= outlines.inside(i, windows[i])
    quads = QuadDistance(rings, offsets)
    for i, signed in quads.signed(windows):
        _add_word(prob[windows[i]], near[windows[i]], signed, depths[i] / offsets[i])
    rest = offsets > 0
    rest[quads.index] = False
    for i in np.flatnonzero(rest):
        signed = outlines.signed(i, windows[i])
        signed *= np.float32(1 / offsets[i])
        _add_word(prob[windows[i]], near[windows[i]], signed, depths[i] / offsets[i])


def _add_word(prob: NDArray, near: NDArray, signed: NDArray[np.float32], depth: float) -> None:
    """Add a word to its window (H, W) of a page; distances and depth are in units of its D."""
    prob |= signed <= np.float32(-depth)
    np.minimum(near, np.abs(signed, out=signed), out=near)


def _checked(polygon: NDArray) -> NDArray[np.float64]:
    polygon = np.asarray(polygon, np.float64)
    if polygon.ndim != 2 or polygon.shape[1] != 2 or len(polygon) < 3:
        raise ValueError(f'a polygon must have shape (n >= 3, 2), but got {polygon.shape}')
    if not np.isfinite(polygon).all():
        raise ValueError(f'a polygon must be finite, but got {polygon.tolist()}')
    return polygon


def _shorter_sides(areas: NDArray, perimeters: NDArray) -> NDArray:
    half = perimeters / 2
    return (half - np.sqrt(np.maximum(half * half - 4 * areas, 0))) / 2


def _windows(boxes: NDArray, margins: NDArray, shape: tuple[int, int]) -> list[Window]:
    """Return the rows and columns that each polygon, dilated by its margin, can touch."""
    limit = shape[::-1]
    # Clipped before the cast: integers do not hold what floats do.
    low = np.clip(np.floor(boxes[:, :2] - margins[:, None]), 0, limit).astype(int)
    high = np.clip(np.ceil(boxes[:, 2:] + margins[:, None]) + 1, 0, limit).astype(int)
    return [
        (slice(top, max(top, bottom)), slice(left, max(left, right)))
        for (left, top), (right, bottom) in zip(low.tolist(), high.tolist(), strict=True)
    ]
