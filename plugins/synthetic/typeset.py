"""From elements to a sheet: which word's ink lies at which pixel of the flat paper."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from . import marks
from .elements import Cell, Element, Figure, Receipt, Row, Rule
from .fonts import Family
from .pens import Pen, Print, Printer

_DRAWN_RULES = {'_': 0.05, '#': 0.14}


@dataclass(frozen=True)
class Style:
    """How one receipt is printed; lengths in ems of the body text."""

    body: Family
    title: Family
    printer: Printer
    stretch: float
    leading: float
    margin: float
    head: float
    foot: float


@dataclass
class Mark:
    """Ink of any kind at a place on the sheet; ``layer`` 0 is print, 1 is pen or stamp."""

    mask: NDArray[np.uint8]
    x: int
    y: int
    layer: int = 0
    erases: bool = False


@dataclass
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
    """The flat paper in pixels; ``em`` is the body text's size."""

    width: int
    height: int
    em: float
    words: list[Word] = field(default_factory=list)
    under: list[Mark] = field(default_factory=list)
    over: list[Mark] = field(default_factory=list)


def rectangle(x0: float, y0: float, x1: float, y1: float) -> NDArray[np.float64]:
    """Corners (4, 2), clockwise from the top left."""
    return np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]], np.float64)


def element_height(element: Element, style: Style) -> float:
    """An element's share of the sheet, in ems."""
    if isinstance(element, Row):
        return element.size * style.leading
    if isinstance(element, Rule):
        return 0.45 if element.sign in _DRAWN_RULES else 0.8 * style.leading
    return element.height


def sheet_size(receipt: Receipt, style: Style) -> tuple[float, float]:
    """Width and height of the sheet, in ems."""
    digit = Pen(style.body.regular, 1.0, style.stretch, style.printer).digit
    height = sum(element_height(element, style) for element in receipt.elements)
    return receipt.columns * digit + 2 * style.margin, height + style.head + style.foot


class Typesetter:
    """Places a receipt's elements on a sheet of ``em`` pixels an em."""

    def __init__(self, receipt: Receipt, style: Style, em: float) -> None:
        self._rng, self._style, self._em = receipt.rng, style, em
        width, height = sheet_size(receipt, style)
        self.sheet = Sheet(round(width * em), round(height * em), em)
        self._left = style.margin * em
        self._width = self.sheet.width - 2 * self._left
        top = style.head * em
        for element in receipt.elements:
            height = element_height(element, style) * em
            if isinstance(element, Row):
                self._row(element, top, height)
            elif isinstance(element, Rule):
                self._rule(element, top, height)
            elif isinstance(element, Figure):
                self._figure(element, top, height)
            top += height

    def _pen(self, row: Row, size: float) -> Pen:
        style = self._style
        family = style.title if row.size > 1.15 else style.body
        face = family.bold if row.bold else family.regular
        stretch = style.stretch * row.stretch
        weak = row.bold and not face.bold
        return Pen(face, size * self._em, stretch, style.printer, size, embolden=weak)

    def _fit(self, row: Row) -> Pen:
        """The row's pen, smaller where its cells would not fit side by side."""
        size = row.size
        while True:
            pen = self._pen(row, size)
            need = sum(pen.width(cell.text) + pen.space for cell in row.cells) - pen.space
            if need <= self._width or size <= 0.8:
                return pen
            size = max(0.8, size * 0.92)

    def _row(self, row: Row, top: float, height: float) -> None:
        pen = self._fit(row)
        base = round(top + height / 2 + 0.36 * pen.em)
        if row.shade:
            self._shade(row, top, height)
        for text, x, ink in sorted(self._side_by_side(row, pen), key=lambda word: word[1]):
            mark = Mark(ink.mask, round(x) + ink.left, base + ink.top, erases=row.shade > 0.5)
            if set(text) <= set('_'):
                self.sheet.under.append(mark)
                continue
            right, bottom = mark.x + mark.mask.shape[1], mark.y + mark.mask.shape[0]
            self.sheet.words.append(Word(text, mark, rectangle(mark.x, mark.y, right, bottom)))
        for place in row.borders:
            line = np.full((round(height) + 1, max(1, round(0.05 * self._em))), 230, np.uint8)
            self.sheet.under.append(Mark(line, round(self._left + place * self._width), round(top)))

    def _side_by_side(self, row: Row, pen: Pen) -> Iterator[tuple[str, float, Print]]:
        """The words that find room; right-aligned cells, the prices, choose first."""
        taken: list[tuple[float, float]] = []
        order = {'right': 0, 'centre': 1, 'left': 2}
        for cell in sorted(row.cells, key=lambda cell: (order[cell.anchor], -cell.x)):
            others = list(taken)
            for text, x in self._words(cell, pen):
                ink, end = pen.word(text), x + pen.width(text)
                free = all(end + pen.space <= low or x - pen.space >= high for low, high in others)
                inside = x >= -self._left and end <= self._width + self._left
                if ink is not None and free and inside:
                    taken.append((x, end))
                    yield text, self._left + x, ink

    def _words(self, cell: Cell, pen: Pen) -> Iterator[tuple[str, float]]:
        shift = {'left': 0.0, 'centre': 0.5, 'right': 1.0}[cell.anchor]
        x = cell.x * self._width - shift * pen.width(cell.text)
        for text in cell.text.split():
            yield text, x
            x += pen.width(text) + pen.space

    def _shade(self, row: Row, top: float, height: float) -> None:
        box = np.zeros((round(height), round(self._width + 0.6 * self._em)), np.uint8)
        if row.shade > 0.5:
            box[:] = 255
        else:  # Printers have no grey: every third dot of every third row carries it.
            box[::3, ::3] = min(255, round(9 * 255 * row.shade))
        self.sheet.under.append(Mark(box, round(self._left - 0.3 * self._em), round(top)))

    def _rule(self, rule: Rule, top: float, height: float) -> None:
        if rule.sign in _DRAWN_RULES:
            thick = max(1, round(_DRAWN_RULES[rule.sign] * self._em))
            line = np.full((thick, round(self._width)), 255, np.uint8)
            self.sheet.under.append(Mark(line, round(self._left), round(top + height / 2)))
            return
        pen = self._pen(Row(()), 1.0)
        ink = pen.word(rule.sign * int(self._width / pen.width(rule.sign)))
        if ink is not None:
            y = round(top + height / 2 + 0.36 * pen.em) + ink.top
            self.sheet.under.append(Mark(ink.mask, round(self._left) + ink.left, y))

    def _figure(self, figure: Figure, top: float, height: float) -> None:
        size, rng = max(8, round(height)), self._rng
        if figure.kind == 'signature':
            mask = marks.scribble(rng, round(self._width * 0.6), size)
        elif figure.kind == 'barcode':
            mask = marks.barcode(rng, round(self._width * rng.uniform(0.55, 0.9)), size)
        elif figure.kind == 'qr':
            mask = marks.qr(rng, size)
        else:
            mask = marks.logo(rng, size)
        x = self._left + figure.x * self._width - mask.shape[1] / 2
        mark = Mark(mask, max(0, round(x)), round(top), layer=int(figure.kind == 'signature'))
        (self.sheet.over if mark.layer else self.sheet.under).append(mark)
