"""The flat sheet: words and other marks at their places, and the planes of ink they make."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.uint8]


@dataclass(frozen=True)
class Mark:
    """Ink of any kind at a place on the sheet: printed, or by pen or stamp."""

    mask: Plane
    x: int
    y: int
    by_hand: bool = False
    erases: bool = False


@dataclass(frozen=True)
class Word:
    """A word on the flat sheet: its ink, and the four corners (4, 2) around it."""

    text: str
    mark: Mark
    corners: NDArray[np.float64]

    @property
    def language(self) -> str:
        """``'ko'`` with any Hangul in it, else ``'en'``."""
        return 'ko' if any('가' <= sign <= '힣' for sign in self.text) else 'en'


@dataclass
class Sheet:
    """The flat paper in pixels; ``em`` is the body text's size, ``marks`` are no words."""

    width: int
    height: int
    em: float
    words: list[Word] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)


@dataclass
class PrintedSheet:
    """A flat sheet as four planes (H, W), 255 is full: print, pen, stains, and the paper itself."""

    print: Plane
    pen: Plane
    stain: Plane
    paper: Plane


def rectangle(x0: float, y0: float, x1: float, y1: float) -> NDArray[np.float64]:
    """Corners (4, 2), clockwise from the top left."""
    return np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]], np.float64)


def print_sheet(sheet: Sheet, words: Iterable[int]) -> PrintedSheet:
    """Print the sheet with only these of its words, on clean paper."""
    printed, pen, stain = (np.zeros((sheet.height, sheet.width), np.uint8) for _ in range(3))
    # Words come last, because white ones erase the bar under them.
    for mark in [*sheet.marks, *(sheet.words[index].mark for index in words)]:
        _put(pen if mark.by_hand else printed, mark)
    return PrintedSheet(printed, pen, stain, np.full_like(printed, 255))


def _put(canvas: Plane, mark: Mark) -> None:
    """Lay a mark on a canvas (H, W), the darker wins; what sticks out is cut off."""
    height, width = canvas.shape
    x0, y0 = max(0, mark.x), max(0, mark.y)
    x1, y1 = min(width, mark.x + mark.mask.shape[1]), min(height, mark.y + mark.mask.shape[0])
    if x0 >= x1 or y0 >= y1:
        return
    mask = mark.mask[y0 - mark.y : y1 - mark.y, x0 - mark.x : x1 - mark.x]
    spot = canvas[y0:y1, x0:x1]
    if mark.erases:
        np.minimum(spot, 255 - mask, out=spot)
    else:
        np.maximum(spot, mask, out=spot)
