"""The photograph: the bent sheet on a table in some light, lens blur, sensor noise and JPEG.

Colours are kept as three planes (H, W), blue, green and red: contiguous planes go through NumPy
and OpenCV several times faster than the interleaved picture.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from .background import background
from .camera import Lens
from .light import drop_shadow, glare, illumination
from .randomness import Rng, chance, pick
from .sheet import PrintedSheet
from .thumb import Thumb

Field = NDArray[np.float32]
Image = NDArray[np.uint8]  # (H, W, 3), blue-green-red
# Thermal black, grey and blue, worn ribbon violet; ball pen blue, red, black, stamp red-violet.
_INKS = ((38, 36, 40), (44, 42, 44), (62, 58, 60), (96, 62, 60), (72, 56, 72))
_PENS = ((150, 52, 34), (46, 40, 190), (40, 40, 44), (120, 50, 150))


def _paper_colour(rng: Rng) -> tuple[float, float, float]:
    """White to cream or faintly blue, as thermal paper comes."""
    warm, blue = rng.uniform(0, 0.06), rng.uniform(0, 0.03)
    return 0.94 - warm + blue, 0.94 - warm * 0.35, 0.94 - blue * 0.6


def _paper(rng: Rng, seen: list[NDArray[np.uint8]], bend: Field) -> list[Field]:
    """The printed, shaded sheet's planes, in 0 to 1."""
    strength = rng.uniform(0.55, 0.8) if chance(rng, 0.15) else rng.uniform(0.85, 1.0)
    print_, pen = (
        seen[k].astype(np.float32) * np.float32(share / 255)
        for k, share in enumerate((strength, rng.uniform(0.6, 0.9)))
    )
    clean = bend * (1 - seen[2] * np.float32(0.9 / 255))
    sheen = glare(rng, *bend.shape[::-1])
    ink, stroke, planes = pick(rng, _INKS), pick(rng, _PENS), []
    for k, paper in enumerate(_paper_colour(rng)):
        plane = clean * np.float32(paper)
        plane *= 1 - print_ * np.float32(1 - ink[k] / 255)
        plane *= 1 - pen * np.float32(1 - stroke[k] / 255)
        planes.append(plane if sheen is None else plane + sheen)
    return planes


def _motion(rng: Rng) -> Field | None:
    """The kernel of a short slip of the hand; None for the usual still one."""
    if not chance(rng, 0.18):
        return None
    length = int(rng.integers(3, 7))
    turn = cv2.getRotationMatrix2D(((length - 1) / 2,) * 2, float(rng.uniform(0, 180)), 1)
    kernel = np.zeros((length, length), np.float32)
    kernel[length // 2] = 1
    kernel = cv2.warpAffine(kernel, turn, (length, length))
    return kernel / kernel.sum()


def _develop(rng: Rng, planes: list[Field]) -> Image:
    """Blur, clinging noise, a highlight shoulder, sharpening as phones do it; 8 bits."""
    height, width = planes[0].shape
    focus, motion = float(0.45 + rng.gamma(1.6, 0.22)), _motion(rng)
    grain = rng.standard_normal((height, width), dtype=np.float32)
    grain = cv2.GaussianBlur(grain, (0, 0), 0.7) * np.float32(rng.uniform(0.004, 0.028))
    colour = rng.standard_normal((3, height // 4, width // 4), dtype=np.float32)
    colour *= np.float32(rng.uniform(0, 0.012))
    amount, developed = float(rng.uniform(0, 0.7)), []
    for plane, blotch in zip(planes, colour, strict=True):
        plane = cv2.GaussianBlur(plane, (0, 0), focus)
        if motion is not None:
            plane = cv2.filter2D(plane, -1, motion)
        plane = _shoulder(plane)
        plane += grain
        plane += cv2.resize(blotch, (width, height))
        soft = cv2.GaussianBlur(plane, (0, 0), 1.6)
        sharp = cv2.addWeighted(plane, 255 * (1 + amount), soft, -255 * amount, 0.5)
        developed.append(np.clip(sharp, 0, 255, out=sharp).astype(np.uint8))
    return cv2.merge(developed)


def _shoulder(plane: Field) -> Field:
    """Roll highlights off from 0.8 towards 1, as a camera's tone curve does."""
    over = np.maximum(plane - np.float32(0.8), 0)
    return np.minimum(plane, np.float32(0.8)) + over / (1 + over * 4)


def photograph(
    rng: Rng, printed: PrintedSheet, lens: Lens, thumb: Thumb | None, frame: tuple[int, int]
) -> Image:
    """Photograph the printed sheet through ``lens``, on a table, in some light."""
    width, height = frame
    where, bend = lens.maps(width, height)
    layers = cv2.merge([printed.print, printed.pen, printed.stain, printed.paper])
    seen = list(cv2.split(cv2.remap(layers, where, None, cv2.INTER_LINEAR)))
    cover = seen[3] * np.float32(1 / 255)
    shade = drop_shadow(rng, cover)
    scene = background(rng, width, height)
    for below, paper in zip(scene, _paper(rng, seen, bend), strict=True):
        below *= shade
        below += (paper - below) * cover
    if thumb:
        thumb.cover(scene)
    for plane, light in zip(scene, illumination(rng, width, height), strict=True):
        plane *= light
    return _develop(rng, scene)


def encode(rng: Rng, image: Image) -> bytes:
    """The photograph as JPEG of a phone's or a messenger's quality."""
    quality = int(rng.integers(72, 96)) if chance(rng, 0.8) else int(rng.integers(45, 72))
    return cv2.imencode('.jpg', image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()
