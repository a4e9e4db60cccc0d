"""The kinds of problems that a leaderboard CSV can have, and what each costs."""

import os
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from ..files import csv_text, write_text


@dataclass(frozen=True)
class Kind:
    """A kind of problem.

    An ``error`` is what a scorer refuses or loses, anything else is legal, but costs or looks
    wrong. ``cost`` says what follows; ``{pages}``, ``{all}``, ``{share}`` and ``{amount}`` stand
    for the pages concerned, all pages, their quotient and the sum of the problems' amounts.
    ``scored`` are kinds of polygons that do count, so that they can be left out for comparison.
    """

    name: str
    error: bool
    cost: str
    scored: bool = False


@dataclass(frozen=True)
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


_ALL_OR_ONE = 'lost, or the reason to refuse the whole file'
_ZERO = '{pages} of {all} pages score 0: at most {share:.4f} of H'

# In the order of the report.
ENCODING = Kind('encoding', True, 'names may not match their images; save the file as UTF-8')
BYTE_ORDER_MARK = Kind(
    'byte-order mark', False, 'some readers take it for a part of the header; save without'
)
HEADER = Kind('header', True, 'the file may be refused; its first line is filename,polygons')
QUOTES = Kind('quotes', True, 'readers disagree on where rows end; here every line is a row')
BROKEN_ROW = Kind('broken row', True, _ZERO)
BAD_NAME = Kind('file name', True, 'the row belongs to no page')
DOUBLED_ROW = Kind(
    'doubled row', True, 'one of them counts, or the file is refused; here the first is read'
)
MISSING_ROW = Kind('missing row', True, _ZERO)
EXTRA_ROW = Kind('extra row', True, 'not scored, or the reason to refuse the file')
NO_POLYGONS = Kind('no polygons', False, _ZERO)
NOT_A_NUMBER = Kind('not a number', True, _ALL_OR_ONE)
NOT_FINITE = Kind('not finite', True, _ALL_OR_ONE)
TOO_LARGE = Kind('absurdly large', True, _ALL_OR_ONE)
NOT_WHOLE = Kind(
    'not a whole number', True, 'cut to whole pixels, or the reason to refuse the file'
)
SPACING = Kind('spacing', False, 'a reader that splits at single spaces stumbles')
ODD = Kind('odd coordinates', True, _ALL_OR_ONE)
EMPTY = Kind('empty polygon', True, 'a | too many: ' + _ALL_OR_ONE)
FEW_VERTICES = Kind('under 4 vertices', True, 'never scores')
TOO_MANY = Kind('over 500 polygons', True, '{amount:,} polygons are cut off the ends of the rows')
ZERO_AREA = Kind(
    'zero area',
    True,
    'match nothing, and add {amount:,} to the characters that precision is divided by',
    scored=True,
)
OUTSIDE = Kind(
    'outside the image',
    False,
    'where no annotation reaches there, they match nothing and add {amount:,} to the characters '
    'that precision is divided by',
    scored=True,
)
BEYOND = Kind(
    'beyond the edge', False, 'legal, and true words may reach over the edge as well', scored=True
)
TURNED = Kind(
    'turned page',
    False,
    'the polygons fit the image on its side: was its EXIF orientation applied to them?',
)
CROSSED = Kind(
    'self-intersection',
    False,
    'what it covers twice is outside, and loops that run the other way count off its area',
    scored=True,
)
MANY_VERTICES = Kind(
    'over 100 vertices', False, 'legal; true words have 14 at most, so simplify', scored=True
)
DOUBLED = Kind(
    'doubled polygon',
    False,
    'each copy over a word costs a character of its recall, and all copies count in full among the '
    'characters that precision is divided by',
    scored=True,
)
KINDS = tuple(value for value in globals().values() if isinstance(value, Kind))


def cost(kind: Kind, problems: Sequence[CsvProblem], expected: Collection[str]) -> str:
    """Say what the problems of one kind cost a submission of the ``expected`` pages."""
    pages = len({problem.file for problem in problems}.intersection(expected))
    return kind.cost.format(
        pages=pages,
        all=len(expected),
        share=pages / max(len(expected), 1),
        amount=sum(problem.amount for problem in problems),
    )


def by_kind(problems: Iterable[CsvProblem]) -> dict[Kind, list[CsvProblem]]:
    """Return the problems of each kind that occurs, errors first."""
    groups: dict[Kind, list[CsvProblem]] = {
        kind: [] for kind in sorted(KINDS, key=lambda kind: not kind.error)
    }
    for problem in problems:
        groups[problem.kind].append(problem)
    return {kind: found for kind, found in groups.items() if found}


def place(problem: CsvProblem) -> str:
    """Say where a problem is: row, file, polygon."""
    parts = (
        f'row {problem.row}' if problem.row is not None else '',
        problem.file if problem.file.isprintable() else repr(problem.file),
        f'polygon {problem.polygon}' if problem.polygon is not None else '',
    )
    where = ', '.join(part for part in parts if part)
    return ': '.join(part for part in (where, problem.detail) if part)


def write_report(path: str | os.PathLike, problems: Iterable[CsvProblem]) -> None:
    """Write one CSV row a problem, atomically.

    Raises:
        UserError: the file cannot be written.
    """
    rows = [['severity', 'kind', 'row', 'file', 'polygon', 'detail']]
    for problem in problems:
        severity = 'error' if problem.kind.error else 'warning'
        where = (problem.row, problem.file, problem.polygon)
        rows.append([severity, problem.kind.name, *where, problem.detail])
    write_text(path, csv_text(rows))
