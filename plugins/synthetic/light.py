"""Light on paper and table: lamps, vignette, the shade of hands and of the paper itself."""

import cv2
import numpy as np
from numpy.typing import NDArray

from .randomness import Rng, chance, noise

Field = NDArray[np.float32]


def drop_shadow(rng: Rng, cover: Field) -> Field:
    """Light the table gets beside the paper: less where the lifted edge shades it."""
    small = cv2.resize(cover, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    dx, dy = rng.normal(0, 3.0, 2)
    moved = cv2.warpAffine(small, np.float32([[1, 0, dx], [0, 1, dy]]), small.shape[::-1])
    soft = cv2.GaussianBlur(moved, (0, 0), float(rng.uniform(1.5, 6.0)))
    shade = 1 - np.float32(rng.uniform(0.25, 0.65)) * soft
    return cv2.resize(shade, cover.shape[::-1], interpolation=cv2.INTER_LINEAR)


def _cast_shadow(rng: Rng, shape: tuple[int, int]) -> Field:
    """The shade of a hand, a phone or a head: a soft-edged shape reaching in from a side."""
    height, width = shape
    mask = np.zeros(shape, np.float32)
    angle, size = rng.uniform(0, 2 * np.pi), np.array([width, height])
    start = 0.5 + 0.75 * np.array([np.cos(angle), np.sin(angle)])
    end = start + (0.5 - start) * rng.uniform(0.3, 1.0) + rng.normal(0, 0.1, 2)
    thick = int(rng.uniform(0.12, 0.5) * width)
    for _ in range(1 + int(rng.integers(0, 4))):
        ends = [tuple(map(int, point * size)) for point in (start, end)]
        cv2.line(mask, *ends, 1.0, max(1, thick))
        start, end, thick = end, end + rng.normal(0, 0.15, 2), thick // 4
    soft = cv2.GaussianBlur(mask, (0, 0), float(rng.uniform(0.015, 0.08)) * width)
    return 1 - np.float32(rng.uniform(0.12, 0.45)) * soft


def illumination(rng: Rng, width: int, height: int) -> list[Field]:
    """Exposure and colour of the light, a plane (H, W) each for blue, green and red."""
    shape = (height // 16, width // 16)
    y, x = (np.linspace(-1, 1, side, dtype=np.float32) for side in shape)
    y = y[:, None]
    angle = rng.uniform(0, 2 * np.pi)
    light = 1 + rng.uniform(0, 0.25) * (x * np.cos(angle) + y * np.sin(angle))
    light *= 1 - rng.uniform(0, 0.14) * (x * x + y * y)
    light = light.astype(np.float32) * (1 + 0.03 * noise(rng, shape, (2, 2), 2))
    for _ in range(int(rng.choice(3, p=[0.5, 0.4, 0.1]))):
        light *= _cast_shadow(rng, shape)
    warmth = rng.normal(0.012, 0.045)
    tint = (1 - warmth, 1 + rng.normal(0, 0.01), 1 + warmth)
    # The camera meters the scene: most papers come out bright, some photographs stay dark.
    exposure = rng.uniform(0.92, 1.2) if chance(rng, 0.8) else rng.uniform(0.6, 0.92)
    light = cv2.resize(light * np.float32(exposure), (width, height))
    return [light * np.float32(part) for part in tint]


def glare(rng: Rng, width: int, height: int) -> Field | None:
    """A lamp's sheen on smooth paper, bleaching the print under it; most photographs have none."""
    if not chance(rng, 0.14):
        return None
    y, x = np.mgrid[: height // 8, : width // 8].astype(np.float32)
    cx, cy = rng.uniform(0.2, 0.8, 2) * (width / 8, height / 8)
    angle, reach = rng.uniform(0, np.pi), rng.uniform(0.08, 0.25) * width / 8
    along = (x - cx) * np.cos(angle) + (y - cy) * np.sin(angle)
    across = -(x - cx) * np.sin(angle) + (y - cy) * np.cos(angle)
    spot = np.exp(-((along / reach) ** 2) - (across / reach * rng.uniform(1, 2.5)) ** 2)
    return cv2.resize((spot * rng.uniform(0.12, 0.4)).astype(np.float32), (width, height))
