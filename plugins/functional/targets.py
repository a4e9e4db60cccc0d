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
    areas, perimeters = _areas_and_perimeters(words)
    offsets = areas * (1 - shrink_ratio**2) / np.maximum(perimeters, 1e-6)
    sides = _shorter_sides(areas, perimeters)
    learnt = sides >= min_side
    if ignored is not None:
        learnt &= ~np.asarray(ignored, bool).reshape(len(words))

    prob, masked, dilated = np.zeros((3, *shape), bool)
    nearness = np.zeros(shape, np.float32)
    for polygon, offset, side in zip(words, offsets * learnt, sides, strict=True):
        window = _window(polygon, offset, shape)
        if window is None:
            continue
        inside = _inside(polygon, window)
        if offset == 0:
            masked[window] |= inside
            continue
        distance = _distance(polygon, window)
        near = 1 - distance * np.float32(1 / offset)
        prob[window] |= inside & (distance >= min(offset, side / 2 - 0.5))
        dilated[window] |= inside | (near > 0)
        np.maximum(nearness[window], near, out=nearness[window])
    nearness *= thresh_max - thresh_min
    nearness += thresh_min
    return DBTargets(
        prob.astype(np.float32), (~masked).astype(np.float32), nearness, dilated.astype(np.float32)
    )


def _checked(polygon: NDArray) -> NDArray[np.float64]:
    polygon = np.asarray(polygon, np.float64)
    if polygon.ndim != 2 or polygon.shape[1] != 2 or len(polygon) < 3:
        raise ValueError(f'a polygon must have shape (n >= 3, 2), but got {polygon.shape}')
    if not np.isfinite(polygon).all():
        raise ValueError(f'a polygon must be finite, but got {polygon.tolist()}')
    return polygon


def _areas_and_perimeters(words: Sequence[NDArray]) -> tuple[NDArray, NDArray]:
    """Return the shoelace areas, 0 for a bow-tie, and the perimeters, (n,) each."""
    if not words:
        return np.zeros(0), np.zeros(0)
    rings = Rings.of(words)
    lengths = np.hypot(*rings.edges.T)
    return np.abs(rings.signed_areas), np.add.reduceat(lengths, rings.starts)


def _shorter_sides(areas: NDArray, perimeters: NDArray) -> NDArray:
    half = perimeters / 2
    return (half - np.sqrt(np.maximum(half * half - 4 * areas, 0))) / 2


def _window(polygon: NDArray, margin: float, shape: tuple[int, int]) -> tuple[slice, slice] | None:
    """Return the rows and columns that a polygon dilated by ``margin`` can touch, if any."""
    limit = shape[::-1]
    # Clipped before the cast: integers do not hold what floats do.
    x_min, y_min = np.clip(np.floor(polygon.min(axis=0) - margin), 0, limit).astype(int)
    x_max, y_max = np.clip(np.ceil(polygon.max(axis=0) + margin) + 1, 0, limit).astype(int)
    if x_min >= x_max or y_min >= y_max:
        return None
    return slice(y_min, y_max), slice(x_min, x_max)


def _local(polygon: NDArray, window: tuple[slice, slice]) -> tuple[NDArray, NDArray, NDArray]:
    """Return the window's columns (W,), its rows (H,) and the polygon, all from its corner."""
    rows, columns = window
    x = np.arange(columns.stop - columns.start)
    y = np.arange(rows.stop - rows.start)
    return x, y, polygon - (columns.start, rows.start)


def _inside(polygon: NDArray, window: tuple[slice, slice]) -> NDArray[np.bool_]:
    """Return which pixels (H, W) of a window lie inside, even-odd."""
    x, y, starts = _local(polygon, window)
    ax, ay = starts.T[:, :, None]
    dx, dy = (np.roll(starts, -1, axis=0) - starts).T[:, :, None]
    crosses = (ay <= y) != (ay + dy <= y)
    slope = np.divide(dx, dy, out=np.zeros_like(dx), where=dy != 0)
    meets_at = np.where(crosses, ax + (y - ay) * slope, -np.inf).astype(np.float32)
    # Bit by bit, which on Booleans is the same and faster than logical_xor.
    return np.bitwise_xor.reduce(x.astype(np.float32) < meets_at[:, :, None], axis=0)


def _distance(polygon: NDArray, window: tuple[slice, slice]) -> NDArray[np.float32]:
    """Return the distance (H, W) of a window's pixels to the nearest edge, in pixels.

    In the frame of an edge a pixel is so far across its line and so far along it. Both are a row
    term plus a column term, which are summed up in double precision where the edge is far away, so
    that single precision does for the pixels.
    """
    x, y, starts = _local(polygon, window)
    edges = np.roll(starts, -1, axis=0) - starts
    lengths = np.hypot(*edges.T)
    real = lengths > 0
    ux, uy = (edges[real] / lengths[real, None]).T[:, :, None]
    ax, ay = starts[real].T[:, :, None]
    half = (lengths[real, None] / 2).astype(np.float32)
    across_x = (uy * x + (ux * ay - uy * ax)).astype(np.float32)
    across_y = (-ux * y).astype(np.float32)
    along_x = (ux * x - (ux * ax + uy * ay) - lengths[real, None] / 2).astype(np.float32)
    along_y = (uy * y).astype(np.float32)
    across = across_x[:, None, :] + across_y[:, :, None]
    beyond = along_x[:, None, :] + along_y[:, :, None]
    np.abs(beyond, out=beyond)
    beyond -= half[:, :, None]
    np.maximum(beyond, 0, out=beyond)
    across *= across
    beyond *= beyond
    across += beyond
    return np.sqrt(across.min(axis=0))
