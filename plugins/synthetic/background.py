"""What a receipt lies on: wood, cloth, stone, a plain table or another sheet, made from noise."""

import cv2
import numpy as np
from numpy.typing import NDArray

from .language import pick

Rng = np.random.Generator
Field = NDArray[np.float32]


def noise(rng: Rng, shape: tuple[int, int], cells: tuple[float, float], octaves: int = 3) -> Field:
    """Smooth noise (H, W), mean about 0 and spread about 1; ``cells`` rows and columns of bumps."""
    height, width = shape
    total, weight = np.zeros(shape, np.float32), 1.0
    for octave in range(octaves):
        rows, columns = (min(512, max(2, round(count * 2**octave))) for count in cells)
        bumps = rng.standard_normal((rows, columns), dtype=np.float32)
        total += weight * cv2.resize(bumps, (width, height), interpolation=cv2.INTER_CUBIC)
        weight *= 0.5
    return total


def _colour(rng: Rng, *palette: tuple[int, int, int]) -> NDArray[np.float32]:
    """One of the palette (red, green, blue), jittered, as blue-green-red in 0 to 1."""
    base = np.array(pick(rng, palette)[::-1], np.float32) / 255
    return np.clip(base * rng.uniform(0.85, 1.15) + rng.normal(0, 0.02, 3), 0, 1).astype(np.float32)


def _wood(rng: Rng, shape: tuple[int, int]) -> Field:
    height = shape[0]
    grain = noise(rng, shape, (rng.uniform(30, 60), 2.0), 4)
    rings = np.sin(noise(rng, shape, (5, 0.8), 2) * rng.uniform(4, 9))
    tone = 1 + rng.uniform(0.03, 0.09) * grain + rng.uniform(0.02, 0.06) * rings
    if rng.random() < 0.5:
        planks = np.sort(rng.uniform(0, height, int(rng.integers(2, 6)))).astype(int)
        for y in planks:
            tone[y:] *= rng.uniform(0.9, 1.1)
            tone[y : y + max(1, height // 300)] *= 0.45
    colour = _colour(
        rng, (150, 105, 66), (186, 148, 104), (98, 66, 44), (205, 178, 140), (62, 44, 34)
    )
    return tone[..., None] * colour


def _cloth(rng: Rng, shape: tuple[int, int]) -> Field:
    height, width = shape
    y, x = np.mgrid[:height, :width].astype(np.float32)
    pitch, angle = rng.uniform(3.0, 7.0), rng.uniform(0, np.pi)
    bend = noise(rng, shape, (3, 3), 2) * 2
    warp = np.sin((x * np.cos(angle) + y * np.sin(angle) + bend) * 2 * np.pi / pitch)
    weft = np.sin((y * np.cos(angle) - x * np.sin(angle) + bend) * 2 * np.pi / pitch)
    tone = 1 + 0.09 * warp * weft + 0.05 * noise(rng, shape, (3, 4), 3)
    tone += 0.04 * rng.standard_normal(shape, dtype=np.float32)
    colour = _colour(
        rng, (70, 84, 110), (120, 118, 112), (170, 160, 146), (96, 52, 52), (52, 58, 54)
    )
    return tone[..., None] * colour


def _stone(rng: Rng, shape: tuple[int, int]) -> Field:
    veins = np.abs(noise(rng, shape, (4, 4), 5))
    tone = 1 - 0.16 * np.exp(-((veins * 5) ** 2)) + 0.025 * noise(rng, shape, (60, 60), 2)
    return tone[..., None] * _colour(
        rng, (214, 212, 208), (176, 172, 168), (84, 86, 90), (60, 60, 64)
    )


def _plain(rng: Rng, shape: tuple[int, int]) -> Field:
    tone = (
        1
        + 0.03 * noise(rng, shape, (2, 2), 2)
        + 0.012 * rng.standard_normal(shape, dtype=np.float32)
    )
    palette = ((226, 224, 220), (44, 42, 44), (150, 152, 156), (196, 186, 168), (92, 104, 120))
    return tone[..., None] * _colour(rng, *palette)


def _tiles(rng: Rng, shape: tuple[int, int]) -> Field:
    height, width = shape
    tone = 1 + 0.04 * noise(rng, shape, (8, 8), 4)
    pitch, joint = int(rng.uniform(0.3, 0.7) * width), max(2, width // 160)
    start_x, start_y = rng.integers(0, pitch, 2)
    for x in range(int(start_x), width, pitch):
        tone[:, x : x + joint] *= 0.7
    for y in range(int(start_y), height, pitch):
        tone[y : y + joint] *= 0.7
    return tone[..., None] * _colour(rng, (200, 194, 184), (156, 148, 140), (108, 100, 94))


def background(rng: Rng, width: int, height: int) -> Field:
    """A table top (H, W, 3), blue-green-red in 0 to 1, seen a little out of focus."""
    shape = (height // 2, width // 2)
    kind = pick(rng, [_wood, _wood, _cloth, _stone, _plain, _plain, _tiles])
    surface = kind(rng, shape).astype(np.float32)
    if rng.random() < 0.6:
        angle = rng.uniform(-25, 25) + pick(rng, [0.0, 0.0, 90.0])
        zoom = 1.5 * max(width / height, height / width) if abs(angle) > 45 else 1.6
        turn = cv2.getRotationMatrix2D((width / 4, height / 4), angle, zoom)
        surface = cv2.warpAffine(surface, turn, shape[::-1], borderMode=cv2.BORDER_REFLECT)
    surface = cv2.GaussianBlur(surface, (0, 0), float(rng.uniform(0.3, 1.2)))
    return np.clip(cv2.resize(surface, (width, height), interpolation=cv2.INTER_LINEAR), 0.01, 1)
