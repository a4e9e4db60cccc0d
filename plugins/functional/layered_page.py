"""A page under layers of polygons, each layer in a colour and a pattern of its own, with a legend.

The colours are those of Okabe and Ito, Color Universal Design (2008), which people with any kind of
colour vision tell apart; what matters most is hatched or filled as well.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from .overlay import FRACTION_BITS, fixed_point

Image = NDArray[np.uint8]
Color = tuple[int, int, int]

# BGR
GREEN = (115, 158, 0)
VERMILLION = (0, 94, 213)
BLUE = (178, 114, 0)
ORANGE = (0, 159, 230)
PURPLE = (167, 121, 204)

_INK = (40, 40, 40)
_FONT = cv2.FONT_HERSHEY_SIMPLEX
_SHORTEST, _LONGEST = 1400, 2200  # pixels of a picture's longer side: legible, and still quick
_LINE = 40  # pixels of a line of the legend
_PAD = 14
_FILL = 0.35
_STRIPE = 6


@dataclass(frozen=True, eq=False)
class Layer:
    """Polygons (n, 2) that share a meaning: ``label`` tells it in the legend.

    ``style`` is ``'outline'``, ``'filled'`` or ``'hatched'``.
    """

    label: str
    color: Color
    polygons: Sequence[NDArray] = field(default_factory=list)
    style: str = 'outline'


def layered_page(image: Image, title: str, layers: Sequence[Layer]) -> Image:
    """Return a BGR page (H, W, 3), pale, under its layers, the last on top, below title and legend.

    The page is scaled to a size at which lines of 2 pixels leave its text legible. OpenCV's fonts
    have ASCII alone: other letters of the title become question marks.
    """
    longest = max(image.shape[:2])
    scale = np.clip(longest, _SHORTEST, _LONGEST) / longest
    page = _pale(_scaled(image, scale))
    for layer in layers:
        polygons = [(np.asarray(p, float) + 0.5) * scale - 0.5 for p in layer.polygons]
        page = _draw(page, polygons, layer)
    return np.vstack([_header(page.shape[1], title, layers), page])


def _scaled(image: Image, scale: float) -> Image:
    if scale == 1:
        return image
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
    width = 2 if layer.style == 'outline' else 3
    return cv2.polylines(page, points, True, layer.color, width, cv2.LINE_AA, FRACTION_BITS)


def _stripes(shape: tuple[int, int]) -> NDArray[np.uint8]:
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    return ((rows + columns) // _STRIPE % 2).astype(np.uint8)


def _header(width: int, title: str, layers: Sequence[Layer]) -> Image:
    """White lines with the title and a swatch of each layer, as many as the width asks for."""
    entries: list[tuple[str, Layer | None]] = [(title, None)]
    entries += [(layer.label, layer) for layer in layers]
    header = np.full((_LINE, width, 3), 255, np.uint8)
    left = _PAD
    for text, layer in entries:
        text = text.encode('ascii', 'replace').decode()
        (length, _), _ = cv2.getTextSize(text, _FONT, 0.7, 2)
        swatch = 0 if layer is None else 40
        if (left > _PAD and left + swatch + length + _PAD > width) or layer is layers[0]:
            header = np.vstack([header, np.full((_LINE, width, 3), 255, np.uint8)])
            left = _PAD
        top = len(header) - _LINE
        if layer is not None:
            low, high = (left, top + 10), (left + 32, top + 30)
            corners = np.array([low, (high[0], low[1]), high, (low[0], high[1])], float)
            header = _draw(header, [corners], layer)
        size = min(0.7, 0.7 * (width - left - swatch - _PAD) / max(length, 1))
        weight = 2 if layer is None else 1
        at = (left + swatch, top + 27)
        cv2.putText(header, text, at, _FONT, max(size, 0.3), _INK, weight, cv2.LINE_AA)
        left += swatch + length + 2 * _PAD
    return header
