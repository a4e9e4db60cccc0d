"""A leaderboard CSV read with patience: whatever can be made out of it, and every fault on the way.

``submission.read_csv`` stops at the first fault; this is for who wants to know them all.
"""

import math
import os
import re
import reprlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..annotations import MIN_VERTICES, parse_coordinate
from ..errors import UserError
from ..files import check_file_name
from ..geometry import excess
from ..images import SUFFIXES
from ..submission import HEADER, PackedPolygons, plain_polygons
from .csv_table import CsvTable
from .problem_kinds import CsvProblem, Kind

_WHOLE = re.compile(r'[-+]?\d+', re.ASCII)
# Numbers with nothing to find fault with but decimals. What is matched is not tried otherwise.
_DECIMAL = re.compile(r'-?\d{1,7}+(?:\.\d*+)?(?: -?\d{1,7}+(?:\.\d*+)?)*+', re.ASCII)


@dataclass(frozen=True, eq=False)
class CsvRow:
    """A row's readable polygons (n, 2), n >= 4, and the number of each in its cell, from 1."""

    number: int
    file: str
    polygons: Sequence[NDArray[np.float64]] = ()
    numbers: Sequence[int] = ()


@dataclass(frozen=True)
class Scan:
    """What was read, and what was wrong with it."""

    rows: list[CsvRow] = field(default_factory=list)
    problems: list[CsvProblem] = field(default_factory=list)

    @property
    def num_polygons(self) -> int:
        """How many polygons could be read."""
        return sum(len(row.polygons) for row in self.rows)


def scan_csv(path: str | os.PathLike) -> Scan:
    """Read a leaderboard CSV as far as that goes.

    Raises:
        UserError: the file is missing, empty, binary, or nothing in it is like a leaderboard CSV.
    """
    scan = Scan()
    table = CsvTable.read(path, scan.problems)
    if table.width < len(HEADER):
        raise UserError(
            f'{path}: no line has two columns (filename,polygons); is this a leaderboard CSV?'
        )
    columns, width, skip = _read_header(table.header, scan.problems)
    for number, row in islice(table.rows(), skip, None):
        if len(row) == width:
            file, cell = (row[column] for column in columns)
            scan.rows.append(_read_row(number, file, cell, scan.problems))
        else:
            file = row[columns[0]] if len(row) > columns[0] else ''
            last = '; it is the last row, the file may be truncated' if number == table.last else ''
            detail = f'{len(row)} columns, expected {width}{last}'
            scan.problems.append(CsvProblem(Kind.BROKEN_ROW, detail, number, file))
            scan.rows.append(CsvRow(number, file))
    faults = {problem.kind for problem in scan.problems}
    if {Kind.ENCODING, Kind.HEADER} <= faults and not scan.num_polygons:
        raise UserError(f'{path}: no text with a header or polygons; is this a leaderboard CSV?')
    return scan


def _read_header(row: list[str], problems: list[CsvProblem]) -> tuple[tuple[int, int], int, int]:
    """Return the columns of name and polygons, how many there are, and the rows to skip."""
    if row == HEADER:
        return (0, 1), len(row), 1
    titles = [title.strip().lower() for title in row]
    found = reprlib.repr(','.join(row))
    if all(title in titles for title in HEADER):
        problems.append(CsvProblem(Kind.HEADER, f'the header is {found}', 1))
        return (titles.index(HEADER[0]), titles.index(HEADER[1])), len(row), 1
    is_data = len(row) == len(HEADER) and Path(row[0]).suffix.lower() in SUFFIXES
    detail = 'none, the file starts with a row' if is_data else f'the header is {found}'
    problems.append(CsvProblem(Kind.HEADER, detail, 1))
    return (0, 1), len(HEADER), 0 if is_data else 1


def _read_row(number: int, file: str, cell: str, problems: list[CsvProblem]) -> CsvRow:
    try:
        check_file_name(file)
    except ValueError as error:
        problems.append(CsvProblem(Kind.BAD_NAME, str(error), number))
    if not cell.strip():
        problems.append(CsvProblem(Kind.NO_POLYGONS, '', number, file))
        return CsvRow(number, file)
    if (plain := plain_polygons(cell)) is not None:
        return CsvRow(number, file, plain, range(1, len(plain) + 1))
    polygons, numbers = [], []
    for index, text in enumerate(cell.split('|'), 1):
        polygon, found = _read_polygon(text)
        problems += [CsvProblem(kind, detail, number, file, index) for kind, detail in found]
        if polygon is not None:
            polygons.append(polygon)
            numbers.append(index)
    return CsvRow(number, file, PackedPolygons.of(polygons), numbers)


def _read_polygon(text: str) -> tuple[NDArray[np.float64] | None, list[tuple[Kind, str]]]:
    tokens = text.split()
    if not tokens:
        return None, [(Kind.EMPTY, '')]
    faults: dict[Kind, str] = {}
    if _DECIMAL.fullmatch(text):
        if '.' in text:
            faults[Kind.NOT_WHOLE] = reprlib.repr(next(token for token in tokens if '.' in token))
    else:
        if text != ' '.join(tokens):
            faults[Kind.SPACING] = 'coordinates are not joined by single spaces'
        for kind, detail in _token_faults(tokens):
            faults.setdefault(kind, detail)
    if len(tokens) % 2:
        faults[Kind.ODD] = f'{len(tokens)} of them'
    elif len(tokens) < 2 * MIN_VERTICES:
        faults[Kind.FEW_VERTICES] = f'{len(tokens) // 2} of them'
    lost = {Kind.NOT_A_NUMBER, Kind.NOT_FINITE, Kind.TOO_LARGE, Kind.ODD, Kind.FEW_VERTICES}
    if lost & faults.keys():
        return None, list(faults.items())
    polygon = np.array(tokens, np.float64).reshape(-1, 2)
    if (too_much := excess(polygon)) is not None:
        return None, [*faults.items(), (Kind.EXCESSIVE, too_much)]
    return polygon, list(faults.items())


def _token_faults(tokens: Sequence[str]) -> Iterator[tuple[Kind, str]]:
    for token in tokens:
        kind = _token_fault(token)
        if kind is not None:
            yield kind, reprlib.repr(token)


def _token_fault(token: str) -> Kind | None:
    try:
        parse_coordinate(token)
    except ValueError:
        pass
    else:
        return None if _WHOLE.fullmatch(token) else Kind.NOT_WHOLE
    if _WHOLE.fullmatch(token):
        return Kind.TOO_LARGE
    try:
        value = float(token)
    except ValueError:
        return Kind.NOT_A_NUMBER
    if not math.isfinite(value):
        return Kind.NOT_FINITE
    return Kind.TOO_LARGE if '_' not in token else Kind.NOT_A_NUMBER
