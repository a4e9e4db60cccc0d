"""A thumb that holds the paper down: it hides words, so it is known before they are printed."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from .camera import Lens
from .randomness import Rng, chance, pick

_SKIN = ((238, 204, 182), (232, 190, 164), (214, 164, 134), (176, 126, 98), (112, 78, 60))


@dataclass(frozen=True)
class Thumb:
    """A rounded, widening bar from ``root``, beyond the frame, to ``tip``; (x, y) pixels."""

    root: NDArray[np.float64]
    tip: NDArray[np.float64]
    radius: float
    skin: tuple[int, int, int]

    def distance(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Distance of points (..., 2) to the middle line, in radii at the nearest place of it."""
        along = self.root - self.tip
        length = float(np.linalg.norm(along))
        share = np.clip(((points - self.tip) @ along) / length**2, 0, 1)
        off = np.linalg.norm(points - self.tip - share[..., None] * along, axis=-1)
        # Behind its first joint a thumb widens towards the hand.
        return off / (self.radius + 0.16 * np.maximum(share * length - 1.5 * self.radius, 0))

    def hides(self, polygon: NDArray[np.float64]) -> bool:
        """Whether a word (n, 2) is under the thumb or its shadow, even by a corner."""
        closed = np.concatenate([polygon, polygon[:1]])
        share = np.linspace(0, 1, 6)[:, None, None]
        return bool((self.distance(closed[:-1] * (1 - share) + closed[1:] * share) < 1.2).any())

    def cover(self, planes: list[NDArray[np.float32]]) -> None:
        """Paint the thumb over a scene's planes (blue, green, red) in place, with its shadow."""
        height, width = planes[0].shape
        x, y = np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32)
        reach = 2.2 * self.radius
        low = np.maximum(np.minimum(self.root, self.tip) - reach, 0).astype(int)
        high = (np.maximum(self.root, self.tip) + reach).astype(int)
        part = np.s_[low[1] : high[1], low[0] : high[0]]
        points = np.stack(np.meshgrid(x[part[1]], y[part[0]]), -1)
        if not points.size:
            return
        off = self.distance(points).astype(np.float32)
        shadow = 1 - 0.4 * np.exp(-np.square(np.maximum(off - 0.9, 0) / 0.35))
        opaque = np.clip((1 - off) * np.float32(self.radius * 0.7), 0, 1)
        relief = 0.98 - 0.5 * np.minimum(off, 1) ** 3
        nail = self._nail(points)
        for plane, tone in zip(planes, self.skin[::-1], strict=True):
            colour = tone / 255 * (1 - nail) + (0.35 * tone / 255 + 0.55) * nail
            plane[part] *= shadow
            plane[part] += (relief * colour - plane[part]) * opaque

    def _nail(self, points: NDArray[np.float32]) -> NDArray[np.float32]:
        """Where the nail is (0 to 1): an ellipse behind the tip."""
        along = (self.tip - self.root) / np.linalg.norm(self.tip - self.root)
        centre = self.tip + along * 0.2 * self.radius
        forth = (points - centre) @ along / (0.62 * self.radius)
        aside = (points - centre) @ np.array([-along[1], along[0]]) / (0.52 * self.radius)
        inside = 1 - (np.abs(forth) ** 2.5 + np.abs(aside) ** 2.5)
        edge = np.clip(inside * 8, 0, 1) * 0.55
        return cv2.GaussianBlur(edge.astype(np.float32), (0, 0), 1.5)


def make_thumb(
    rng: Rng, lens: Lens, sheet: tuple[int, int], frame: tuple[int, int]
) -> Thumb | None:
    """Sometimes a thumb over an edge of a ``sheet`` of this size in pixels, if a hand has room."""
    if not chance(rng, 0.12):
        return None
    u, v = pick(rng, [(0.0, 0.85), (1.0, 0.85), (0.12, 1.0), (0.88, 1.0), (1.0, 0.5)])
    v = v - rng.uniform(0, 0.2) if v < 1 else v
    at = np.array([[u, v], [0.5, 0.5]]) * sheet
    corners = np.array([[0.0, 0.5], [1.0, 0.5]]) * sheet
    edge, middle = lens.to_photo(at)
    left, right = lens.to_photo(corners)
    radius = float(np.linalg.norm(right - left) * rng.uniform(0.09, 0.14))
    inward = (middle - edge) / np.linalg.norm(middle - edge)
    lean = rng.uniform(-0.5, 0.5)
    inward = np.array([[np.cos(lean), -np.sin(lean)], [np.sin(lean), np.cos(lean)]]) @ inward
    tip = edge + inward * radius * rng.uniform(-0.3, 0.8)
    if not _leaves(tip - inward * 5 * radius, frame):
        return None
    return Thumb(tip - inward * 2.0 * max(frame), tip, radius, pick(rng, _SKIN))


def _leaves(point: NDArray[np.float64], frame: tuple[int, int]) -> bool:
    """Whether a point is beyond the frame."""
    return bool((point < 0).any() or (point > np.asarray(frame)).any())
