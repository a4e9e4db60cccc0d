"""Ink on paper: the sheet as layers, before it is bent and photographed."""

from collections.abc import Iterable

import cv2
import numpy as np
from numpy.typing import NDArray

from .background import noise
from .language import chance
from .typeset import Mark, Sheet

Rng = np.random.Generator
Layers = NDArray[np.uint8]  # (H, W, 4): print, pen, stains, paper; 255 is full.
PRINT, PEN, STAIN, PAPER = range(4)


def _put(canvas: NDArray[np.uint8], mark: Mark) -> None:
    """Lay a mark on a canvas (H, W), the darker wins; what sticks out is cut off."""
    height, width = canvas.shape
    x0, y0 = max(0, mark.x), max(0, mark.y)
    x1, y1 = min(width, mark.x + mark.mask.shape[1]), min(height, mark.y + mark.mask.shape[0])
    if x0 >= x1 or y0 >= y1:
        return
    mask = mark.mask[y0 - mark.y : y1 - mark.y, x0 - mark.x : x1 - mark.x]
    spot = canvas[y0:y1, x0:x1]
    if mark.erases:
        np.minimum(spot, 255 - mask, out=spot)
    else:
        np.maximum(spot, mask, out=spot)


def ink(sheet: Sheet, words: Iterable[int]) -> Layers:
    """Print the sheet with only these of its words, on clean paper."""
    layers = np.zeros((sheet.height, sheet.width, 4), np.uint8)
    canvas, pen = (np.zeros((sheet.height, sheet.width), np.uint8) for _ in range(2))
    for mark in sheet.under:
        _put(canvas, mark)
    for index in words:
        mark = sheet.words[index].mark
        _put(pen if mark.layer else canvas, mark)
    for mark in sheet.over:
        _put(pen, mark)
    layers[..., PRINT], layers[..., PEN], layers[..., PAPER] = canvas, pen, 255
    return layers


def _fading(rng: Rng, shape: tuple[int, int]) -> NDArray[np.float32]:
    """How much of the print is left, about 0.4 to 1: weak head dots, rubbed and warmed patches."""
    height, width = shape
    coarse = (max(8, height // 8), max(8, width // 8))
    left = np.full(coarse, rng.uniform(0.82, 1.0), np.float32)
    if chance(rng, 0.35):
        left -= rng.uniform(0.05, 0.35) * np.clip(noise(rng, coarse, (3, 2), 3), 0, 1.5)
    if chance(rng, 0.25):
        left -= rng.uniform(0.1, 0.3) * np.clip(noise(rng, coarse, (1, 14), 2), 0, 1.2)
    if chance(rng, 0.2):
        left -= rng.uniform(0.05, 0.2) * np.clip(noise(rng, coarse, (24, 1), 1), 0, 1.2)
    return cv2.resize(np.clip(left, 0.38, 1), (width, height), interpolation=cv2.INTER_LINEAR)


def wear(rng: Rng, layers: Layers) -> None:
    """Age the sheet in place: fading and pinholes in the print, stains and grain in the paper."""
    shape = layers.shape[:2]
    grain = np.frombuffer(rng.bytes(shape[0] * shape[1]), np.uint8).reshape(shape)
    left = _fading(rng, shape)
    if chance(rng, 0.5):
        left *= 1 - np.float32(rng.uniform(0.15, 0.45)) * (grain < rng.integers(20, 90))
    layers[..., PRINT] = layers[..., PRINT] * left
    stain = (
        10 + 8 * noise(rng, shape, (5, 3), 3) if chance(rng, 0.6) else np.full(shape, 6, np.float32)
    )
    if chance(rng, 0.2):
        # Print of the other side, or of a second receipt, shining through.
        ghost = cv2.GaussianBlur(layers[::-1, ::-1, PRINT], (0, 0), 2.5)
        stain += ghost * rng.uniform(0.03, 0.1)
    layers[..., STAIN] = np.clip(stain + (grain >> 5), 0, 255)


def tear(rng: Rng, layers: Layers) -> None:
    """Cut the sheet's ends as the printer's blade or an impatient hand does, in place."""
    width = layers.shape[1]
    x = np.arange(width, dtype=np.float32)
    for end in range(2):
        pitch = rng.uniform(7, 14) * width / 600
        if chance(rng, 0.6):
            teeth = np.abs((x / pitch) % 1 - 0.5) * pitch * 0.7
        else:
            teeth = np.abs(noise(rng, (1, width), (1, 12), 4)[0]) * width * 0.006
        depth = teeth + (x / width) * rng.uniform(0, 0.01) * width
        rows = np.arange(int(depth.max()) + 2, dtype=np.float32)[:, None]
        cut = (np.clip(rows - depth + 0.5, 0, 1) * 255).astype(np.uint8)
        edge = layers[: len(rows), :, PAPER] if end == 0 else layers[::-1][: len(rows), :, PAPER]
        np.minimum(edge, cut, out=edge)
