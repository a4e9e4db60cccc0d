"""What time does to a printed sheet: fading, stains, torn ends."""

import cv2
import numpy as np
from numpy.typing import NDArray

from .randomness import Rng, chance, noise
from .sheet import PrintedSheet


def _fading(rng: Rng, shape: tuple[int, int]) -> NDArray[np.float32]:
    """How much of the print is left, about 0.4 to 1: weak head dots, rubbed and warmed patches."""
    height, width = shape
    coarse = (max(8, height // 8), max(8, width // 8))
    left = np.full(coarse, rng.uniform(0.84, 1.0), np.float32)
    if chance(rng, 0.3):
        left -= rng.uniform(0.05, 0.35) * np.clip(noise(rng, coarse, (3, 2), 3), 0, 1.5)
    if chance(rng, 0.25):
        left -= rng.uniform(0.1, 0.3) * np.clip(noise(rng, coarse, (1, 14), 2), 0, 1.2)
    if chance(rng, 0.2):
        left -= rng.uniform(0.05, 0.2) * np.clip(noise(rng, coarse, (24, 1), 1), 0, 1.2)
    return cv2.resize(np.clip(left, 0.4, 1), (width, height), interpolation=cv2.INTER_LINEAR)


def wear(rng: Rng, sheet: PrintedSheet) -> None:
    """Age the sheet in place: fading and pinholes in the print, stains and grain in the paper."""
    height, width = shape = sheet.print.shape
    grain = np.frombuffer(rng.bytes(height * width), np.uint8).reshape(shape)
    left = _fading(rng, shape)
    if chance(rng, 0.5):
        left *= 1 - np.float32(rng.uniform(0.15, 0.45)) * (grain < rng.integers(20, 90))
    sheet.print = (sheet.print * left).astype(np.uint8)
    stain = np.full(shape, 6, np.uint8)
    if chance(rng, 0.6):
        blots = 10 + 8 * noise(rng, (height // 4, width // 4), (5, 3), 3)
        stain = cv2.resize(np.clip(blots, 0, 255).astype(np.uint8), (width, height))
    if chance(rng, 0.15):
        # Print of the other side shining through.
        ghost = cv2.GaussianBlur(sheet.print[:, ::-1], (0, 0), 2.5)
        stain = cv2.addWeighted(stain, 1, ghost, float(rng.uniform(0.03, 0.09)), 0)
    sheet.stain = cv2.add(stain, grain >> 5)


def tear(rng: Rng, sheet: PrintedSheet) -> None:
    """Cut the sheet's ends as the printer's blade or an impatient hand does, in place."""
    width = sheet.paper.shape[1]
    x = np.arange(width, dtype=np.float32)
    for end in (sheet.paper, sheet.paper[::-1]):
        pitch = rng.uniform(7, 14) * width / 600
        if chance(rng, 0.6):
            teeth = np.abs((x / pitch) % 1 - 0.5) * pitch * 0.7
        else:
            teeth = np.abs(noise(rng, (1, width), (1, 12), 4)[0]) * width * 0.006
        depth = teeth + (x / width) * rng.uniform(0, 0.01) * width
        rows = np.arange(int(depth.max()) + 2, dtype=np.float32)[:, None]
        cut = (np.clip(rows - depth + 0.5, 0, 1) * 255).astype(np.uint8)
        np.minimum(end[: len(rows)], cut, out=end[: len(rows)])
