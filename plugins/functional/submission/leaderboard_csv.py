"""The leaderboard CSV: a row an image, its polygons in whole pixels."""

import csv
import io
import os
import reprlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..annotations import COORDINATE_LIMIT, MIN_VERTICES, parse_coordinate
from ..errors import UserError
from ..files import check_file_name, csv_text, read_text, refuse_overwrite, write_text
from ..geometry import as_outline, excess
from .plain_cells import plain_polygons

HEADER = ['filename', 'polygons']
MAX_POLYGONS = 500  # an image; the scorer drops the rest


def read_csv(path: str | os.PathLike) -> dict[str, list[NDArray[np.float64]]]:
    """Read a leaderboard CSV: file name -> polygons of shape (n, 2), in file order.

    Raises:
        UserError: naming row, column and polygon: wrong encoding or header, a file name twice, an
            odd number of coordinates, no or no finite number, under 4 vertices, a truncated row.
    """
    pages: dict[str, list[NDArray[np.float64]]] = {}
    rows = _rows(path)
    last = len(rows)
    for number, row in enumerate(rows, 1):
        try:
            if number == 1:
                _check_header(row)
            elif row:
                name, polygons = _parse_row(row)
                if name in pages:
                    raise ValueError(f'{name!r} occurs twice; keep one row an image')
                pages[name] = polygons
        except ValueError as error:
            hint = '; it is the last row, the file may be truncated' if number == last > 1 else ''
            raise UserError(f'{path}: row {number}: {error}{hint}') from None
    return pages


def write_csv(
    path: str | os.PathLike, pages: Mapping[str, Sequence[ArrayLike]], force: bool = False
) -> None:
    """Write a leaderboard CSV, atomically.

    ``pages`` maps file names to polygons of shape (n, 2), best first: the first 500 of an image
    stay. Coordinates are rounded half to even. An image without polygons keeps its row.

    Raises:
        UserError: the file exists and ``force`` is not given, or cannot be written.
        ValueError: a polygon has under 4 vertices or a coordinate that is not finite.
    """
    refuse_overwrite(path, force)
    rows = (csv_row(name, polygons) for name, polygons in pages.items())
    write_text(path, csv_text([HEADER, *rows]))


def csv_row(name: str, polygons: Sequence[ArrayLike]) -> list[str]:
    """Return the row of one image, as :func:`write_csv` has it.

    Raises:
        ValueError: see :func:`write_csv`; also when ``name`` is no plain file name.
    """
    check_file_name(name)
    checked = [checked_polygon(polygon, name, number) for number, polygon in enumerate(polygons, 1)]
    whole = (polygon.astype(int).ravel().tolist() for polygon in as_submitted(checked))
    return [name, '|'.join(' '.join(map(str, numbers)) for numbers in whole)]


def as_submitted(polygons: Sequence[ArrayLike]) -> list[NDArray[np.float64]]:
    """Return what the CSV keeps of one image's polygons (n, 2), best first: 500, in whole pixels.

    Whatever is scored goes through here, so that validation sees what the leaderboard will see.
    """
    return [np.rint(np.asarray(polygon, np.float64)) for polygon in polygons[:MAX_POLYGONS]]


def checked_polygon(polygon: ArrayLike, name: str, number: int) -> NDArray[np.float64]:
    """Return polygon ``number``, from 1, of the image ``name`` as an (n, 2) array.

    Raises:
        ValueError: it is none, has under 4 vertices or a coordinate that is not finite.
    """
    points = as_outline(polygon, f'{name!r}: polygon {number}', MIN_VERTICES)
    if not (np.abs(points) <= COORDINATE_LIMIT).all():
        raise ValueError(f'{name!r}: polygon {number} holds a coordinate that is not finite')
    return points


def _rows(path: str | os.PathLike) -> list[list[str]]:
    text = read_text(path)
    with long_cells(len(text)):
        # StringIO would take four bytes a character.
        lines = io.TextIOWrapper(io.BytesIO(text.encode()), 'utf-8', newline='')
        reader = csv.reader(lines, strict=True)
        try:
            return list(reader)
        except csv.Error as error:
            raise UserError(f'{path}: line {reader.line_num}: not valid CSV ({error})') from error


@contextmanager
def long_cells(characters: int) -> Iterator[None]:
    """Admit long cells for a while; 500 polygons exceed the 128 KiB that csv allows by default."""
    before = csv.field_size_limit()
    csv.field_size_limit(max(before, characters))
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _check_header(row: list[str]) -> None:
    if row != HEADER:
        raise ValueError(f'the header is {reprlib.repr(",".join(row))}, expected filename,polygons')


def _parse_row(row: list[str]) -> tuple[str, list[NDArray[np.float64]]]:
    if len(row) != len(HEADER):
        raise ValueError(
            f'{len(row)} columns, expected 2 (filename,polygons); quote names that hold commas'
        )
    name, cell = row
    check_file_name(name)
    if (plain := plain_polygons(cell)) is not None:
        return name, list(plain)
    polygons = []
    for number, text in enumerate(cell.split('|') if cell.strip() else (), 1):
        try:
            polygons.append(_parse_polygon(text))
        except ValueError as error:
            raise ValueError(f'{name!r}, column polygons, polygon {number}: {error}') from None
    return name, polygons


def _parse_polygon(text: str) -> NDArray[np.float64]:
    numbers = [parse_coordinate(token) for token in text.split()]
    if len(numbers) % 2:
        raise ValueError(f'{len(numbers)} coordinates, expected an even number (x1 y1 x2 y2 ...)')
    if len(numbers) < 2 * MIN_VERTICES:
        raise ValueError(f'{len(numbers) // 2} vertices, expected 4 or more')
    polygon = np.array(numbers).reshape(-1, 2)
    if (too_much := excess(polygon)) is not None:
        raise ValueError(too_much)
    return polygon
