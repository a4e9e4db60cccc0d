"""What people add to a receipt: ticks, scribbles, seals, and a stamp whose word counts."""

import cv2
import numpy as np
from numpy.typing import NDArray

from . import drawings
from .printer_fonts import PrinterFont
from .randomness import Rng, chance, pick
from .sheet import Mark, Sheet, Word, rectangle

_ATTEMPTS = 12


def annotate(rng: Rng, sheet: Sheet, font: PrinterFont, stamp: str) -> None:
    """Now and then add a mark, a scribble or a stamp with the word ``stamp`` to the sheet."""
    width, height = sheet.width, sheet.height
    if chance(rng, 0.22):
        size = int(rng.uniform(2.5, 5.0) * sheet.em)
        mask = pick(rng, [drawings.tick, drawings.tick, drawings.seal])(rng, size)
        x, y = rng.uniform(0.05, 0.7) * width, rng.uniform(0.1, 0.85) * height
        sheet.marks.append(Mark(mask, int(x), int(y), by_hand=True))
    if chance(rng, 0.08):
        mask = drawings.scribble(rng, int(0.5 * width), int(3 * sheet.em), strokes=4)
        y = rng.uniform(0, 0.9) * height
        sheet.marks.append(Mark(mask, int(0.2 * width), int(y), by_hand=True))
    if chance(rng, 0.12):
        _stamp(rng, sheet, font, stamp)


def _stamp(rng: Rng, sheet: Sheet, font: PrinterFont, text: str) -> None:
    """A framed word at an angle, where it touches no other word; none if there is no such place."""
    ink = font.word(text)
    if ink is None:
        return
    pad = int(0.3 * font.em)
    framed = np.pad(ink.mask, pad)
    height, width = framed.shape
    cv2.rectangle(framed, (2, 2), (width - 3, height - 3), 255, max(2, pad // 5))
    side = int(np.hypot(width, height)) + 2
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), float(rng.uniform(-20, 20)), 1)
    turn[:, 2] += (side - np.array([width, height])) / 2
    mask = cv2.warpAffine(framed, turn, (side, side))
    word = rectangle(pad, pad, width - pad, height - pad)
    # Corners lie between pixels, the rotation turns about pixel centres.
    corners = np.c_[word - 0.5, np.ones(4)] @ turn.T + 0.5
    for _ in range(_ATTEMPTS):
        x, y = (int(rng.uniform(0, max(1, side_ - side))) for side_ in (sheet.width, sheet.height))
        placed = corners + np.array([x, y])
        if not any(_touch(placed, other.corners) for other in sheet.words):
            sheet.words.append(Word(text, Mark(mask, x, y, by_hand=True), placed))
            return


def _touch(a: NDArray[np.float64], b: NDArray[np.float64]) -> bool:
    """Whether the boxes around two outlines overlap."""
    return bool(((a.min(0) < b.max(0)) & (b.min(0) < a.max(0))).all())
