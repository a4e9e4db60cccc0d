"""The kinds of problems that a leaderboard CSV can have, and what each costs."""

import os
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from ..files import csv_text, write_text

_LOST = 'lost, or the reason to refuse the whole file'
_ZERO = '{pages} of {all} pages score 0: at most {share:.4f} of H'


class Kind(Enum):
    """A kind of problem: its severity, its title and what it costs, in the order of the report.

    An error is what a scorer refuses or loses; a warning is legal, but costs or looks wrong.
    ``{pages}``, ``{all}``, ``{share}`` and ``{amount}`` stand for the pages concerned, all pages,
    their quotient and the sum of the problems' amounts.
    """

    ENCODING = 'error', 'encoding', 'names may not match their images; save the file as UTF-8'
    HEADER = 'error', 'header', 'the file may be refused; its first line is filename,polygons'
    QUOTES = 'error', 'quotes', 'readers disagree on where rows end; here every line is a row'
    BROKEN_ROW = 'error', 'broken row', _ZERO
    BAD_NAME = 'error', 'file name', 'the row belongs to no page'
    DOUBLED_ROW = (
        'error',
        'doubled row',
        'one of them counts, or the file is refused; here the first is read',
    )
    MISSING_ROW = 'error', 'missing row', _ZERO
    EXTRA_ROW = 'error', 'extra row', 'not scored, or the reason to refuse the file'
    NOT_A_NUMBER = 'error', 'not a number', _LOST
    NOT_FINITE = 'error', 'not finite', _LOST
    TOO_LARGE = 'error', 'absurdly large', _LOST
    NOT_WHOLE = (
        'error',
        'not a whole number',
        'cut to whole pixels, or the reason to refuse the file',
    )
    ODD = 'error', 'odd coordinates', _LOST
    EMPTY = 'error', 'empty polygon', 'a | too many: ' + _LOST
    FEW_VERTICES = 'error', 'under 4 vertices', 'never scores'
    EXCESSIVE = 'error', 'no outline of a word', 'not read by any tool here; simplify it'
    TOO_MANY = 'error', 'over 500 polygons', '{amount:,} polygons are cut off the ends of the rows'
    ZERO_AREA = (
        'error',
        'zero area',
        'match nothing, and add {amount:,} to the characters that precision is divided by',
    )
    BYTE_ORDER_MARK = (
        'warning',
        'byte-order mark',
        'some readers take it for a part of the header; save without',
    )
    NO_POLYGONS = 'warning', 'no polygons', _ZERO
    SPACING = 'warning', 'spacing', 'a reader that splits at single spaces stumbles'
    OUTSIDE = (
        'warning',
        'outside the image',
        'where no annotation reaches there, they match nothing and add {amount:,} to the '
        'characters that precision is divided by',
    )
    BEYOND = 'warning', 'beyond the edge', 'legal, and true words may reach over the edge as well'
    TURNED = (
        'warning',
        'turned page',
        'the polygons fit the image on its side: was its EXIF orientation applied to them?',
    )
    CROSSED = (
        'warning',
        'self-intersection',
        'what it covers twice is outside, and loops that run the other way count off its area',
    )
    MANY_VERTICES = 'warning', 'over 100 vertices', 'legal; true words have 14 at most, so simplify'
    DOUBLED = (
        'warning',
        'doubled polygon',
        'each copy over a word costs a character of its recall, and all copies count in full '
        'among the characters that precision is divided by',
    )

    def __init__(self, severity: str, title: str, cost: str) -> None:
        self.severity, self.title, self.cost = severity, title, cost

    def cost_of(self, problems: Sequence['CsvProblem'], expected: Collection[str]) -> str:
        """Say what problems of this kind cost a submission of the ``expected`` pages."""
        pages = len({problem.file for problem in problems}.intersection(expected))
        return self.cost.format(
            pages=pages,
            all=len(expected),
            share=pages / max(len(expected), 1),
            amount=sum(problem.amount for problem in problems),
        )


@dataclass(frozen=True, slots=True)
class CsvProblem:
    """One finding, in the row ``row`` (the header is row 1) and its polygon ``polygon`` (from 1).

    ``amount`` is a number of polygons or characters, where the kind's cost asks for it.
    """

    kind: Kind
    detail: str = ''
    row: int | None = None
    file: str = ''
    polygon: int | None = None
    amount: int = 0

    def __str__(self) -> str:
        """Where it is, and what there is to say about it."""
        parts = (
            f'row {self.row}' if self.row is not None else '',
            self.file if self.file.isprintable() else repr(self.file),
            f'polygon {self.polygon}' if self.polygon is not None else '',
        )
        where = ', '.join(part for part in parts if part)
        return ': '.join(part for part in (where, self.detail) if part)


def by_kind(problems: Iterable[CsvProblem]) -> dict[Kind, list[CsvProblem]]:
    """Return the problems of each kind that occurs, errors first."""
    groups: dict[Kind, list[CsvProblem]] = {kind: [] for kind in Kind}
    for problem in problems:
        groups[problem.kind].append(problem)
    return {kind: found for kind, found in groups.items() if found}


def write_report(path: str | os.PathLike, problems: Iterable[CsvProblem]) -> None:
    """Write one CSV row a problem, atomically.

    Raises:
        UserError: the file cannot be written.
    """
    rows = [['severity', 'kind', 'row', 'file', 'polygon', 'detail']]
    for problem in problems:
        where = (problem.row, problem.file, problem.polygon)
        rows.append([problem.kind.severity, problem.kind.title, *where, problem.detail])
    write_text(path, csv_text(rows))
