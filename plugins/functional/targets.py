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
        ValueError: ``shrink_ratio`` is not in (0, 1), or a polygon is not an (n >= 3, 2) array.
    """
    if not 0 < shrink_ratio < 1:
        raise ValueError(f'shrink_ratio must lie between 0 and 1, but got {shrink_ratio}')
    prob = np.zeros(shape, np.float32)
    prob_mask = np.ones(shape, np.float32)
    nearness = np.zeros(shape, np.float32)
    thresh_mask = np.zeros(shape, np.float32)
    if ignored is None:
        ignored = np.zeros(len(polygons), bool)
    for polygon, skip in zip(polygons, ignored, strict=True):
        polygon = _checked(polygon)
        area, perimeter = _area_and_perimeter(polygon)
        skip = skip or _thickness(area, perimeter) < min_side
        offset = area * (1 - shrink_ratio**2) / max(perimeter, 1e-6)
        window = _window(polygon, 0.0 if skip else offset, shape)
        if window is None:
            continue
        inside, squared = _inside_and_squared_distance(polygon, window)
        if skip:
            prob_mask[window][inside] = 0
            continue
        near = 1 - np.sqrt(squared) / np.float32(offset)
        prob[window][inside & (near <= 0)] = 1
        np.maximum(nearness[window], near, out=nearness[window])
        thresh_mask[window][inside | (near > 0)] = 1
    return DBTargets(
        prob, prob_mask, nearness * (thresh_max - thresh_min) + thresh_min, thresh_mask
    )


def _checked(polygon: NDArray) -> NDArray[np.float32]:
    polygon = np.asarray(polygon, np.float32)
    if polygon.ndim != 2 or polygon.shape[1] != 2 or len(polygon) < 3:
        raise ValueError(f'a polygon must have shape (n >= 3, 2), but got {polygon.shape}')
    return polygon


def _area_and_perimeter(polygon: NDArray) -> tuple[float, float]:
    # From the centroid, because float32 products of page coordinates lose the small areas.
    x, y = (polygon - polygon.mean(axis=0)).T
    x_next, y_next = np.roll(x, -1), np.roll(y, -1)
    area = abs(float(np.dot(x, y_next) - np.dot(y, x_next))) / 2
    return area, float(np.hypot(x_next - x, y_next - y).sum())


def _thickness(area: float, perimeter: float) -> float:
    half = perimeter / 2
    return (half - max(half * half - 4 * area, 0) ** 0.5) / 2


def _window(polygon: NDArray, margin: float, shape: tuple[int, int]) -> tuple[slice, slice] | None:
    """Return the rows and columns that a polygon dilated by ``margin`` can touch, if any."""
    x_min, y_min = np.floor(polygon.min(axis=0) - margin).astype(int)
    x_max, y_max = np.ceil(polygon.max(axis=0) + margin).astype(int) + 1
    rows = slice(max(y_min, 0), min(y_max, shape[0]))
    columns = slice(max(x_min, 0), min(x_max, shape[1]))
    if rows.start >= rows.stop or columns.start >= columns.stop:
        return None
    return rows, columns


def _inside_and_squared_distance(
    polygon: NDArray[np.float32], window: tuple[slice, slice]
) -> tuple[NDArray[np.bool_], NDArray[np.float32]]:
    """Return which pixels lie inside (even-odd) and their squared distance to the nearest edge.

    A pixel's foot on an edge is a row term plus a column term, clipped to the edge's ends, which
    leaves few passes, over arrays that fit the cache.
    """
    rows, columns = window
    y = np.arange(rows.start, rows.stop, dtype=np.float32)[:, None]
    x = np.arange(columns.start, columns.stop, dtype=np.float32)
    # One edge along the first axis, so that everything below is (edges, height, width).
    ends = np.roll(polygon, -1, axis=0)
    real = (ends != polygon).any(axis=1)
    ax, ay = polygon[real].T[:, :, None, None]
    dx, dy = (ends - polygon)[real].T[:, :, None, None]
    from_x, from_y = x - ax, y - ay
    length = dx * dx + dy * dy
    foot = from_x * (dx / length) + from_y * (dy / length)
    np.clip(foot, 0, 1, out=foot)
    across_x = from_x - foot * dx
    foot *= -dy
    foot += from_y
    across_x *= across_x
    foot *= foot
    across_x += foot
    crosses = (from_y >= 0) != (from_y >= dy)
    slope = np.divide(dx, dy, out=np.zeros_like(dx), where=dy != 0)
    crossing = np.where(crosses, from_y * slope, -np.inf)
    inside = np.logical_xor.reduce(from_x < crossing, axis=0)
    return inside, across_x.min(axis=0)
