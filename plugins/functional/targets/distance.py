"""Distances of pixels to the outlines of a page's polygons, and which pixels lie inside."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ..geometry import Rings, Window


class Outlines:
    """All edges of a page's polygons, of any shape, ready to be evaluated at pixels.

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

    def inside(self, i: int, window: Window) -> NDArray[np.bool_]:
        """Return which pixels (H, W) of a window lie inside polygon ``i``, even-odd."""
        x, y = pixels(window)
        inside = np.zeros((len(y), len(x)), bool)
        for part in _bites(self.parts[i]):
            crosses = (self.top[part] <= y) & (y < self.bottom[part])
            meets_at = self.slope[part] * y + self.at_row_0[part]
            meets_at = np.where(crosses, meets_at, -np.inf).astype(np.float32)
            # Bit by bit, which on Booleans is the same and faster than logical_xor.
            inside ^= np.bitwise_xor.reduce(x < meets_at[:, :, None], axis=0)
        return inside

    def distance(self, i: int, window: Window) -> NDArray[np.float32]:
        """Return the distance (H, W) of a window's pixels to the nearest edge of polygon ``i``."""
        x, y = pixels(window)
        squared = np.full((len(y), len(x)), np.inf, np.float32)
        for part in _bites(self.parts[i]):
            ux, uy = self.ux[part], self.uy[part]
            across = outer_sum(self.across[part] + uy * x, -ux * y)
            beyond = outer_sum(self.along[part] + ux * x, uy * y)
            np.abs(beyond, out=beyond)
            beyond -= self.half[part, :, None]
            np.maximum(beyond, 0, out=beyond)
            across *= across
            beyond *= beyond
            across += beyond
            np.minimum(squared, across.min(axis=0), out=squared)
        return np.sqrt(squared, out=squared)

    def signed(self, i: int, window: Window) -> NDArray[np.float32]:
        """Return the distance (H, W), negative inside the polygon."""
        distance = self.distance(i, window)
        return np.negative(distance, out=distance, where=self.inside(i, window))


def _bites(part: slice, size: int = 8) -> Iterator[slice]:
    """Cut a polygon's edges up, lest one with many vertices fill the memory."""
    for start in range(part.start, part.stop, size):
        yield slice(start, min(start + size, part.stop))


def pixels(window: Window) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return x (W,) and y (H,) of the pixels of a window."""
    rows, columns = window
    return (
        np.arange(columns.start, columns.stop, dtype=np.float32),
        np.arange(rows.start, rows.stop, dtype=np.float32),
    )


def outer_sum(of_columns: NDArray, of_rows: NDArray) -> NDArray:
    """Sum (..., W) and (..., H) to (..., H, W)."""
    return of_columns[..., None, :] + of_rows[..., :, None]
