"""What stands on a receipt beside words: logos, codes, stamps and scribbles; none has a label."""

import cv2
import numpy as np
from numpy.typing import NDArray

from .randomness import Rng, pick

Mask = NDArray[np.uint8]


def logo(rng: Rng, height: int) -> Mask:
    """A drawn shape in a band of ``height`` pixels; no letters, so nothing to find."""
    size = max(height, 16)
    mask = np.zeros((size, int(size * rng.uniform(1.0, 2.6))), np.uint8)
    centre, radius = (mask.shape[1] // 2, size // 2), int(size * 0.46)
    thick = max(2, size // 12)
    kind = pick(rng, ['ring', 'disc', 'polygon', 'waves', 'leaf', 'squares'])
    if kind == 'ring':
        cv2.circle(mask, centre, radius, 255, thick, cv2.LINE_AA)
        cv2.ellipse(mask, centre, (radius // 2, radius // 2), 0, 30, 300, 255, thick, cv2.LINE_AA)
    elif kind == 'disc':
        cv2.ellipse(mask, centre, (mask.shape[1] // 2 - 1, radius), 0, 0, 360, 255, -1, cv2.LINE_AA)
        cv2.circle(mask, centre, radius // 2, 0, thick, cv2.LINE_AA)
    elif kind == 'polygon':
        angles = np.arange(10) * np.pi / 5
        reach = radius * np.where(np.arange(10) % 2, rng.uniform(0.35, 0.8), 1.0)
        star = np.stack([centre[0] + reach * np.sin(angles), centre[1] - reach * np.cos(angles)], 1)
        cv2.fillPoly(mask, [star.astype(np.int32)], 255, cv2.LINE_AA)
    elif kind == 'waves':
        x = np.arange(mask.shape[1])
        for level in np.linspace(0.25, 0.75, 3) * size:
            y = level + size * 0.1 * np.sin(x / size * 6.0)
            cv2.polylines(
                mask, [np.stack([x, y], 1).astype(np.int32)], False, 255, thick, cv2.LINE_AA
            )
    elif kind == 'leaf':
        axes = (radius, radius // 2)
        cv2.ellipse(mask, centre, axes, float(rng.uniform(-60, 0)), 0, 360, 255, -1, cv2.LINE_AA)
        cv2.line(
            mask, (centre[0] - radius // 2, centre[1] + radius // 3), centre, 0, thick, cv2.LINE_AA
        )
    else:
        for index, x in enumerate(range(thick, mask.shape[1] - size // 3, size // 2)):
            cv2.rectangle(
                mask, (x, thick), (x + size // 3, size - thick), 255, -1 if index % 2 else thick
            )
    return mask


def barcode(rng: Rng, width: int, height: int) -> Mask:
    """Bars of one to four modules, as in EAN or Code 128, between quiet zones."""
    modules = rng.integers(1, 5, size=int(rng.integers(44, 80)))
    pattern = np.repeat(np.arange(modules.size) % 2 == 0, modules).astype(np.uint8) * 255
    bars = cv2.resize(pattern[None], (width, 1), interpolation=cv2.INTER_AREA)
    return np.repeat(bars, height, axis=0)


def qr(rng: Rng, size: int) -> Mask:
    """Random modules with the three finder squares of a QR code."""
    count = int(pick(rng, [25, 29, 33]))
    modules = rng.integers(0, 2, size=(count, count), dtype=np.uint8)
    finder = np.pad(np.pad(np.ones((3, 3), np.uint8), 1), 1, constant_values=1)
    for y, x in ((0, 0), (0, count - 7), (count - 7, 0)):
        modules[max(0, y - 1) : y + 8, max(0, x - 1) : x + 8] = 0
        modules[y : y + 7, x : x + 7] = finder
    return cv2.resize(modules * 255, (size, size), interpolation=cv2.INTER_NEAREST)


def scribble(rng: Rng, width: int, height: int, strokes: int = 5) -> Mask:
    """A signature-like run of loops, drawn through random points by a smooth curve."""
    mask = np.zeros((height, width), np.uint8)
    time = np.linspace(0, 1, 160)
    x = 0.1 + 0.8 * time
    y = np.full_like(time, 0.5)
    for _ in range(strokes):
        speed, phase = rng.uniform(3, 26), rng.uniform(0, 2 * np.pi)
        x = x + rng.uniform(0.0, 0.05) * np.cos(speed * time + phase)
        y = y + rng.uniform(0.03, 0.14) * np.sin(speed * time + phase)
    points = np.stack([x * width, np.clip(y, 0.04, 0.96) * height], 1)
    thick = max(1, round(height / 40))
    cv2.polylines(mask, [np.round(points * 8).astype(np.int32)], False, 255, thick, cv2.LINE_AA, 3)
    return mask


def tick(rng: Rng, size: int) -> Mask:
    """A tick, a ring or an underline, as left by someone checking the sum."""
    mask = np.zeros((size, size * 2), np.uint8)
    thick = max(2, size // 26)
    kind = pick(rng, ['ring', 'tick', 'strokes'])
    if kind == 'ring':
        angles = np.linspace(0, 2 * np.pi * 1.08, 60)
        reach = 0.92 + 0.06 * np.sin(angles * rng.uniform(0.7, 1.4) + rng.uniform(0, 6))
        points = np.stack(
            [size + 0.98 * size * reach * np.cos(angles), size / 2 * (1 + reach * np.sin(angles))],
            1,
        )
    elif kind == 'tick':
        points = np.array([[0.3, 0.5], [0.55, 0.92], [0.75, 0.5], [1.5, 0.06]]) * size
    else:
        points = np.array([[0.1, 0.35], [1.9, 0.3], [0.3, 0.6], [1.8, 0.56]]) * size
    cv2.polylines(mask, [np.round(points * 8).astype(np.int32)], False, 255, thick, cv2.LINE_AA, 3)
    return mask


def seal(rng: Rng, size: int) -> Mask:
    """A round or square seal of abstract strokes, worn where it was pressed unevenly."""
    mask = np.zeros((size, size), np.uint8)
    thick, half = max(2, size // 18), size // 2
    if rng.random() < 0.6:
        cv2.circle(mask, (half, half), half - thick, 255, thick, cv2.LINE_AA)
    else:
        cv2.rectangle(mask, (thick, thick), (size - thick, size - thick), 255, thick)
    for _ in range(int(rng.integers(7, 12))):
        start = rng.integers(size // 4, 3 * size // 4, size=2)
        end = start + (
            rng.integers(-size // 5, size // 5, size=2) if rng.random() < 0.4 else [size // 6, 0]
        )
        cv2.line(mask, tuple(map(int, start)), tuple(map(int, end)), 255, thick, cv2.LINE_AA)
    wear = cv2.resize(rng.uniform(0.35, 1.2, (5, 5)).astype(np.float32), (size, size))
    return (mask * np.clip(wear, 0, 1)).astype(np.uint8)
