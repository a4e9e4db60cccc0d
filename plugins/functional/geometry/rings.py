"""Many polygons in one array, so that a page is a handful of NumPy calls.

Where a polygon crosses itself, its inside is what the even-odd rule says.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Window = tuple[slice, slice]  # rows and columns
Bools = NDArray[np.bool_]

_FACES_BY_EDGES = 100_000  # looked at together


def as_outline(polygon: ArrayLike, name: str, least: int = 3) -> Floats:
    """Return a polygon as (n, 2) floats; ``[]`` has no points.

    Raises:
        ValueError: by its ``name``, when it is no such array, or has under ``least`` points.
    """
    try:
        points = np.asarray(polygon, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f'{name}: not an array of numbers ({error})') from error
    points = points.reshape(0, 2) if points.shape == (0,) else points
    if points.ndim != 2 or points.shape[1] != 2 or len(points) < least:
        raise ValueError(f'{name}: its shape is {points.shape}, expected (n, 2) with n >= {least}')
    return points


def cross(a: Floats, b: Floats) -> Floats:
    """The z component of a × b, over the last axis: (..., 2) and (..., 2) to (...)."""
    return a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]


@dataclass(frozen=True)
class Rings:
    """Many polygons, each with its own number of vertices (3 or more), in one array.

    ``points`` is (N, 2); polygon i is ``points[starts[i] : starts[i] + counts[i]]``.
    """

    points: Floats
    counts: Ints

    @classmethod
    def of(cls, polygons: Sequence[NDArray]) -> 'Rings':
        """Gather (n, 2) polygons; none at all is fine."""
        counts = np.array([len(polygon) for polygon in polygons], dtype=np.int64)
        points = np.concatenate(polygons) if len(polygons) else np.zeros((0, 2))
        return cls(points.astype(np.float64, copy=False), counts)

    @classmethod
    def checked(cls, polygons: Sequence[ArrayLike], least: int = 3) -> 'Rings':
        """Gather polygons that somebody else made.

        Raises:
            ValueError: naming the first, by its position, that is not (n, 2), n >= ``least``, or
                not finite.
        """
        rings = cls.of([as_outline(p, f'polygon {i}', least) for i, p in enumerate(polygons)])
        wrong = np.flatnonzero(~np.isfinite(rings.points).all(axis=1))
        if len(wrong):
            x, y = rings.points[wrong[0]]
            raise ValueError(f'polygon {rings.owner[wrong[0]]}: ({x:g}, {y:g}) is not finite')
        return rings

    def __len__(self) -> int:
        return len(self.counts)

    @cached_property
    def starts(self) -> Ints:
        """(P,) index of each polygon's first vertex."""
        return np.cumsum(self.counts) - self.counts

    @cached_property
    def owner(self) -> Ints:
        """(N,) polygon of each vertex."""
        return np.repeat(np.arange(len(self)), self.counts)

    @cached_property
    def ahead(self) -> Ints:
        """(N,) index of the vertex that follows each one round its polygon."""
        return following(self.owner)

    @cached_property
    def edges(self) -> Floats:
        """(N, 2) vector from each vertex to the next one of its polygon."""
        return self.points[self.ahead] - self.points

    @cached_property
    def boxes(self) -> Floats:
        """(P, 4) bounding boxes: left, top, right, bottom."""
        low = np.minimum.reduceat(self.points, self.starts)
        high = np.maximum.reduceat(self.points, self.starts)
        return np.concatenate((low, high), axis=1)

    @cached_property
    def signed_areas(self) -> Floats:
        """(P,) shoelace sums, positive for polygons that run clockwise in the image."""
        # Relative to each polygon's first vertex: no digits are lost far from the origin.
        local = self.points - self.points[self.starts[self.owner]]
        return 0.5 * np.add.reduceat(cross(local, self.edges), self.starts)

    @cached_property
    def areas(self) -> Floats:
        """(P,) areas of the insides, even-odd."""
        areas = np.abs(self.signed_areas)
        rest = np.flatnonzero(~self.simple)
        areas[rest] = shapely.area(self.regions(rest))
        return areas

    @cached_property
    def convex_quads(self) -> Bools:
        """(P,) whether a polygon is a strictly convex quadrilateral."""
        turns = cross(self.edges, self.edges[self.ahead])
        lefts, rights = (np.logical_and.reduceat(t, self.starts) for t in (turns > 0, turns < 0))
        return (self.counts == 4) & (lefts | rights)

    @cached_property
    def simple(self) -> Bools:
        """(P,) whether a polygon has an inside and neither crosses nor touches itself."""
        simple = self._star_shaped.copy()
        rest = np.flatnonzero(~simple)
        if len(rest):
            outlines = self.outlines(rest)
            simple[rest] = shapely.is_valid(outlines) & (shapely.area(outlines) != 0)
        return simple

    @cached_property
    def _star_shaped(self) -> Bools:
        """(P,) whether the mean of a polygon's vertices is inside and sees every edge, clearly.

        Such a polygon is simple, as nearly all words are, and Shapely need not be asked.
        """
        if not len(self):
            return np.zeros(0, bool)
        centres = np.add.reduceat(self.points, self.starts) / self.counts[:, None]
        x, y = (self.points - centres[self.owner]).T
        next_x, next_y = x[self.ahead], y[self.ahead]
        turns = x * next_y - y * next_x
        # Well above what rounding may add to a product of coordinates.
        clear = 1e-9 * np.abs(self.points).max() ** 2
        lefts, rights = (
            np.logical_and.reduceat(t, self.starts) for t in (turns > clear, turns < -clear)
        )
        # Once round: one edge, not two, comes down through the centre's height.
        down = (y < 0) & (next_y >= 0)
        return (lefts | rights) & (np.add.reduceat(down, self.starts, dtype=np.int64) == 1)

    def polygon(self, index: int) -> Floats:
        """One (n, 2) polygon."""
        return self.points[self.starts[index] :][: self.counts[index]]

    def polygons(self) -> list[Floats]:
        """Every polygon by itself, (n, 2)."""
        starts, ends = self.starts.tolist(), (self.starts + self.counts).tolist()
        return [self.points[start:end] for start, end in zip(starts, ends, strict=True)]

    def take(self, index: Ints) -> 'Rings':
        """The polygons ``index`` (m,) by themselves."""
        return Rings(self.points[self.vertices(index)[1]], self.counts[index])

    def truncated(self) -> 'Rings':
        """The polygons with their coordinates cut to whole pixels, toward zero."""
        return Rings(np.trunc(self.points), self.counts)

    def vertices(self, index: Ints) -> tuple[Ints, Ints]:
        """The vertices of polygons ``index`` (m,): positions in ``index`` and in ``points``."""
        return spans(self.starts, self.counts, index)

    def regions(self, index: Ints) -> NDArray[np.object_]:
        """(m,) Shapely geometries of the polygons ``index``, valid, filled even-odd."""
        regions = self.outlines(index)
        for i in np.flatnonzero(~self.simple[index]):
            regions[i] = self._untangled[index[i]]
        return regions

    @cached_property
    def _untangled(self) -> dict[int, shapely.Geometry]:
        """The regions of polygons that are not simple, by index: each takes half a millisecond."""
        return {int(i): _even_odd(self.polygon(i)) for i in np.flatnonzero(~self.simple)}

    def outlines(self, index: Ints) -> NDArray[np.object_]:
        """(m,) Shapely polygons ``index`` as they are, valid or not."""
        rows, vertices = self.vertices(index)
        return shapely.polygons(shapely.linearrings(self.points[vertices], indices=rows))


