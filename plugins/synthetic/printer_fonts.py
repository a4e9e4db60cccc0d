"""Printing single words: thermal dots, needle dots or laser-smooth glyphs."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from .fonts import Face

Printer = Literal['thermal', 'needle', 'laser']
# Dots an em: receipt printers have about 8 dots a millimetre, needle heads 7 to 9 needles.
_DOTS = {'thermal': 25, 'needle': 11}


@dataclass(frozen=True)
class InkedWord:
    """A word's ink: coverage (H, W) uint8, cut to its ink, and where it sits on the base line."""

    mask: NDArray[np.uint8]
    left: int
    top: int


@dataclass(frozen=True)
class PrinterFont:
    """A face at ``em`` pixels, squeezed by ``stretch``, put on paper by a kind of printer.

    ``enlarged`` is the size relative to body text: large print has more dots, not larger ones.
    """

    face: Face
    em: float
    stretch: float
    printer: Printer
    enlarged: float = 1.0
    embolden: bool = False

    @property
    def space(self) -> float:
        """Width of a blank, in pixels."""
        return max(_advance(self.face, ' '), 0.3) * self.em * self.stretch

    @property
    def digit(self) -> float:
        """Width of a digit, in pixels."""
        return _advance(self.face, '0') * self.em * self.stretch

    def width(self, text: str) -> float:
        """Width of ``text`` without its last blank, in pixels."""
        words = text.split(' ')
        glyphs = sum(_advance(self.face, word) for word in words) * self.em * self.stretch
        return glyphs + self.space * (len(words) - 1)

    def word(self, word: str) -> InkedWord | None:
        """InkedWord one word; None where the face has nothing to show for it."""
        dotted = self.printer in _DOTS
        size = max(6, round(_DOTS[self.printer] * self.enlarged if dotted else self.em))
        mask, left, base, advance = _raster(self.face, word, size, dotted)
        if self.embolden:
            mask = _embolden(mask, max(1, round(size / 25)))
        # Hinting at few dots changes the widths of glyphs; the line was set with the true ones.
        wide, tall = self.width(word) / max(advance, 1.0), self.em / size
        left, base = left * wide, base * tall
        if self.printer == 'needle':
            mask, wide, tall = _needles(mask), wide / 4, tall / 4
        width, height = (
            max(1, round(side * scale))
            for side, scale in zip(mask.shape[::-1], (wide, tall), strict=True)
        )
        kind = cv2.INTER_AREA if max(wide, tall) < 1 else cv2.INTER_LINEAR
        return _cut(cv2.resize(mask, (width, height), interpolation=kind), round(left), round(base))


@lru_cache(maxsize=4096)
def _advance(face: Face, text: str) -> float:
    """Advance width in ems, unhinted for all practical purposes."""
    return face.at(200).getlength(text) / 200


@lru_cache(maxsize=2048)
def _raster(
    face: Face, word: str, size: int, dotted: bool
) -> tuple[NDArray[np.uint8], int, int, float]:
    """Coverage with a border around it, its left and top from the pen's start, and its advance."""
    font, pad, mode = face.at(size), size // 2, '1' if dotted else 'L'
    advance = font.getlength(word, mode=mode)
    image = Image.new('L', (int(advance) + 2 * pad + 2, 2 * size))
    draw = ImageDraw.Draw(image)
    draw.fontmode = mode
    base = round(1.4 * size)
    draw.text((pad, base), word, font=font, fill=255, anchor='ls')
    return np.asarray(image), -pad, -base, advance


def _embolden(mask: NDArray[np.uint8], by: int) -> NDArray[np.uint8]:
    bold = mask.copy()
    bold[:, by:] = np.maximum(mask[:, by:], mask[:, :-by])
    return bold


def _needles(mask: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Each dot becomes a round spot of 4 x 4 pixels, as a needle through a ribbon leaves it."""
    spot = np.array(
        [[90, 220, 220, 90], [220, 255, 255, 220], [220, 255, 255, 220], [90, 220, 220, 90]]
    )
    return (np.kron(mask.astype(np.uint16), spot) // 255).astype(np.uint8)


def _cut(mask: NDArray[np.uint8], left: int, top: int) -> InkedWord | None:
    dark = mask > 80
    columns, rows = np.flatnonzero(dark.any(0)), np.flatnonzero(dark.any(1))
    if columns.size == 0:
        return None
    y0, y1, x0, x1 = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    return InkedWord(mask[y0:y1, x0:x1], left + int(x0), top + int(y0))
