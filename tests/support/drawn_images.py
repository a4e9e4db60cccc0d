"""Image files of every kind, drawn so that turns, reductions and damage show."""

import io
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)


def turned(orientation: int) -> Image.Exif:
    """EXIF data with an orientation."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif


def corners(width: int = 48, height: int = 32) -> Image.Image:
    """Four quarters: red and green above, blue and white below; no turn or flip looks the same."""
    image = Image.new('RGB', (width, height), WHITE)
    w, h = width // 2, height // 2
    for colour, place in ((RED, (0, 0)), (GREEN, (w, 0)), (BLUE, (0, h))):
        image.paste(colour, (*place, place[0] + w, place[1] + h))
    return image


def save(path: Path, image: Image.Image, **options: object) -> Path:
    image.save(path, **options)
    return path


def displayed(path: Path) -> np.ndarray:
    """Pillow's own idea of the image as displayed, in BGR."""
    with Image.open(path) as image:
        return np.asarray(ImageOps.exif_transpose(image).convert('RGB'))[..., ::-1]


def noisy(kind: str, **options: object) -> bytes:
    """An image whose pixels take some kilobytes, so that a cut lands in them."""
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    file = io.BytesIO()
    Image.fromarray(noise).save(file, kind, **options)
    return file.getvalue()
