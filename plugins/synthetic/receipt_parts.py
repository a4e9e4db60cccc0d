"""The parts a receipt is set from, in ems of its body text and fractions of its printable width."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from .language import Language, fill
from .randomness import Rng, chance, pick

T = TypeVar('T')
Anchor = Literal['left', 'centre', 'right']
# How much of a text's width is left of where it is anchored.
ANCHORS: dict[Anchor, float] = {'left': 0.0, 'centre': 0.5, 'right': 1.0}


@dataclass(frozen=True)
class Cell:
    """Text that starts, is centred or ends at ``x`` (0 to 1 of the printable width)."""

    text: str
    x: float = 0.0
    anchor: Anchor = 'left'


@dataclass(frozen=True)
class TextRow:
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
class Drawing:
    """Something drawn: ``logo``, ``barcode``, ``qr`` or ``signature``; height in ems."""

    kind: str
    height: float
    x: float = 0.5


ReceiptPart = TextRow | Rule | Gap | Drawing


def right(text: str, x: float = 1.0) -> Cell:
    """Text that ends at ``x``."""
    return Cell(text, x, 'right')


@dataclass
class Receipt:
    """A receipt being set, top to bottom, with its phrases and its source of chance."""

    phrases: Language
    rng: Rng
    columns: int
    wide: bool = False
    parts: list[ReceiptPart] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._price = self.pick(self.phrases.price_patterns)
        self._plain = self.phrases.price_patterns[0]
        self._rule = self.pick(['-', '-', '-', '=', '_', '_', '*', '.'])

    def say(self, role: str) -> str:
        """A label for ``role`` in the receipt's language."""
        return self.phrases.label(self.rng, role)

    def number(self, pattern: str) -> str:
        """Digits and capitals by ``pattern``, see :func:`fill`."""
        return fill(self.rng, pattern)

    def money(self, value: float, *, plain: bool = False) -> str:
        """A price as this receipt writes prices; ``plain`` without currency or tax mark."""
        return (self._plain if plain else self._price).format(value)

    def row(self, *cells: Cell | str, **look: float | bool | tuple[float, ...]) -> None:
        """Set cells on a row below what is there; a text alone starts at the left edge."""
        made = (Cell(cell) if isinstance(cell, str) else cell for cell in cells)
        self.parts.append(TextRow(tuple(made), **look))

    def line(self, text: str, anchor: Anchor = 'left', **look: float | bool) -> None:
        """Set one cell on a row of its own."""
        self.row(Cell(text, ANCHORS[anchor], anchor), **look)

    def pair(self, left: str, value: str, **look: float | bool) -> None:
        """Set a label at the left edge and its value at the right edge."""
        self.row(left, right(value), **look)

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
        self.parts.append(Rule(sign or self._rule))

    def gap(self, low: float = 0.2, high: float = 0.9) -> None:
        """Leave some blank paper."""
        self.parts.append(Gap(self.between(low, high)))

    def draw(self, kind: str, height: float, x: float = 0.5) -> None:
        """Set a drawing."""
        self.parts.append(Drawing(kind, height, x))

    def pick(self, choices: Sequence[T]) -> T:
        """One of ``choices``."""
        return pick(self.rng, choices)

    def maybe(self, probability: float) -> bool:
        """True with this probability."""
        return chance(self.rng, probability)

    def some(self, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``, both included."""
        return int(self.rng.integers(low, high + 1))

    def between(self, low: float, high: float) -> float:
        """Any number from ``low`` to ``high``."""
        return float(self.rng.uniform(low, high))
