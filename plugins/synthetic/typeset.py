"""From parts to a sheet: which word's ink lies at which pixel of the flat paper."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from . import drawings
from .fonts import Family
from .printer_fonts import InkedWord, Printer, PrinterFont
from .receipt_parts import ANCHORS, Cell, Drawing, Receipt, ReceiptPart, Rule, TextRow
from .sheet import Mark, Sheet, Word, rectangle

_DRAWN_RULES = {'_': 0.05, '#': 0.14}


@dataclass(frozen=True)
class PrintStyle:
    """How one receipt is printed; lengths in ems of the body text."""

    body: Family
    title: Family
    printer: Printer
    stretch: float
    leading: float
    margin: float
    head: float
    foot: float


def part_height(part: ReceiptPart, style: PrintStyle) -> float:
    """A part's share of the sheet, in ems."""
    if isinstance(part, TextRow):
        return part.size * style.leading
    if isinstance(part, Rule):
        return 0.45 if part.sign in _DRAWN_RULES else 0.8 * style.leading
    return part.height


def sheet_size(receipt: Receipt, style: PrintStyle) -> tuple[float, float]:
    """Width and height of the sheet, in ems."""
    digit = PrinterFont(style.body.regular, 1.0, style.stretch, style.printer).digit
    height = sum(part_height(part, style) for part in receipt.parts)
    return receipt.columns * digit + 2 * style.margin, height + style.head + style.foot


class Typesetter:
    """Places a receipt's parts on a sheet of ``em`` pixels an em."""

    def __init__(self, receipt: Receipt, style: PrintStyle, em: float) -> None:
        self._rng, self._style, self._em = receipt.rng, style, em
        width, height = sheet_size(receipt, style)
        self.sheet = Sheet(round(width * em), round(height * em), em)
        self._left = style.margin * em
        self._width = self.sheet.width - 2 * self._left
        top = style.head * em
        for part in receipt.parts:
            height = part_height(part, style) * em
            if isinstance(part, TextRow):
                self._row(part, top, height)
            elif isinstance(part, Rule):
                self._rule(part, top, height)
            elif isinstance(part, Drawing):
                self._drawing(part, top, height)
            top += height

    def _font(self, row: TextRow, size: float) -> PrinterFont:
        style = self._style
        family = style.title if row.size > 1.15 else style.body
        face = family.bold if row.bold else family.regular
        stretch = style.stretch * row.stretch
        weak = row.bold and not face.bold
        return PrinterFont(face, size * self._em, stretch, style.printer, size, embolden=weak)

    def _fit(self, row: TextRow) -> PrinterFont:
        """The row's font, smaller where its cells would not fit side by side."""
        size = row.size
        while True:
            font = self._font(row, size)
            need = sum(font.width(cell.text) + font.space for cell in row.cells) - font.space
            if need <= self._width or size <= 0.8:
                return font
            size = max(0.8, size * 0.92)

    def _row(self, row: TextRow, top: float, height: float) -> None:
        font = self._fit(row)
        base = round(top + height / 2 + 0.36 * font.em)
        if row.shade:
            self._shade(row, top, height)
        for text, x, ink in sorted(self._side_by_side(row, font), key=lambda word: word[1]):
            mark = Mark(ink.mask, round(x) + ink.left, base + ink.top, erases=row.shade > 0.5)
            if set(text) <= set('_'):
                self.sheet.marks.append(mark)
                continue
            right, bottom = mark.x + mark.mask.shape[1], mark.y + mark.mask.shape[0]
            self.sheet.words.append(Word(text, mark, rectangle(mark.x, mark.y, right, bottom)))
        for place in row.borders:
            line = np.full((round(height) + 1, max(1, round(0.05 * self._em))), 230, np.uint8)
            self.sheet.marks.append(Mark(line, round(self._left + place * self._width), round(top)))

    def _side_by_side(
        self, row: TextRow, font: PrinterFont
    ) -> Iterator[tuple[str, float, InkedWord]]:
        """The words that find room; right-aligned cells, the prices, choose first."""
        taken: list[tuple[float, float]] = []
        order = {'right': 0, 'centre': 1, 'left': 2}
        for cell in sorted(row.cells, key=lambda cell: (order[cell.anchor], -cell.x)):
            others = list(taken)
            for text, x in self._words(cell, font):
                ink, end = font.word(text), x + font.width(text)
                free = all(
                    end + font.space <= low or x - font.space >= high for low, high in others
                )
                inside = x >= -self._left and end <= self._width + self._left
                if ink is not None and free and inside:
                    taken.append((x, end))
                    yield text, self._left + x, ink

    def _words(self, cell: Cell, font: PrinterFont) -> Iterator[tuple[str, float]]:
        x = cell.x * self._width - ANCHORS[cell.anchor] * font.width(cell.text)
        for text in cell.text.split():
            yield text, x
            x += font.width(text) + font.space

    def _shade(self, row: TextRow, top: float, height: float) -> None:
        box = np.zeros((round(height), round(self._width + 0.6 * self._em)), np.uint8)
        if row.shade > 0.5:
            box[:] = 255
        else:  # Printers have no grey: every third dot of every third row carries it.
            box[::3, ::3] = min(255, round(9 * 255 * row.shade))
        self.sheet.marks.append(Mark(box, round(self._left - 0.3 * self._em), round(top)))

    def _rule(self, rule: Rule, top: float, height: float) -> None:
        if rule.sign in _DRAWN_RULES:
            thick = max(1, round(_DRAWN_RULES[rule.sign] * self._em))
            line = np.full((thick, round(self._width)), 255, np.uint8)
            self.sheet.marks.append(Mark(line, round(self._left), round(top + height / 2)))
            return
        font = self._font(TextRow(()), 1.0)
        ink = font.word(rule.sign * int(self._width / font.width(rule.sign)))
        if ink is not None:
            y = round(top + height / 2 + 0.36 * font.em) + ink.top
            self.sheet.marks.append(Mark(ink.mask, round(self._left) + ink.left, y))

    def _drawing(self, drawing: Drawing, top: float, height: float) -> None:
        size, rng = max(8, round(height)), self._rng
        if drawing.kind == 'signature':
            mask = drawings.scribble(rng, round(self._width * 0.6), size)
        elif drawing.kind == 'barcode':
            mask = drawings.barcode(rng, round(self._width * rng.uniform(0.55, 0.9)), size)
        elif drawing.kind == 'qr':
            mask = drawings.qr(rng, size)
        else:
            mask = drawings.logo(rng, size)
        x = self._left + drawing.x * self._width - mask.shape[1] / 2
        by_hand = drawing.kind == 'signature'
        self.sheet.marks.append(Mark(mask, max(0, round(x)), round(top), by_hand))
