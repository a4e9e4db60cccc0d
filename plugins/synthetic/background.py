"""What a receipt lies on: wood, cloth, stone, a plain table, and things beside it, from noise."""

import cv2
import numpy as np
from numpy.typing import NDArray

from .randomness import Rng, noise, pick

Field = NDArray[np.float32]
Colour = tuple[int, int, int]  # red, green, blue
_THINGS: tuple[Colour, ...] = (
    *((238, 236, 232), (40, 40, 44), (178, 52, 48), (46, 82, 140)),
    *((226, 196, 84), (120, 140, 120), (96, 72, 56)),
)


def _colour(rng: Rng, *palette: Colour) -> Field:
    """One of the palette, jittered, as blue-green-red in 0 to 1."""
    base = np.array(pick(rng, palette)[::-1], np.float32) / 255
    shade = rng.uniform(0.85, 1.15) + rng.normal(0, 0.02, 3)
    return np.clip(base * shade, 0, 1).astype(np.float32)


def _wood(rng: Rng, shape: tuple[int, int]) -> Field:
    height, width = shape
    # Year rings cut at a slant: long wavy bands; pores: short dark streaks along them.
    y = np.linspace(0, rng.uniform(4, 14), height, dtype=np.float32)[:, None]
    rings = np.sin((y + 0.9 * noise(rng, shape, (4, 1.5), 2)) * 2 * np.pi)
    streaks = noise(rng, shape, (height / 3, width / 60), 2)
    tone = 1 + rng.uniform(0.01, 0.05) * rings + rng.uniform(0.015, 0.05) * streaks
    tone += 0.03 * noise(rng, shape, (6, 2), 3)
    if rng.random() < 0.5:
        for y_joint in np.sort(rng.uniform(0, height, int(rng.integers(2, 6)))).astype(int):
            tone[y_joint:] *= rng.uniform(0.9, 1.1)
            tone[y_joint : y_joint + max(1, height // 300)] *= 0.5
    light = ((186, 148, 104), (205, 178, 140), (150, 105, 66))
    dark = ((98, 66, 44), (62, 44, 34), (128, 92, 70), (158, 140, 122))
    return tone[..., None] * _colour(rng, *light, *dark)


def _cloth(rng: Rng, shape: tuple[int, int]) -> Field:
    height, width = shape
    y, x = np.mgrid[:height, :width].astype(np.float32)
    pitch, angle = rng.uniform(3.0, 7.0), rng.uniform(0, np.pi)
    bend = noise(rng, shape, (3, 3), 2) * 2
    cos, sin = np.float32(np.cos(angle)), np.float32(np.sin(angle))
    turn = np.float32(2 * np.pi / pitch)
    tone = np.sin((x * cos + y * sin + bend) * turn) * np.sin((y * cos - x * sin + bend) * turn)
    tone = 1 + 0.09 * tone + 0.05 * noise(rng, shape, (3, 4), 3)
    tone += 0.04 * rng.standard_normal(shape, dtype=np.float32)
    palette = ((70, 84, 110), (120, 118, 112), (170, 160, 146), (96, 52, 52), (52, 58, 54))
    return tone[..., None] * _colour(rng, *palette)


def _stone(rng: Rng, shape: tuple[int, int]) -> Field:
    veins = np.abs(noise(rng, shape, (4, 4), 5) + 0.4)
    tone = 1 - rng.uniform(0.02, 0.12) * np.exp(-((veins * 5) ** 2))
    tone += 0.03 * noise(rng, shape, (5, 5), 3) + 0.03 * noise(rng, shape, (90, 90), 2)
    palette = ((214, 212, 208), (176, 172, 168), (84, 86, 90), (60, 60, 64))
    return tone[..., None].astype(np.float32) * _colour(rng, *palette)


def _plain(rng: Rng, shape: tuple[int, int]) -> Field:
    tone = 1 + 0.03 * noise(rng, shape, (2, 2), 2)
    tone += 0.012 * rng.standard_normal(shape, dtype=np.float32)
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


def _thing(rng: Rng, table: Field) -> None:
    """Lay a card, a pen or a cup on the table's rim, with its shadow; nothing on it to read."""
    height, width = table.shape[:2]
    centre = rng.uniform(0, 1, 2) * (width, height)
    rim = int(rng.integers(2))
    centre[rim] = pick(rng, [0.02, 0.98]) * (width if rng.random() < 0.5 else height)
    sizes = {'card': (0.4, 0.26), 'pen': (0.6, 0.03), 'cup': (0.3, 0.3)}
    kind = pick(rng, list(sizes))
    middle, size = tuple(centre.tolist()), tuple(side * width for side in sizes[kind])
    box = (middle, size, float(rng.uniform(0, 180)))
    mask = np.zeros((height, width), np.float32)
    if kind == 'cup':
        cv2.ellipse(mask, box, 1.0, -1, cv2.LINE_AA)
    else:
        corners = cv2.boxPoints(box)
        cv2.fillConvexPoly(mask, np.round(corners * 8).astype(np.int32), 1.0, cv2.LINE_AA, 3)
    shadow = cv2.GaussianBlur(np.roll(mask, (4, 3), (0, 1)), (0, 0), width / 90)
    table *= 1 - 0.5 * shadow[..., None]
    tone = 1 + 0.1 * noise(rng, (height, width), (2, 2), 2)
    if kind == 'cup':
        inner = np.zeros_like(mask)
        size = tuple(0.75 * side for side in size)
        cv2.ellipse(inner, (middle, size, box[2]), 1.0, -1, cv2.LINE_AA)
        tone -= 0.12 * cv2.GaussianBlur(inner, (0, 0), 2)
    table += (tone[..., None] * _colour(rng, *_THINGS) - table) * mask[..., None]


def background(rng: Rng, width: int, height: int) -> list[Field]:
    """A table top a little out of focus: planes (H, W), blue, green and red in 0 to 1."""
    shape = (height // 2, width // 2)
    kind = pick(rng, [_wood, _wood, _cloth, _stone, _plain, _plain, _tiles])
    surface = kind(rng, shape).astype(np.float32)
    if rng.random() < 0.6:
        angle = rng.uniform(-25, 25) + pick(rng, [0.0, 0.0, 90.0])
        zoom = 1.5 * max(width / height, height / width) if abs(angle) > 45 else 1.6
        turn = cv2.getRotationMatrix2D((width / 4, height / 4), angle, zoom)
        surface = cv2.warpAffine(surface, turn, shape[::-1], borderMode=cv2.BORDER_REFLECT)
    for _ in range(int(rng.choice(3, p=[0.6, 0.28, 0.12]))):
        _thing(rng, surface)
    surface = cv2.GaussianBlur(surface, (0, 0), float(rng.uniform(0.3, 1.2)))
    surface = np.clip(surface, 0.01, 1)
    return [cv2.resize(plane, (width, height)) for plane in cv2.split(surface)]
