"""The lines of a file that may be a CSV, quotes that do not add up and wrong bytes and all."""

import csv
import io
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import IO

from ..errors import UserError
from ..files import read_bytes
from ..submission import long_cells
from .problem_kinds import CsvProblem, Kind

_PEEK = 1 << 20  # bytes


@dataclass(frozen=True)
class CsvTable:
    """The rows of a CSV file, read as they are asked for: they take more memory than the file.

    ``header`` is the first row that is not blank, ``last`` the number of the last one, ``width``
    the most columns a row has.
    """

    data: bytes
    delimiter: str
    by_line: bool
    header: list[str]
    last: int
    width: int

    @classmethod
    def read(cls, path: str | os.PathLike, problems: list[CsvProblem]) -> 'CsvTable':
        """Read a file, and append what is wrong with it as a whole.

        Raises:
            UserError: the file is missing, empty, binary or JSON.
        """
        data = _text_bytes(path, problems)
        first = next(iter(_lines(data)), '')
        delimiter = next((d for d in ',;\t' if d in first), ',')
        if delimiter != ',':
            detail = f'columns are parted by {delimiter!r}, not commas'
            problems.append(CsvProblem(Kind.HEADER, detail))
        fault = _quotes_fault(data, delimiter)
        if fault is not None:
            problems.append(CsvProblem(Kind.QUOTES, fault))
        table = cls(data, delimiter, fault is not None, [], 0, 0)
        header, last, width = [], 0, 0
        for number, row in table.rows():
            header, last, width = header or row, number, max(width, len(row))
        return replace(table, header=header, last=last, width=width)

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Yield numbered rows that are not blank; line by line where quotes do not add up."""
        if self.by_line:
            lines = (line.rstrip('\r\n') for line in _lines(self.data))
            rows = (next(csv.reader([li], delimiter=self.delimiter), []) for li in lines)
        else:
            rows = csv.reader(_lines(self.data), delimiter=self.delimiter, strict=True)
        with long_cells(len(self.data)):
            for number, row in enumerate(rows, 1):
                if row:
                    yield number, row


def _text_bytes(path: str | os.PathLike, problems: list[CsvProblem]) -> bytes:
    data = read_bytes(path)
    if not data.strip():
        raise UserError(f'{path}: the file is empty; write or copy it again')
    if b'\0' in data:
        raise UserError(f'{path}: a binary file, no text; give the leaderboard CSV')
    if data[:_PEEK].lstrip(b'\xef\xbb\xbf \t\r\n').startswith(b'{'):
        raise UserError(f'{path}: is JSON; give the leaderboard CSV made of it')
    if data.startswith(b'\xef\xbb\xbf'):
        problems.append(CsvProblem(Kind.BYTE_ORDER_MARK, 'at the start of the file'))
    wrong = _first_wrong_byte(data)
    if wrong is not None:
        line = data.count(b'\n', 0, wrong) + 1
        detail = f'byte {wrong}, in line {line}, is not UTF-8'
        problems.append(CsvProblem(Kind.ENCODING, detail))
    return data


def _first_wrong_byte(data: bytes) -> int | None:
    start = 0
    while start < len(data):
        end = data.find(b'\n', start + _PEEK) + 1 or len(data)
        try:
            data[start:end].decode()
        except UnicodeDecodeError as error:
            return start + error.start
        start = end
    return None


def _lines(data: bytes) -> IO[str]:
    return io.TextIOWrapper(io.BytesIO(data), 'utf-8-sig', 'replace', newline='')


def _quotes_fault(data: bytes, delimiter: str) -> str | None:
    if b'"' not in data and b'\r' not in data:
        return None
    with long_cells(len(data)):
        reader = csv.reader(_lines(data), delimiter=delimiter, strict=True)
        try:
            for _ in reader:
                pass
        except csv.Error as error:
            return f'line {reader.line_num}: {error}'
    return None
