"""What goes out: the leaderboard CSV and the predictions JSON."""

import csv
import io
import os
import reprlib
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..annotations import (
    COORDINATE_LIMIT,
    MIN_VERTICES,
    as_object,
    is_number,
    parse_number,
    parse_points,
    points_problem,
    read_images,
    write_content,
)
from ..errors import UserError
from ..files import check_file_name, read_text, refuse_overwrite, write_text
from ..geometry import Detection

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
    text = io.StringIO()
    writer = csv.writer(text, lineterminator='\n')
    writer.writerow(HEADER)
    writer.writerows(csv_row(name, polygons) for name, polygons in pages.items())
    write_text(path, text.getvalue())


def csv_row(name: str, polygons: Sequence[ArrayLike]) -> list[str]:
    """Return the row of one image, as :func:`write_csv` has it.

    Raises:
        ValueError: see :func:`write_csv`; also when ``name`` is no plain file name.
    """
    check_file_name(name)
    checked = [_checked(polygon, name, number) for number, polygon in enumerate(polygons, 1)]
    whole = (polygon.astype(int).ravel().tolist() for polygon in as_submitted(checked))
    return [name, '|'.join(' '.join(map(str, numbers)) for numbers in whole)]


def as_submitted(polygons: Sequence[ArrayLike]) -> list[NDArray[np.float64]]:
    """Return what the CSV keeps of one image's polygons (n, 2), best first: 500, in whole pixels.

    Whatever is scored goes through here, so that validation sees what the leaderboard will see.
    """
    return [np.rint(np.asarray(polygon, np.float64)) for polygon in polygons[:MAX_POLYGONS]]


def read_predictions(path: str | os.PathLike) -> dict[str, list[Detection]]:
    """Read a predictions JSON: file name -> detections, in file order; a missing score is 1.

    Raises:
        UserError: naming image and word: see :func:`.annotations.load_pages`; also under 4
            vertices or a score that is no finite number.
    """
    pages = {}
    for name, record in read_images(path).items():
        try:
            words = as_object(record, 'its entry').get('words')
            pages[name] = _parse_detections(as_object(words, '"words"'))
        except ValueError as error:
            raise UserError(f'{path}: image {name!r}: {error}; predict this image again') from None
    return pages


def write_predictions(
    path: str | os.PathLike, pages: Mapping[str, Sequence[Detection]], force: bool = False
) -> None:
    """Write a predictions JSON, atomically: words numbered from ``0001``, ``score`` beside points.

    Raises:
        UserError: the file exists and ``force`` is not given, or cannot be written.
        ValueError: a polygon has under 4 vertices, a coordinate or score is not finite.
    """
    refuse_overwrite(path, force)
    images = {name: prediction_record(name, page) for name, page in pages.items()}
    write_content(path, {'images': images})


def prediction_record(name: str, detections: Sequence[Detection]) -> dict[str, Any]:
    """Return the entry of one image below ``images``, as :func:`write_predictions` has it.

    Raises:
        ValueError: see :func:`write_predictions`; also when ``name`` is no plain file name.
    """
    check_file_name(name)
    words = {}
    for number, found in enumerate(detections, 1):
        points = _checked(found.polygon, name, number).tolist()
        words[f'{number:04d}'] = {'points': points, 'score': float(found.score)}
    return {'words': words}


def _checked(polygon: ArrayLike, name: str, number: int) -> NDArray[np.float64]:
    points = np.asarray(polygon, np.float64)
    if points.ndim != 2 or points.shape[1] != 2 or len(points) < MIN_VERTICES:
        raise ValueError(
            f'{name!r}: polygon {number} has shape {points.shape}, expected (n, 2) with n >= 4'
        )
    if not (np.abs(points) <= COORDINATE_LIMIT).all():
        raise ValueError(f'{name!r}: polygon {number} holds a coordinate that is not finite')
    return points


def _rows(path: str | os.PathLike) -> list[list[str]]:
    text = read_text(path)
    with long_cells(len(text)):
        reader = csv.reader(io.StringIO(text, newline=''), strict=True)
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
    polygons = []
    for number, text in enumerate(cell.split('|') if cell.strip() else (), 1):
        try:
            polygons.append(_parse_polygon(text))
        except ValueError as error:
            raise ValueError(f'{name!r}, column polygons, polygon {number}: {error}') from None
    return name, polygons


def _parse_polygon(text: str) -> NDArray[np.float64]:
    numbers = [parse_number(token) for token in text.split()]
    if len(numbers) % 2:
        raise ValueError(f'{len(numbers)} coordinates, expected an even number (x1 y1 x2 y2 ...)')
    if len(numbers) < 2 * MIN_VERTICES:
        raise ValueError(f'{len(numbers) // 2} vertices, expected 4 or more')
    return np.array(numbers).reshape(-1, 2)


def _parse_detections(words: dict[str, Any]) -> list[Detection]:
    outlines = [as_object(word, f'word {key!r}').get('points') for key, word in words.items()]
    arrays = parse_points(outlines)
    if arrays is None:
        problems = zip(words, map(points_problem, outlines), strict=True)
        raise ValueError(next(f'word {key!r}: {text}' for key, text in problems if text))
    detections = []
    for (key, word), polygon in zip(words.items(), arrays, strict=True):
        if len(polygon) < MIN_VERTICES:
            raise ValueError(f'word {key!r}: {len(polygon)} vertices, expected 4 or more')
        score = word.get('score', 1.0)
        if not is_number(score) or not abs(score) <= sys.float_info.max:
            found = reprlib.repr(score)
            raise ValueError(f'word {key!r}: score is {found}, expected a finite number')
        detections.append(Detection(polygon, float(score)))
    return detections


def load_polygons(path: str | os.PathLike) -> dict[str, list[NDArray]]:
    """Read the polygons (n, 2) of each page from a predictions JSON or a leaderboard CSV.

    Raises:
        UserError: the file is neither, is not in order, or has no page.
    """
    suffix = Path(path).suffix.lower()
    if suffix == '.csv':
        pages = read_csv(path)
    elif suffix == '.json':
        predictions = read_predictions(path)
        pages = {name: [found.polygon for found in page] for name, page in predictions.items()}
    else:
        raise UserError(f'{path}: expected a predictions .json or a leaderboard .csv')
    if not pages:
        raise UserError(f'{path}: has no page; give the predictions of some')
    return pages
