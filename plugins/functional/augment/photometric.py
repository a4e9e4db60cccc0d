"""Changes of a page's light, colour, focus, grain and compression; no pixel moves.

All take the generator that decides and a BGR page (H, W, 3) uint8, which they leave alone, and
return a page of the same shape. Each is one or two passes of OpenCV over 8-bit pixels: a training
sees every page anew, so a millisecond here is paid by each of them.
"""

from collections.abc import Sequence
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]

BLUR_KINDS = ('gaussian', 'motion', 'defocus')

_LUMA = np.array([0.114, 0.587, 0.299])  # of blue, green and red, ITU-R BT.601
_GRAIN_MEAN, _GRAIN_STD = 128, 32


def color_jitter(
    rng: np.random.Generator,
    image: Image,
    *,
    brightness: float = 0.0,
    contrast: float = 0.0,
    saturation: float = 0.0,
    hue: float = 0.0,
) -> Image:
    """Change a page's colours at random.

    All four changes are linear, so that their product is applied at once: Haeberli, "Matrix
    Operations for Image Processing" (1993). Contrast turns about the page's mean grey.

    Args:
        brightness: its factor is drawn from 1 plus or minus this.
        contrast: as brightness.
        saturation: as brightness.
        hue: colours turn about the grey axis by up to this part of a full turn, either way.

    Raises:
        ValueError: ``hue`` is not in [0, 0.5], or another value not in [0, 1].
    """
    factors = dict(brightness=brightness, contrast=contrast, saturation=saturation)
    for name, value in factors.items():
        _check_number(name, value, 1)
    _check_number('hue', hue, 0.5)
    light, steep, vivid = (rng.uniform(1 - value, 1 + value) for value in factors.values())
    colors = _hue_rotation(2 * np.pi * rng.uniform(-hue, hue)) @ _saturation(vivid)
    # Turned about a grey beyond white, faint print on bright paper would be lost in white.
    pivot = min(light * (_LUMA @ cv2.mean(image)[:3]), 255)
    # Grey stays grey under ``colors``, and with it what contrast adds to all channels alike.
    offset = (1 - steep) * pivot
    return cv2.transform(image, np.column_stack([light * steep * colors, [offset] * 3]))


def blur(
    rng: np.random.Generator,
    image: Image,
    *,
    sigma: tuple[float, float] = (0.3, 1.5),
    kinds: Sequence[str] = BLUR_KINDS,
) -> Image:
    """Blur a page: softly, along a line as a moving hand does, or over a disc out of focus.

    Args:
        sigma: range of the standard deviation in pixels; of a line along it, of a disc along each
            axis, so that all kinds cost small print about as much.
        kinds: those to draw from, out of :data:`BLUR_KINDS`.

    Raises:
        ValueError: ``sigma`` is no range within [0, 20], or a kind is unknown.
    """
    _check_range('sigma', sigma, 0, 20)
    if isinstance(kinds, str) or not len(kinds) or not set(kinds) <= set(BLUR_KINDS):
        raise ValueError(f'kinds must be some of {", ".join(BLUR_KINDS)}, but got {kinds!r}')
    kind, width, angle = rng.choice(list(kinds)), rng.uniform(*sigma), rng.uniform(0, np.pi)
    if width == 0:
        return image
    if kind == 'gaussian':
        return cv2.GaussianBlur(image, (0, 0), width, borderType=cv2.BORDER_REPLICATE)
    # A line of length l has the variance l^2 / 12, a disc of radius r has r^2 / 4 on each axis.
    kernel = _line(np.sqrt(12) * width, angle) if kind == 'motion' else _disc(2 * width)
    return cv2.filter2D(image, -1, kernel, borderType=cv2.BORDER_REPLICATE)


def sensor_noise(
    rng: np.random.Generator, image: Image, *, sigma: tuple[float, float] = (1.0, 8.0)
) -> Image:
    """Add normally distributed noise, apart for each pixel and channel.

    It is cut from a stock of noise at a random place, ten times as fast as drawing it anew.

    Args:
        sigma: range of the standard deviation in grey levels.

    Raises:
        ValueError: ``sigma`` is no range within [0, 128].
    """
    _check_range('sigma', sigma, 0, 128)
    stock, size = _grain(), image.size
    start = int(rng.integers(len(stock)))
    grain = stock[start : start + size]
    if len(grain) < size:
        grain = np.concatenate([grain, np.resize(stock, size - len(grain))])
    weight = rng.uniform(*sigma) / _GRAIN_STD
    return cv2.addWeighted(image, 1, grain.reshape(image.shape), weight, -weight * _GRAIN_MEAN)


