"""A page under layers of polygons, each in a colour and a pattern of its own, with a legend."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from . import colours
from .outlines import FRACTION_BITS, Image, fixed_point

_FONT = cv2.FONT_HERSHEY_SIMPLEX
_SHORTEST, _LONGEST = 900, 3000  # pixels of a picture's longer side
_WORD = 28  # pixels: below, lines cover what they surround
_MARGIN = 40
_FILL = 0.25
_STRIPE = 6
_WIDTH = 2


@dataclass(frozen=True, eq=False)
class Layer:
    """Polygons (n, 2) that share a meaning: ``label`` tells it in the legend.

    ``style`` is ``'outline'``, ``'filled'`` or ``'hatched'``.
    """

    label: str
    color: colours.Color
    polygons: Sequence[NDArray] = field(default_factory=list)
    style: str = 'outline'


def layered_page(image: Image, title: str, layers: Sequence[Layer]) -> Image:
    """Return a BGR page (H, W, 3), pale, under its layers, the last on top, below title and legend.

    Margins without polygons are cut off, and the rest is scaled until its words are legible between
    the lines. OpenCV's fonts have ASCII alone: other letters of the title become question marks.
    """
    polygons = [np.asarray(polygon, float) for layer in layers for polygon in layer.polygons]
    left, top, right, bottom = _seen(image, polygons)
    image = image[top:bottom, left:right]
    scale = _scale(image, polygons)
    page = _pale(_scaled(image, scale))
    for layer in layers:
        moved = [(np.asarray(p, float) - (left, top)) * scale for p in layer.polygons]
        page = _draw(page, moved, layer)
    return np.vstack([_header(page.shape[1], title, layers), page])


def _seen(image: Image, polygons: Sequence[NDArray]) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of what the polygons take up of the page, and a bit more."""
    height, width = image.shape[:2]
    if not polygons:
        return 0, 0, width, height
    points = np.clip(np.concatenate(polygons), 0, (width - 1, height - 1))
    low = np.maximum(points.min(axis=0) - _MARGIN, 0).astype(int)
    high = np.minimum(points.max(axis=0) + _MARGIN, (width, height)).astype(int)
    return int(low[0]), int(low[1]), int(high[0]), int(high[1])


def _scale(image: Image, polygons: Sequence[NDArray]) -> float:
    """By how much to scale a page so that half its words are at least ``_WORD`` pixels high."""
    heights = [max(1.0, np.ptp(polygon, axis=0).min()) for polygon in polygons]
    wanted = _WORD / np.median(heights) if heights else 1.0
    longest = max(image.shape[:2])
    return float(np.clip(wanted, _SHORTEST / longest, _LONGEST / longest))


def _scaled(image: Image, scale: float) -> Image:
    size = [max(1, round(side * scale)) for side in image.shape[1::-1]]
    return cv2.resize(image, size, interpolation=cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA)


def _pale(image: Image) -> Image:
    """Grey and lighter, so that every colour in the picture is one of the layers'."""
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    return cv2.cvtColor(cv2.addWeighted(grey, 0.75, grey, 0, 64), cv2.COLOR_GRAY2BGR)


def _draw(page: Image, polygons: Sequence[NDArray], layer: Layer) -> Image:
    points = [fixed_point(polygon) for polygon in polygons]
    if layer.style != 'outline' and points:
        mask = np.zeros(page.shape[:2], np.uint8)
        for polygon in points:  # one by one: together, overlaps would be holes
            cv2.fillPoly(mask, [polygon], 1, cv2.LINE_8, FRACTION_BITS)
        if layer.style == 'hatched':
            mask &= _stripes(page.shape[:2])
        tinted = cv2.addWeighted(page, 1 - _FILL, np.full_like(page, layer.color), _FILL, 0)
        page = np.where(mask[..., None] > 0, tinted, page)
    return cv2.polylines(page, points, True, layer.color, _WIDTH, cv2.LINE_AA, FRACTION_BITS)


def _stripes(shape: tuple[int, int]) -> Image:
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    return ((rows + columns) // _STRIPE % 2).astype(np.uint8)


def _header(width: int, title: str, layers: Sequence[Layer]) -> Image:
    """White lines with the title and a swatch of each layer, as many as the width asks for."""
    line = int(np.clip(width / 24, 36, 64))
    header = np.full((line, width, 3), 255, np.uint8)
    _write(header, title, line // 3, width, bold=True)
    left = width
    for layer in layers:
        swatch = line // 3 + line
        length = _text_width(layer.label, line)
        if left + swatch + length > width:
            header = np.vstack([header, np.full((line, width, 3), 255, np.uint8)])
            left = 0
        bottom = header[-line:]
        low, high = (left + line // 3, line // 4), (left + line, 3 * line // 4)
        corners = np.array([low, (high[0], low[1]), high, (low[0], high[1])], float)
        bottom[:] = _draw(bottom, [corners], layer)
        _write(bottom, layer.label, left + swatch, width)
        left += swatch + length + line // 3
    return header


def _text_width(text: str, line: int) -> int:
    return cv2.getTextSize(_ascii(text), _FONT, line / 58, 2)[0][0]


def _write(strip: Image, text: str, left: int, right: int, bold: bool = False) -> None:
    """Write into a line of the header, smaller where the text would not fit."""
    line = len(strip)
    fit = min(1.0, (right - left - line // 4) / max(_text_width(text, line), 1))
    at, weight = (left, round(0.68 * line)), 2 if bold else 1
    cv2.putText(
        strip, _ascii(text), at, _FONT, fit * line / 58, colours.LEGEND, weight, cv2.LINE_AA
    )


def _ascii(text: str) -> str:
    return text.encode('ascii', 'replace').decode()
