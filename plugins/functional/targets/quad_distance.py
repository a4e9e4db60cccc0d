"""Signed distances to the outlines of a page's convex quadrilaterals, which most words are.

Inside a convex polygon the nearest edge is the one whose line is nearest. Outside, that fails only
beyond a corner, in the wedge between the normals of its two edges, where the corner itself is what
is nearest. So a word costs four linear functions and a small patch at each of its corners.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from ..geometry import Rings, Window, following
from .distance import outer_sum, pixels

MAX_PATCH = 64  # pixels; larger patches cost more than what they save
_CHUNK = 16  # words whose patches are made at once: few calls, small arrays


class QuadDistance:
    """Signed distances to convex quadrilaterals, in units of each one's ``reach`` in pixels.

    They are exact where they are below 1. ``index`` (Q,) holds which of the polygons are served:
    the strictly convex quadrilaterals of a positive reach whose corner patches are small.
    """

    def __init__(self, rings: Rings, reach: NDArray[np.float64]) -> None:
        index = np.flatnonzero(rings.convex_quads & (reach > 0))
        quads, reach = rings.take(index), reach[index]
        units = quads.edges / np.linalg.norm(quads.edges, axis=1, keepdims=True)
        previous = np.argsort(following(quads.owner))
        # Outwards, whether the vertices run clockwise or not.
        normals = np.repeat(np.sign(quads.signed_areas), 4)[:, None] * units[:, ::-1] * (1, -1)
        low, sides = _patches(quads.points, normals, normals[previous], reach)
        # Summed up in double precision, because corners may be far away.
        constants = -np.sum(normals * quads.points, axis=1, keepdims=True)
        lines = np.concatenate((constants, normals), axis=1) / np.repeat(reach, 4)[:, None]
        # A wedge is what lies beyond the end of one edge and before the start of the next.
        wedges = np.concatenate((low - quads.points, units[previous], -units), axis=1)

        order = np.argsort(sides, kind='stable')
        order = order[sides[order] <= MAX_PATCH]
        self.index = index[order]
        self._sides = sides[order].astype(int)
        self._low = low.reshape(-1, 4, 2)[order].astype(int)
        self._lines = lines.reshape(-1, 4, 3)[order].astype(np.float32).transpose(0, 2, 1)
        self._wedges = wedges.reshape(-1, 4, 6)[order].astype(np.float32).transpose(2, 0, 1)
        self._scale = (1 / reach[order]).astype(np.float32)

    def signed(self, windows: Sequence[Window]) -> Iterator[tuple[int, NDArray[np.float32]]]:
        """Yield each served polygon with its distances (H, W), negative inside.

        ``windows`` holds the pixels to evaluate for each of all the polygons.
        """
        for start in range(0, len(self.index), _CHUNK):
            chunk = slice(start, start + _CHUNK)
            for i, lines, patches, corners in zip(
                self.index[chunk].tolist(),
                self._lines[chunk],
                self._to_corners(chunk),
                self._low[chunk].tolist(),
                strict=True,
            ):
                rows, columns = windows[i]
                signed = _to_lines(lines, windows[i])
                for patch, (left, top) in zip(patches, corners, strict=True):
                    _raise(signed, patch, top - rows.start, left - columns.start)
                yield i, signed

    def _to_corners(self, chunk: slice) -> NDArray[np.float32]:
        """Return distances (M, 4, n, n) to corners in their wedges, minus infinity elsewhere."""
        side = np.arange(self._sides[chunk].max(), dtype=np.float32)
        left, top, *ends = self._wedges[:, chunk, :, None]
        x, y = left + side, top + side
        distance = np.sqrt(outer_sum(x * x, y * y))
        distance *= self._scale[chunk, None, None, None]
        past_end = outer_sum(ends[0] * x, ends[1] * y)
        before_start = outer_sum(ends[2] * x, ends[3] * y)
        distance[np.minimum(past_end, before_start) < 0] = -np.inf
        return distance


def _patches(
    corners: NDArray, normals: NDArray, previous: NDArray, reach: NDArray
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return where the patch of each corner begins (4 Q, 2), and the side (Q,) of a word's patches.

    A patch holds a kite: what lies in the wedge and within reach of both edges' lines.
    """
    tips = (normals + previous) / (1 + np.sum(normals * previous, axis=1, keepdims=True))
    spread = np.stack((np.zeros_like(tips), normals, previous, tips))
    kites = corners + spread * np.repeat(reach, 4)[:, None]
    low, high = np.floor(kites.min(axis=0)), np.ceil(kites.max(axis=0))
    return low, (high - low).max(axis=1).reshape(-1, 4).max(axis=1) + 1


def _to_lines(lines: NDArray[np.float32], window: Window) -> NDArray[np.float32]:
    """Return the distance (H, W) to the nearest of the edges' lines, negative inside."""
    x, y = pixels(window)
    constant, of_x, of_y = lines[..., None]
    return outer_sum(constant + of_x * x, of_y * y).max(axis=0)


def _raise(signed: NDArray, patch: NDArray, top: int, left: int) -> None:
    """Raise ``signed`` to a patch (n, n) at (top, left), where they overlap."""
    (height, width), side = signed.shape, len(patch)
    x0, x1 = max(left, 0), min(left + side, width)
    y0, y1 = max(top, 0), min(top + side, height)
    if x0 < x1 and y0 < y1:
        part = signed[y0:y1, x0:x1]
        np.maximum(part, patch[y0 - top : y1 - top, x0 - left : x1 - left], out=part)