def jpeg_artefacts(
    rng: np.random.Generator, image: Image, *, quality: tuple[int, int] = (30, 90)
) -> Image:
    """Compress a page as JPEG, which halves the resolution of colours, and decode it again.

    Args:
        quality: range of libjpeg's quality, whole numbers from 1 to 100.

    Raises:
        ValueError: ``quality`` is no range within [1, 100].
    """
    _check_range('quality', quality, 1, 100)
    drawn = int(rng.integers(quality[0], quality[1], endpoint=True))
    encoded = cv2.imencode('.jpg', image, [cv2.IMWRITE_JPEG_QUALITY, drawn])[1]
    return cv2.imdecode(encoded, cv2.IMREAD_COLOR)


def cast_shadow(
    rng: np.random.Generator,
    image: Image,
    *,
    strength: tuple[float, float] = (0.1, 0.5),
    softness: tuple[float, float] = (0.02, 0.5),
) -> Image:
    """Darken a page on one side of a line: a shadow where that is sharp, uneven light where soft.

    Args:
        strength: range of the part of the light that is lost in full shade.
        softness: range of the edge's width in parts of the longer side, drawn log-uniformly.

    Raises:
        ValueError: ``strength`` is no range within [0, 1], or ``softness`` none within [0.01, 10].
    """
    _check_range('strength', strength, 0, 1)
    _check_range('softness', softness, 0.01, 10)
    height, width = image.shape[:2]
    loss, edge = rng.uniform(*strength), np.exp(rng.uniform(*np.log(softness)))
    angle, middle = rng.uniform(0, 2 * np.pi), rng.uniform(-0.4, 0.4)
    # The sharpest edge is a cell wide on 64 x 64 of them; in between is interpolated.
    x, y = (np.linspace(-0.5, 0.5, 64) * side / max(height, width) for side in (width, height))
    depth = (x * np.cos(angle) + y[:, None] * np.sin(angle) - middle) / edge
    light = 255 * (1 - loss * (1 + np.tanh(2 * depth)) / 2)
    light = cv2.resize(np.rint(light).astype(np.uint8), (width, height))
    return cv2.multiply(image, cv2.merge([light] * 3), scale=1 / 255)


def _check_number(name: str, value: float, most: float) -> None:
    if not 0 <= value <= most:
        raise ValueError(f'{name} must lie between 0 and {most}, but got {value}')


def _check_range(name: str, bounds: tuple[float, float], least: float, most: float) -> None:
    if len(bounds) != 2 or not least <= bounds[0] <= bounds[1] <= most:
        raise ValueError(
            f'{name} must be (low, high) with {least} <= low <= high <= {most}, but got {bounds}'
        )


def _saturation(factor: float) -> NDArray[np.float64]:
    return factor * np.eye(3) + (1 - factor) * _LUMA


def _hue_rotation(angle: float) -> NDArray[np.float64]:
    """Return the rotation about the grey axis, by Rodrigues' formula."""
    axis = np.full(3, 3**-0.5)
    across = np.cross(np.eye(3), axis)
    return np.cos(angle) * np.eye(3) + np.sin(angle) * across + (1 - np.cos(angle)) / 3


def _line(length: float, angle: float) -> NDArray[np.float64]:
    """Return a line of a pixel's width with smooth edges, centred and of sum 1."""
    half = max(length - 1, 0) / 2  # the edges add half a pixel at either end
    x, y = _offsets(int(np.ceil(half)))
    ux, uy = np.cos(angle), np.sin(angle)
    along = np.clip(x * ux + y * uy, -half, half)
    kernel = np.maximum(1 - np.hypot(x - along * ux, y - along * uy), 0)
    return kernel / kernel.sum()


def _disc(radius: float) -> NDArray[np.float64]:
    """Return a disc with smooth edges, centred and of sum 1."""
    kernel = np.clip(radius + 0.5 - np.hypot(*_offsets(int(np.ceil(radius)))), 0, 1)
    return kernel / kernel.sum()


def _offsets(reach: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return x (1, n) and y (n, 1) from the centre of a square kernel."""
    steps = np.arange(-reach, reach + 1, dtype=float)
    return steps[None], steps[:, None]


@cache
def _grain() -> Image:
    """Return the stock of noise, 4 MiB: a little more than a page of 1280 x 960."""
    drawn = np.random.default_rng(0).standard_normal(2**22, dtype=np.float32)
    drawn = _GRAIN_MEAN + _GRAIN_STD * drawn
    return np.clip(np.rint(drawn), 0, 255).astype(np.uint8)