def spans(starts: Ints, counts: Ints, index: Ints) -> tuple[Ints, Ints]:
    """What belongs to the spans ``index`` (m,) of an array: positions in ``index`` and in it.

    Span i has ``counts[i]`` elements from ``starts[i]`` on.
    """
    counts = counts[index]
    rows = np.repeat(np.arange(len(index)), counts)
    offsets = starts[index] - (np.cumsum(counts) - counts)
    return rows, np.arange(len(rows)) + offsets[rows]


def following(owner: Ints) -> Ints:
    """(N,) index of the next vertex round each polygon, from the sorted ``owner`` (N,) of each."""
    ahead = np.arange(1, len(owner) + 1)
    if len(owner):
        first = np.flatnonzero(owner[1:] != owner[:-1]) + 1
        ahead[first - 1] = np.concatenate(([0], first[:-1]))[: len(first)]
        ahead[-1] = first[-1] if len(first) else 0
    return ahead


def ray_crosses(points: Floats, starts: Floats, edges: Floats) -> Bools:
    """Whether the ray from a point to the right crosses an edge; (..., 2) each, broadcast to (...).

    Edges are half-open, so that a polygon holds its left and top edge, but not its right and bottom
    one: an odd number of crossings is inside.
    """
    (x, y), (from_x, from_y) = np.moveaxis(points, -1, 0), np.moveaxis(starts, -1, 0)
    dx, dy = np.moveaxis(edges, -1, 0)
    spans = (from_y <= y) != (from_y + dy <= y)
    meets_at = np.divide(dx * (y - from_y), dy, out=np.zeros(spans.shape), where=spans) + from_x
    return spans & (x < meets_at)


def _even_odd(polygon: Floats) -> shapely.Geometry:
    """The even-odd inside of any (n, 2) polygon, from the faces its outline cuts the plane into.

    ``make_valid`` differs where an outline runs over itself, and leaves whiskers behind.
    """
    outline = shapely.node(shapely.linestrings(np.concatenate((polygon, polygon[:1]))))
    faces = shapely.get_parts(shapely.polygonize([outline]))
    spots = shapely.get_coordinates(shapely.point_on_surface(faces))
    edges = np.roll(polygon, -1, axis=0) - polygon
    crossings = np.zeros(len(faces), np.int64)
    rows = max(1, _FACES_BY_EDGES // len(polygon))
    for first in range(0, len(faces), rows):
        block = slice(first, first + rows)
        crossings[block] = ray_crosses(spots[block, None], polygon, edges).sum(axis=1)
    return shapely.coverage_union_all(faces[crossings % 2 == 1])
