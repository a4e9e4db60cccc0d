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

from ..geometry import Rings, Window
from .distance import Outlines
from .quad_distance import QuadDistance


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
    words = Rings.checked(polygons)
    ignored = np.zeros(len(words), bool) if ignored is None else np.asarray(ignored, bool)
    if ignored.shape != (len(words),):
        raise ValueError(f'ignored must hold {len(words)} flags, but got {ignored.size}')
    canvas = _Canvas(shape)
    if len(words):
        canvas.draw(words, ignored, shrink_ratio, min_side)
    return canvas.maps(thresh_min, thresh_max)


class _Canvas:
    """A page while words are drawn: small types, and distances in units of each word's D."""

    def __init__(self, shape: tuple[int, int]) -> None:
        self.prob, self.left_out = np.zeros((2, *shape), bool)
        self.near = np.ones(shape, np.float32)  # the distance to the nearest edge, at most 1

    def draw(
        self, rings: Rings, ignored: NDArray[np.bool_], shrink_ratio: float, min_side: float
    ) -> None:
        """Draw words, those that are ignored or thin only as left out."""
        perimeters = np.add.reduceat(np.hypot(*rings.edges.T), rings.starts)
        areas = np.abs(rings.signed_areas)
        sides = _shorter_sides(areas, perimeters)
        learnt = ~ignored & (sides >= min_side)
        offsets = np.where(learnt, areas * (1 - shrink_ratio**2) / np.maximum(perimeters, 1e-6), 0)
        # Half a pixel and a little, lest rounding decide on a strip of exactly one pixel.
        depths = np.minimum(1, np.maximum(sides / 2 - 0.501, 0) / np.maximum(offsets, 1e-6))
        windows = _windows(rings.boxes, offsets, self.prob.shape)

        quads = QuadDistance(rings, offsets)
        for i, signed in quads.signed(windows):
            self._add_word(windows[i], signed, depths[i])
        rest = np.setdiff1d(np.arange(len(rings)), quads.index)
        outlines = Outlines(rings.take(rest))
        for part, i in enumerate(rest.tolist()):
            if offsets[i] == 0:
                self.left_out[windows[i]] |= outlines.inside(part, windows[i])
            else:
                signed = outlines.signed(part, windows[i]) * np.float32(1 / offsets[i])
                self._add_word(windows[i], signed, depths[i])

    def _add_word(self, window: Window, signed: NDArray[np.float32], depth: float) -> None:
        prob, near = self.prob[window], self.near[window]
        np.logical_or(prob, signed <= np.float32(-depth), out=prob)
        np.minimum(near, np.abs(signed, out=signed), out=near)

    def maps(self, thresh_min: float, thresh_max: float) -> DBTargets:
        """Return the page in single precision."""
        maps = DBTargets(*np.empty((4, *self.prob.shape), np.float32))
        maps.prob[:] = self.prob
        np.logical_not(self.left_out, out=maps.prob_mask)
        # What is inside at D from every edge, or deeper, is in the shrunk word.
        np.logical_or(self.near < 1, self.prob, out=maps.thresh_mask)
        np.multiply(self.near, thresh_min - thresh_max, out=maps.thresh)
        maps.thresh[:] += thresh_max
        return maps


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
