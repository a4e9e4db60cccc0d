"""Cells of a leaderboard CSV in which there is nothing to find fault with, read at once.

A submission of 200 MB has fifty million numbers: whole ones take 4 bytes each, one by one they took
minutes and gigabytes.
"""

import re
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from ..annotations import MIN_VERTICES
from ..geometry import HARMLESS, Rings, excess

# Possessive (``++``): without an end it fails at once, and remembers nothing on the way.
_PLAIN = re.compile(r'-?\d{1,7}+(?:[ |]-?\d{1,7}+)*+', re.ASCII)


class PackedPolygons(Sequence):
    """Polygons in two arrays, of whole pixels or not: as a sequence they are float arrays (n, 2).

    ``points`` is (N, 2), and ``counts`` (P,) are the vertices of each.
    """

    def __init__(self, points: NDArray, counts: NDArray[np.int64]) -> None:
        self.points, self.counts = points, counts

    @classmethod
    def of(cls, polygons: Sequence[NDArray[np.float64]]) -> 'PackedPolygons':
        """Pack polygons (n, 2)."""
        rings = Rings.of(polygons)
        return cls(rings.points, rings.counts)

    def __len__(self) -> int:
        return len(self.counts)

    def __getitem__(self, index: int | slice) -> NDArray[np.float64] | list[NDArray[np.float64]]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        index = range(len(self))[index]
        start = int(self.counts[:index].sum())
        return self.points[start : start + self.counts[index]].astype(np.float64)

    def __iter__(self) -> Iterator[NDArray[np.float64]]:
        return iter(self.rings.polygons())

    @property
    def rings(self) -> Rings:
        """All of them."""
        return Rings(self.points.astype(np.float64), self.counts)


def plain_polygons(cell: str) -> PackedPolygons | None:
    """Return the polygons of a cell, or None where a closer look is needed.

    That is where a number is no plain whole one of 7 digits at most, or a polygon none that can be
    scored.
    """
    if not _PLAIN.fullmatch(cell):
        return None
    numbers = [part.count(' ') + 1 for part in cell.split('|')]
    counts, odd = np.divmod(np.array(numbers, np.int64), 2)
    if odd.any() or counts.min() < MIN_VERTICES:
        return None
    points = np.fromstring(cell.replace('|', ' '), np.int32, sep=' ').reshape(-1, 2)
    polygons = PackedPolygons(points, counts)
    long = np.flatnonzero(counts > HARMLESS)
    return None if any(excess(polygons[i]) for i in long) else polygons
