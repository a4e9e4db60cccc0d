"""Areas that many pairs of polygons share, as sums over pairs of their edges.

At any x, a polygon's inside is what lies below an odd number of its edges, so its indicator is a
signed sum over edges, and that of an intersection a signed sum over pairs of edges. What is left
after the terms that cancel round a closed outline is, for edges y = f(x) and y = g(x),

    shared area = -1/2 * sum over pairs of sign * (integral of |f - g| over their common x)

There are no cases to tell apart and no outlines to build: a page is some twenty array operations.
"""

from dataclasses import dataclass

import numpy as np
import shapely

from .blocks import in_blocks
from .rings import Floats, Ints, Rings, spans

_AT_ONCE = 10_000  # pairs of edges, so that the arrays stay in a core's cache
_MOST = 1_000_000  # pairs of edges of two polygons; beyond, Shapely takes less time and memory


def shared_areas(a: Rings, b: Rings, i: Ints, j: Ints) -> Floats:
    """Areas (m,) shared by polygon ``i[k]`` of ``a`` and polygon ``j[k]`` of ``b``, even-odd."""
    areas = np.zeros(len(i))
    edges = a.counts[i] * b.counts[j]
    quick = a.simple[i] & b.simple[j] & (edges <= _MOST)
    edges_a, edges_b = _Edges.of(a), _Edges.of(b)
    for block in in_blocks(np.flatnonzero(quick), edges[quick], _AT_ONCE):
        areas[block] = _summed(edges_a, edges_b, i[block], j[block])
    for block in in_blocks(np.flatnonzero(~quick), edges[~quick], _MOST):
        shared = shapely.intersection(a.regions(i[block]), b.regions(j[block]))
        areas[block] = shapely.area(shared)
    return areas


@dataclass(frozen=True)
class _Edges:
    """The edges of simple polygons from left to right; vertical ones have nothing below them.

    ``sign`` is positive where the inside of the polygon lies on one, always the same, side. Polygon
    i owns edges ``starts[i]`` to ``starts[i] + counts[i]``.
    """

    left: Floats
    right: Floats
    y_left: Floats
    slope: Floats
    sign: Floats
    starts: Ints
    counts: Ints

    @classmethod
    def of(cls, rings: Rings) -> '_Edges':
        sloped = np.flatnonzero(rings.edges[:, 0])
        start, step, owner = rings.points[sloped], rings.edges[sloped], rings.owner[sloped]
        forward = step[:, 0] > 0
        end = start + step
        counts = np.bincount(owner, minlength=len(rings))
        return cls(
            left=np.where(forward, start[:, 0], end[:, 0]),
            right=np.where(forward, end[:, 0], start[:, 0]),
            y_left=np.where(forward, start[:, 1], end[:, 1]),
            slope=step[:, 1] / step[:, 0],
            sign=np.where(forward == (rings.signed_areas[owner] > 0), 1.0, -1.0),
            starts=np.cumsum(counts) - counts,
            counts=counts,
        )

    def each(self, polygons: Ints) -> tuple[Ints, Ints]:
        """The edges of ``polygons`` (m,): positions in ``polygons`` and among the edges."""
        return spans(self.starts, self.counts, polygons)

    def heights(self, edges: Ints, x: Floats) -> Floats:
        """The y (m,) of ``edges`` (m,) at ``x`` (m,)."""
        return self.y_left[edges] + self.slope[edges] * (x - self.left[edges])


def _summed(edges_a: _Edges, edges_b: _Edges, i: Ints, j: Ints) -> Floats:
    pair, a = edges_a.each(i)
    row, b = edges_b.each(j[pair])
    a, pair = a[row], pair[row]
    left = np.maximum(edges_a.left[a], edges_b.left[b])
    right = np.minimum(edges_a.right[a], edges_b.right[b])
    meet = np.flatnonzero(left < right)
    a, b, left, right, pair = a[meet], b[meet], left[meet], right[meet], pair[meet]
    gap_left = edges_a.heights(a, left) - edges_b.heights(b, left)
    gap_right = gap_left + (edges_a.slope[a] - edges_b.slope[b]) * (right - left)
    between = (right - left) * _mean_distance(gap_left, gap_right)
    shared = np.bincount(pair, edges_a.sign[a] * edges_b.sign[b] * between, minlength=len(i))
    return np.maximum(-0.5 * shared, 0)


def _mean_distance(first: Floats, last: Floats) -> Floats:
    """Mean of |d| (m,) while d goes evenly from ``first`` to ``last``, through 0 or not."""
    total = np.abs(first) + np.abs(last)
    squares = np.divide(first**2 + last**2, total, out=np.zeros_like(total), where=total > 0)
    return 0.5 * np.where(first * last < 0, squares, total)
