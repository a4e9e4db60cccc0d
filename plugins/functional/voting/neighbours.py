"""Which detections overlap with which, and how much: looked up one by one, kept as arrays.

Five thousand detections on one spot are eleven million pairs.
"""

from functools import cached_property

import numpy as np

from ..geometry import Floats, Ints


class Neighbours:
    """Pairs i < j (m,) of ``number`` detections, sorted, and their overlaps (m,), all over 0."""

    def __init__(self, number: int, i: Ints, j: Ints, overlap: Floats) -> None:
        self.pairs = i, j, overlap
        self._keys = i.astype(np.int64) * number + j
        self._number = number
        self._bounds = np.searchsorted(i, np.arange(number + 1))

    @cached_property
    def _by_second(self) -> tuple[Ints, Ints]:
        """The order of the pairs by j, and where in it each detection's begin."""
        _, j, _ = self.pairs
        order = np.argsort(j, kind='stable').astype(np.int32)
        return order, np.searchsorted(j[order], np.arange(self._number + 1))

    def of(self, index: int) -> tuple[Ints, Floats]:
        """The detections that one overlaps with, and by how much."""
        i, j, overlap = self.pairs
        order, bounds = self._by_second
        before = order[bounds[index] : bounds[index + 1]]
        after = slice(self._bounds[index], self._bounds[index + 1])
        return (
            np.concatenate((i[before], j[after])),
            np.concatenate((overlap[before], overlap[after])),
        )

    def overlaps(self, a: Ints | int, b: Ints) -> Floats:
        """The overlaps of detections ``a`` and ``b``, broadcast; 0 where they have none."""
        keys = np.minimum(a, b) * np.int64(self._number) + np.maximum(a, b)
        _, _, overlap = self.pairs
        if not len(overlap):
            return np.zeros(keys.shape)
        place = np.minimum(np.searchsorted(self._keys, keys), len(overlap) - 1)
        return np.where(self._keys[place] == keys, overlap[place], 0)
