"""A leaderboard CSV read with patience: whatever can be made out of it, and every fault on the way.

``submission.read_csv`` stops at the first fault; this is for who wants to know them all.
"""

import csv
import io
import math
import os
import re
import reprlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..annotations import MIN_VERTICES, parse_coordinate
from ..errors import UserError
from ..files import check_file_name, read_bytes
from ..geometry import excess
from ..images import SUFFIXES
from ..submission import HEADER, long_cells
from .problem_kinds import CsvProblem, Kind

_WHOLE = re.compile(r'[-+]?\d+', re.ASCII)
_PLAIN = re.compile(r'-?\d{1,7}(?: -?\d{1,7})*', re.ASCII)  # nothing to find fault with


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
    lines = _split(_decode(path, scan.problems), scan.problems)
    if max((len(row) for _, row in lines), default=0) < len(HEADER):
        raise UserError(
            f'{path}: no line has two columns (filename,polygons); is this a leaderboard CSV?'
        )
    columns, width, skip = _read_header(lines[0][1], scan.problems)
    for number, row in lines[skip:]:
        if len(row) == width:
            file, cell = (row[column] for column in columns)
            scan.rows.append(_read_row(number, file, cell, scan.problems))
        else:
            file = row[columns[0]] if len(row) > columns[0] else ''
            last = '; it is the last row, the file may be truncated' if row is lines[-1][1] else ''
            detail = f'{len(row)} columns, expected {width}{last}'
            scan.problems.append(CsvProblem(Kind.BROKEN_ROW, detail, number, file))
            scan.rows.append(CsvRow(number, file))
    faults = {problem.kind for problem in scan.problems}
    if {Kind.ENCODING, Kind.HEADER} <= faults and not scan.num_polygons:
        raise UserError(f'{path}: no text with a header or polygons; is this a leaderboard CSV?')
    return scan


def _decode(path: str | os.PathLike, problems: list[CsvProblem]) -> str:
    data = read_bytes(path)
    if not data.strip():
        raise UserError(f'{path}: the file is empty; write or copy it again')
    if b'\0' in data:
        raise UserError(f'{path}: a binary file, no text; give the leaderboard CSV')
    if data.lstrip(b'\xef\xbb\xbf \t\r\n').startswith(b'{'):
        raise UserError(f'{path}: is JSON; give the leaderboard CSV made of it')
    if data.startswith(b'\xef\xbb\xbf'):
        problems.append(CsvProblem(Kind.BYTE_ORDER_MARK, 'at the start of the file'))
    try:
        return data.decode('utf-8-sig')
    except UnicodeDecodeError as error:
        line = data.count(b'\n', 0, error.start) + 1
        detail = f'byte {error.start}, in line {line}, is not UTF-8'
        problems.append(CsvProblem(Kind.ENCODING, detail))
        return data.decode('utf-8-sig', 'replace')


def _split(text: str, problems: list[CsvProblem]) -> list[tuple[int, list[str]]]:
    """Numbered rows that are not blank; line by line where quotes do not add up."""
    first = text.partition('\n')[0]
    delimiter = next((d for d in ',;\t' if d in first), ',')
    if delimiter != ',':
        problems.append(CsvProblem(Kind.HEADER, f'columns are parted by {delimiter!r}, not commas'))
    with long_cells(len(text)):
        reader = csv.reader(io.StringIO(text, newline=''), delimiter=delimiter, strict=True)
        try:
            rows = list(reader)
        except csv.Error as error:
            problems.append(CsvProblem(Kind.QUOTES, f'line {reader.line_num}: {error}'))
            rows = [next(csv.reader([li], delimiter=delimiter), []) for li in text.splitlines()]
    return [(number, row) for number, row in enumerate(rows, 1) if row]


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
    polygons, numbers = [], []
    for index, text in enumerate(cell.split('|'), 1):
        polygon, found = _read_polygon(text)
        problems += [CsvProblem(kind, detail, number, file, index) for kind, detail in found]
        if polygon is not None:
            polygons.append(polygon)
            numbers.append(index)
    return CsvRow(number, file, polygons, numbers)


def _read_polygon(text: str) -> tuple[NDArray[np.float64] | None, list[tuple[Kind, str]]]:
    tokens = text.split()
    if not tokens:
        return None, [(Kind.EMPTY, '')]
    faults: dict[Kind, str] = {}
    if not _PLAIN.fullmatch(text):
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
