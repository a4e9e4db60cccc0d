"""Polygons to the four training maps of differentiable binarization.

Everything follows from one quantity, a pixel's distance to the nearest edge of a polygon. With
``D = area * (1 - shrink_ratio ** 2) / perimeter``, the offset of Liao et al., "Real-time Scene Text
Detection with Differentiable Binarization" (AAAI 2020), section "Label generation":

- the shrunk polygon is what lies inside and at least D from every edge;
- the dilated polygon is what lies inside or less than D from an edge;
- the threshold map falls from the edge, linearly, to nothing at distance D on both sides.

No polygon is offset, so no vertex is rounded and thin words do not break apart.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

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
    maps = DBTargets(*np.zeros((4, *shape), np.float32))
    maps.prob_mask[:] = 1
    ignored = np.zeros(len(words), bool) if ignored is None else np.asarray(ignored, bool)
    if ignored.shape != (len(words),):
        raise ValueError(f'ignored must hold {len(words)} flags, but got {ignored.size}')
    if words:
        _draw(maps, Rings.of(words), ignored, shrink_ratio, min_side)
    maps.thresh[:] *= thresh_max - thresh_min
    maps.thresh[:] += thresh_min
    return maps


def _draw(
    maps: DBTargets, rings: Rings, ignored: NDArray[np.bool_], shrink_ratio: float, min_side: float
) -> None:
    """Draw words into empty maps; ``thresh`` holds 1 on edges, 0 at distance D and beyond."""
    edges = _Edges(rings)
    perimeters = np.add.reduceat(edges.lengths, rings.starts)
    areas = np.abs(rings.signed_areas)
    sides = _shorter_sides(areas, perimeters)
    learnt = ~ignored & (sides >= min_side)
    offsets = np.where(learnt, areas * (1 - shrink_ratio**2) / np.maximum(perimeters, 1e-6), 0)
    # Half a pixel and a little, lest rounding decide on a strip of exactly one pixel.
    depths = np.minimum(offsets, np.maximum(sides / 2 - 0.501, 0))
    for i, window in enumerate(_windows(rings.boxes, offsets, maps.prob.shape)):
        if window is None:
            continue
        inside = edges.inside(i, window)
        if offsets[i] == 0:
            np.copyto(maps.prob_mask[window], 0, where=inside)
            continue
        distance = edges.distance(i, window)
        np.copyto(maps.prob[window], 1, where=inside & (distance >= np.float32(depths[i])))
        distance *= np.float32(-1 / offsets[i])
        distance += 1
        np.copyto(maps.thresh_mask[window], 1, where=inside | (distance > 0))
        np.maximum(maps.thresh[window], distance, out=maps.thresh[window])


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


def _windows(
    boxes: NDArray, margins: NDArray, shape: tuple[int, int]
) -> Iterator[tuple[slice, slice] | None]:
    """Yield the rows and columns that each polygon, dilated by its margin, can touch, if any."""
    limit = shape[::-1]
    # Clipped before the cast: integers do not hold what floats do.
    low = np.clip(np.floor(boxes[:, :2] - margins[:, None]), 0, limit).astype(int)
    high = np.clip(np.ceil(boxes[:, 2:] + margins[:, None]) + 1, 0, limit).astype(int)
    for (left, top), (right, bottom) in zip(low.tolist(), high.tolist(), strict=True):
        empty = left >= right or top >= bottom
        yield None if empty else (slice(top, bottom), slice(left, right))


class _Edges:
    """All edges of a page, ready to be evaluated at pixels.

    In the frame of an edge a pixel is so far across its line, and so far along it from its middle.
    Both are linear in x and y. What is constant is summed up in double precision, because ends may
    be far away; what remains is small where it matters, so that single precision does.
    """

    def __init__(self, rings: Rings) -> None:
        ends = rings.starts + rings.counts
        self.parts = [
            slice(*pair) for pair in zip(rings.starts.tolist(), ends.tolist(), strict=True)
        ]
        (x, y), (dx, dy) = rings.points.T, rings.edges.T
        self.lengths = np.hypot(dx, dy)
        real = self.lengths > 0
        ux, uy = np.divide((dx, dy), self.lengths, out=np.zeros((2, len(x))), where=real)
        # An edge without a length, from a vertex given twice, is infinitely far away.
        across = np.where(real, ux * y - uy * x, np.inf)
        along = -(ux * x + uy * y) - self.lengths / 2
        columns = np.stack((ux, uy, across, along, self.lengths / 2)).astype(np.float32)
        self.ux, self.uy, self.across, self.along, self.half = columns[:, :, None]
        self.top, self.bottom = np.sort((y, y + dy), axis=0)[:, :, None]
        self.slope = np.divide(dx, dy, out=np.zeros_like(dx), where=dy != 0)[:, None]
        self.at_row_0 = x[:, None] - self.slope * y[:, None]

    def inside(self, i: int, window: tuple[slice, slice]) -> NDArray[np.bool_]:
        """Return which pixels (H, W) of a window lie inside polygon ``i``, even-odd."""
        x, y = _pixels(window)
        inside = np.zeros((len(y), len(x)), bool)
        for part in _bites(self.parts[i]):
            crosses = (self.top[part] <= y) & (y < self.bottom[part])
            meets_at = self.slope[part] * y + self.at_row_0[part]
            meets_at = np.where(crosses, meets_at, -np.inf).astype(np.float32)
            # Bit by bit, which on Booleans is the same and faster than logical_xor.
            inside ^= np.bitwise_xor.reduce(x < meets_at[:, :, None], axis=0)
        return inside

    def distance(self, i: int, window: tuple[slice, slice]) -> NDArray[np.float32]:
        """Return the distance (H, W) of a window's pixels to the nearest edge of polygon ``i``."""
        x, y = _pixels(window)
        squared = np.full((len(y), len(x)), np.inf, np.float32)
        for part in _bites(self.parts[i]):
            ux, uy = self.ux[part], self.uy[part]
            across = _outer_sum(self.across[part] + uy * x, -ux * y)
            beyond = _outer_sum(self.along[part] + ux * x, uy * y)
            np.abs(beyond, out=beyond)
            beyond -= self.half[part, :, None]
            np.maximum(beyond, 0, out=beyond)
            across *= across
            beyond *= beyond
            across += beyond
            np.minimum(squared, across.min(axis=0), out=squared)
        return np.sqrt(squared, out=squared)


def _bites(part: slice, size: int = 8) -> Iterator[slice]:
    """Cut a polygon's edges up, lest one with many vertices fill the memory."""
    for start in range(part.start, part.stop, size):
        yield slice(start, min(start + size, part.stop))


def _pixels(window: tuple[slice, slice]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    rows, columns = window
    return (
        np.arange(columns.start, columns.stop, dtype=np.float32),
        np.arange(rows.start, rows.stop, dtype=np.float32),
    )


def _outer_sum(of_columns: NDArray, of_rows: NDArray) -> NDArray:
    """Sum (edges, W) and (edges, H) to (edges, H, W)."""
    return of_columns[:, None, :] + of_rows[:, :, None]
