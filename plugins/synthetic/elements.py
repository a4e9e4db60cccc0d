"""The parts a receipt is set from, in ems of its body text and fractions of its printable width."""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from .language import Language, chance, fill, pick

Anchor = Literal['left', 'centre', 'right']


@dataclass(frozen=True)
class Cell:
    """Text that starts, is centred or ends at ``x`` (0 to 1 of the printable width)."""

    text: str
    x: float = 0.0
    anchor: Anchor = 'left'


@dataclass(frozen=True)
class Row:
    """Cells on one base line.

    ``size`` scales the body text, ``stretch`` its width on top; ``shade`` is the ink under the row
    (1 prints white on black); ``borders`` are the places of vertical lines.
    """

    cells: tuple[Cell, ...]
    size: float = 1.0
    stretch: float = 1.0
    bold: bool = False
    shade: float = 0.0
    borders: tuple[float, ...] = ()


@dataclass(frozen=True)
class Rule:
    """A line across the paper: ``-``, ``=``, ``*``, ``.`` are typed, ``_`` and ``#`` are drawn."""

    sign: str


@dataclass(frozen=True)
class Gap:
    """Blank paper, in ems."""

    height: float


@dataclass(frozen=True)
class Figure:
    """Something drawn: ``logo``, ``barcode``, ``qr`` or ``signature``; height in ems."""

    kind: str
    height: float
    x: float = 0.5


Element = Row | Rule | Gap | Figure


@dataclass
class Receipt:
    """A receipt being set, top to bottom, with its phrases and its source of chance."""

    phrases: Language
    rng: np.random.Generator
    columns: int
    wide: bool = False
    elements: list[Element] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._price = pick(self.rng, self.phrases.price_patterns)
        self._plain = self.phrases.price_patterns[0]
        self._rule = pick(self.rng, ['-', '-', '-', '=', '_', '_', '*', '.'])

    def say(self, role: str) -> str:
        """A label for ``role`` in the receipt's language."""
        return self.phrases.label(self.rng, role)

    def number(self, pattern: str) -> str:
        """Digits and capitals by ``pattern``, see :func:`fill`."""
        return fill(self.rng, pattern)

    def money(self, value: float, *, plain: bool = False) -> str:
        """A price as this receipt writes prices; ``plain`` without currency or tax mark."""
        return (self._plain if plain else self._price).format(value)

    def add(self, *elements: Element) -> None:
        """Set elements below what is there."""
        self.elements.extend(elements)

    def line(self, text: str, anchor: Anchor = 'left', **look: float | bool) -> None:
        """Set one cell on a row of its own."""
        self.add(
            Row((Cell(text, {'left': 0.0, 'centre': 0.5, 'right': 1.0}[anchor], anchor),), **look)
        )

    def pair(self, left: str, right: str, **look: float | bool) -> None:
        """Set a label at the left edge and its value at the right edge."""
        self.add(Row((Cell(left), Cell(right, 1.0, 'right')), **look))

    def paragraph(self, text: str, anchor: Anchor, size: float = 1.0) -> None:
        """Set running text, broken into lines that fit; a Hangul syllable counts twice."""
        limit, line, used = self.columns / size * 0.94, [], 0
        for word in text.split():
            width = sum(2 if ord(sign) > 0x1100 else 1 for sign in word) + 1
            if line and used + width > limit:
                self.line(' '.join(line), anchor, size=size)
                line, used = [], 0
            line.append(word)
            used += width
        self.line(' '.join(line), anchor, size=size)

    def rule(self, sign: str | None = None) -> None:
        """Draw a line across, in this receipt's usual manner unless ``sign`` says otherwise."""
        self.add(Rule(sign or self._rule))

    def gap(self, low: float = 0.2, high: float = 0.9) -> None:
        """Leave some blank paper."""
        self.add(Gap(float(self.rng.uniform(low, high))))

    def maybe(self, probability: float) -> bool:
        """True with this probability."""
        return chance(self.rng, probability)

    def some(self, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``, both included."""
        return int(self.rng.integers(low, high + 1))
