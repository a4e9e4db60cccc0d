"""The photograph: the bent sheet on a table in some light, lens blur, sensor noise and JPEG.

Colours are kept as three planes (H, W), blue, green and red: contiguous planes go through NumPy
and OpenCV several times faster than the interleaved picture.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from ..functional.augment import blur, sensor_noise
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


def _develop(rng: Rng, planes: list[Field]) -> Image:
    """Lens blur, a slip of the hand, noise, and sharpening as phones do it; 8 bits."""
    image = cv2.merge([_toned(plane) for plane in planes])
    height, width = image.shape[:2]
    focus = 0.45 + rng.gamma(1.6, 0.22)
    image = blur(rng, image, sigma=(focus, focus), kinds=('gaussian',))
    if chance(rng, 0.18):
        image = blur(rng, image, sigma=(0.85, 1.75), kinds=('motion',))
    image = sensor_noise(rng, image, sigma=(0.7, 5.0))
    # Denoising leaves blotches of colour.
    blotches = rng.standard_normal((height // 4, width // 4, 3), dtype=np.float32)
    blotches = cv2.resize(blotches * np.float32(rng.uniform(0, 3)), (width, height))
    image = cv2.add(image, blotches, dtype=cv2.CV_8U)
    amount = rng.uniform(0, 0.7)
    return cv2.addWeighted(image, 1 + amount, cv2.GaussianBlur(image, (0, 0), 1.6), -amount, 0)


def _toned(plane: Field) -> NDArray[np.uint8]:
    """In 8 bits, with highlights rolled off from 0.8 towards 1, as a camera's tone curve does."""
    over = np.maximum(plane - np.float32(0.8), 0)
    return cv2.convertScaleAbs(
        np.minimum(plane, np.float32(0.8)) + over / (1 + over * 4), None, 255
    )


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
