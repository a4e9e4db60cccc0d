"""The photograph: light on paper and table, then lens blur, sensor noise and JPEG."""

import cv2
import numpy as np
from numpy.typing import NDArray

from .background import background, noise
from .language import chance, pick
from .lens import Lens
from .paint import PAPER, PEN, PRINT, STAIN, Layers

Rng = np.random.Generator
Field = NDArray[np.float32]
Image = NDArray[np.uint8]  # (H, W, 3), blue-green-red
_INKS = ((38, 36, 40), (54, 50, 52), (72, 66, 70), (96, 62, 60), (60, 52, 88))
_PENS = ((150, 52, 34), (46, 40, 190), (40, 40, 44), (158, 60, 84))


def _paper_colour(rng: Rng) -> Field:
    """White to cream or faintly blue, as thermal paper comes."""
    warm, blue = rng.uniform(0, 0.07), rng.uniform(0, 0.03)
    return np.array([0.95 - warm + blue, 0.95 - warm * 0.35, 0.95 - blue * 0.6], np.float32)


def _reflectance(rng: Rng, seen: Layers) -> Field:
    """Paper, print and pen (H, W, 4) as blue-green-red in 0 to 1."""
    covers = seen.astype(np.float32) * (1 / 255)
    ink = np.array(pick(rng, _INKS), np.float32) / 255
    pen = np.array(pick(rng, _PENS), np.float32) / 255
    strength = rng.uniform(0.55, 0.8) if chance(rng, 0.18) else rng.uniform(0.85, 1.0)
    paper = _paper_colour(rng) * (1 - 0.9 * covers[..., STAIN, None])
    paper += (ink - paper) * (covers[..., PRINT, None] * np.float32(strength))
    paper += (pen - paper) * (covers[..., PEN, None] * np.float32(rng.uniform(0.6, 0.9)))
    return paper


def _drop_shadow(rng: Rng, cover: Field) -> Field:
    """Light the table gets beside the paper: less where the lifted edge shades it."""
    small = cv2.resize(cover, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    dx, dy = rng.normal(0, 3.0, 2)
    moved = cv2.warpAffine(small, np.float32([[1, 0, dx], [0, 1, dy]]), small.shape[::-1])
    soft = cv2.GaussianBlur(moved, (0, 0), float(rng.uniform(1.5, 6.0)))
    return 1 - np.float32(rng.uniform(0.25, 0.65)) * cv2.resize(soft, cover.shape[::-1])


def _cast_shadow(rng: Rng, shape: tuple[int, int]) -> Field:
    """The shade of a hand, a phone or a head: a soft-edged shape reaching in from a side."""
    height, width = shape
    mask = np.zeros(shape, np.float32)
    angle = rng.uniform(0, 2 * np.pi)
    start = np.array([0.5 + 0.75 * np.cos(angle), 0.5 + 0.75 * np.sin(angle)])
    end = start + (np.array([0.5, 0.5]) - start) * rng.uniform(0.3, 1.0) + rng.normal(0, 0.1, 2)
    size = np.array([width, height])
    thick = int(rng.uniform(0.12, 0.5) * width)
    cv2.line(mask, tuple(map(int, start * size)), tuple(map(int, end * size)), 1.0, thick)
    for _ in range(int(rng.integers(0, 4))):
        tip = end + rng.normal(0, 0.15, 2)
        cv2.line(
            mask, tuple(map(int, end * size)), tuple(map(int, tip * size)), 1.0, max(1, thick // 4)
        )
    soft = cv2.GaussianBlur(mask, (0, 0), float(rng.uniform(0.015, 0.08)) * width)
    return 1 - np.float32(rng.uniform(0.15, 0.5)) * soft


def _light(rng: Rng, width: int, height: int) -> Field:
    """Exposure and colour of the light (H, W, 3): gradient, lamp spot, vignette, shadows."""
    shape = (height // 16, width // 16)
    y, x = np.meshgrid(np.linspace(-1, 1, shape[0]), np.linspace(-1, 1, shape[1]), indexing='ij')
    angle = rng.uniform(0, 2 * np.pi)
    light = 1 + rng.uniform(0, 0.28) * (x * np.cos(angle) + y * np.sin(angle))
    light *= 1 - rng.uniform(0, 0.16) * (x * x + y * y)
    light = light.astype(np.float32) * (1 + 0.03 * noise(rng, shape, (2, 2), 2))
    for _ in range(int(rng.choice(3, p=[0.5, 0.4, 0.1]))):
        light *= _cast_shadow(rng, shape)
    warmth = rng.normal(0.01, 0.05)
    tint = np.array([1 - warmth, 1 + rng.normal(0, 0.01), 1 + warmth], np.float32)
    exposure = np.float32(rng.uniform(0.72, 1.06))
    return cv2.resize(
        light[..., None] * tint * exposure, (width, height), interpolation=cv2.INTER_CUBIC
    )


def _blur(rng: Rng, image: Field) -> Field:
    """Focus is rarely perfect, hands are rarely still; in most photographs both are nearly so."""
    image = cv2.GaussianBlur(image, (0, 0), float(0.45 + rng.gamma(1.6, 0.22)))
    if chance(rng, 0.2):
        length = int(rng.integers(3, 7))
        kernel = np.zeros((length, length), np.float32)
        turn = cv2.getRotationMatrix2D(((length - 1) / 2,) * 2, float(rng.uniform(0, 180)), 1)
        kernel[length // 2] = 1
        kernel = cv2.warpAffine(kernel, turn, (length, length))
        image = cv2.filter2D(image, -1, kernel / kernel.sum())
    return image


def _sensor(rng: Rng, image: Field) -> Image:
    """Noise that grows in the dark and clings together, sharpening as phones do it, 8 bits."""
    height, width = image.shape[:2]
    grain = rng.standard_normal((height, width), dtype=np.float32)
    grain = cv2.GaussianBlur(grain, (0, 0), 0.7) * np.float32(rng.uniform(0.004, 0.028))
    colour = rng.standard_normal((height // 4, width // 4, 3), dtype=np.float32)
    colour = cv2.resize(colour * np.float32(rng.uniform(0, 0.012)), (width, height))
    image = image + grain[..., None] + colour
    amount = float(rng.uniform(0, 0.7))
    image = cv2.addWeighted(image, 1 + amount, cv2.GaussianBlur(image, (0, 0), 1.6), -amount, 0)
    np.clip(image, 0, 1, out=image)
    return (image * 255 + 0.5).astype(np.uint8)


def photograph(rng: Rng, layers: Layers, lens: Lens, width: int, height: int) -> Image:
    """Photograph the painted sheet through ``lens``, on a table, in some light."""
    where, bend = lens.maps(width, height)
    seen = cv2.remap(layers, where, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
    cover = seen[..., PAPER].astype(np.float32) * (1 / 255)
    paper = _reflectance(rng, seen) * bend[..., None]
    table = background(rng, width, height) * _drop_shadow(rng, cover)[..., None]
    scene = table + (paper - table) * cover[..., None]
    scene *= _light(rng, width, height)
    return _sensor(rng, _blur(rng, scene))


def encode(rng: Rng, image: Image) -> bytes:
    """The photograph as JPEG of a phone's or a messenger's quality."""
    quality = int(rng.integers(72, 96)) if chance(rng, 0.8) else int(rng.integers(45, 72))
    return cv2.imencode('.jpg', image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()
