"""What is wrong with a dataset: its images, its annotation, and whether they belong together."""

import os
import reprlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from ..errors import UserError
from ..files import csv_text, is_number, write_text
from ..geometry import Rings, Size, first_equal, wholly_outside
from ..images import check_image_folder, image_files, verify_image
from .json_file import doubled_key
from .pages import Word, parse_side, parse_words
from .point_parsing import MIN_VERTICES, points_problem

# The kinds of problems, in the order of the summary.
MISSING_IMAGE = 'missing image'
BROKEN_IMAGE = 'broken image'
UNLISTED_IMAGE = 'unlisted image'
BROKEN_ENTRY = 'malformed entry'
WRONG_SIZE = 'wrong size'
DOUBLED_KEY = 'doubled key'
BROKEN_WORD = 'malformed word'
BROKEN_LABEL = 'malformed label'
NOT_FINITE = 'not finite'
FEW_POINTS = 'under 4 points'
ZERO_AREA = 'zero area'
SELF_INTERSECTION = 'self-intersection'
OUTSIDE = 'outside the image'
DUPLICATE = 'duplicate word'

_NO_AREA = 1e-6  # square pixels; collinear points leave about 1e-12 of rounding
_Fault = tuple[str, str, str]  # kind, word, detail


@dataclass(frozen=True)
class DatasetProblem:
    """One finding; ``word`` is empty where the whole image or entry is meant."""

    kind: str
    file: str
    word: str
    detail: str


def check_pages(
    images: Mapping[str, Any], folder: str | os.PathLike, workers: int = 2
) -> Iterator[list[DatasetProblem]]:
    """Yield the problems of each entry of ``images``, in order, decoding ``workers`` at a time.

    Points may lie outside the image as long as some of the word is inside.

    Raises:
        UserError: ``folder`` is no folder.
    """
    check_image_folder(folder)
    return _check_pages(images, Path(folder), workers)


def _check_pages(
    images: Mapping[str, Any], folder: Path, workers: int
) -> Iterator[list[DatasetProblem]]:
    with ThreadPoolExecutor(workers) as pool:
        try:
            decoded = pool.map(_check_image, (folder / name for name in images))
            for (name, record), (size, problem) in zip(images.items(), decoded, strict=True):
                found = [] if problem is None else [problem]
                yield found + check_entry(name, record, size)
        finally:
            pool.shutdown(cancel_futures=True)


def unlisted_images(
    images: Mapping[str, Any], folder: str | os.PathLike, dropped: Any = None
) -> list[DatasetProblem]:
    """Return the image files in ``folder`` that neither ``images`` nor ``dropped`` mentions.

    ``dropped`` is what an earlier repair noted beside ``images``; anything else is ignored.
    """
    notes = [note for note in dropped if type(note) is dict] if type(dropped) is list else []
    known = {*images, *(str(note.get('file')) for note in notes)}
    return [
        DatasetProblem(UNLISTED_IMAGE, file.name, '', 'on disk, but not in the annotation file')
        for file in image_files(folder)
        if file.name not in known
    ]


def check_entry(name: str, record: Any, size: Size | None) -> list[DatasetProblem]:
    """Return what is wrong with one entry of ``images``; ``size`` is the image's, if known."""
    faults = _faults(record, size)
    return [DatasetProblem(kind, name, word, detail) for kind, word, detail in faults]


def count_by_kind(problems: Sequence[DatasetProblem]) -> dict[str, int]:
    """Return how many problems there are of each kind, the most frequent first."""
    return dict(Counter(problem.kind for problem in problems).most_common())


def write_report(path: str | os.PathLike, problems: Sequence[DatasetProblem]) -> None:
    """Write one CSV row a problem: ``kind,file,word,detail``; atomically.

    Raises:
        UserError: the file cannot be written.
    """
    header = [field.name for field in fields(DatasetProblem)]
    write_text(path, csv_text([header, *map(astuple, problems)]))


def _check_image(path: Path) -> tuple[Size | None, DatasetProblem | None]:
    if not path.exists():
        return None, DatasetProblem(MISSING_IMAGE, path.name, '', 'listed, but not on disk')
    try:
        return verify_image(path), None
    except UserError as error:
        detail = error.line.removeprefix(f'{path}: ')
        return None, DatasetProblem(BROKEN_IMAGE, path.name, '', detail)


def _faults(record: Any, size: Size | None) -> Iterator[_Fault]:
    if not isinstance(record, dict):
        yield BROKEN_ENTRY, '', f'is {reprlib.repr(record)}, expected an object {{...}}'
        return
    words = record.get('words', ())
    if not isinstance(words, dict | None):
        found = reprlib.repr(words) if 'words' in record else 'missing'
        yield BROKEN_ENTRY, '', f'"words" is {found}, expected an object {{...}}'
        return
    yield from _wrong_size(record, size)
    for word, key in (('', doubled_key(record)), (doubled_key(words), doubled_key(words))):
        if key is not None:
            yield DOUBLED_KEY, word, f'the key {key!r} occurs twice; only the last one is read'
    good, bad = _read_words(words or {})
    yield from bad
    for word in good:
        if 0 < len(word.points) < MIN_VERTICES:
            yield FEW_POINTS, word.id, f'{len(word.points)} points, expected 4 or more'
    yield from _bad_outlines([word for word in good if len(word.points) >= MIN_VERTICES], size)


def _wrong_size(record: dict[str, Any], size: Size | None) -> Iterator[_Fault]:
    try:
        sides = [parse_side(record, key) for key in ('img_w', 'img_h')]
    except ValueError as error:
        yield WRONG_SIZE, '', str(error)
        return
    pairs = zip(sides, size or sides, strict=True)
    if not all(side in (None, real) for side, real in pairs):
        turned = ' (turned by its EXIF orientation?)' if sides == [size[1], size[0]] else ''
        shown = f'but the image shows {size[0]} x {size[1]}{turned}'
        yield WRONG_SIZE, '', f'{sides[0]} x {sides[1]}, {shown}'


def _read_words(records: dict[str, Any]) -> tuple[list[Word], list[_Fault]]:
    """Read all words at once, or, where that fails, one by one: a bad one costs only itself."""
    with suppress(ValueError):
        return list(parse_words(dict(records))), []
    good: list[Word] = []
    bad = []
    for word_id, record in records.items():
        try:
            good.extend(parse_words({word_id: record}))
        except ValueError as error:
            kind = _kind_of(record)
            bad.append((kind, word_id, str(error).removeprefix(f'word {word_id!r}: ')))
            if kind == BROKEN_LABEL:  # the outline may have faults of its own
                good.extend(parse_words({word_id: {'points': record['points']}}))
    return good, bad


def _kind_of(record: Any) -> str:
    points = record.get('points', '') if type(record) is dict else ''
    if points_problem(points) is None:
        return BROKEN_LABEL
    # "Not finite" are pairs of numbers all right, but one of them is NaN, infinite or absurd.
    flat = isinstance(points, list) and all(
        isinstance(point, list) and len(point) == 2 and all(map(is_number, point))
        for point in points
    )
    return NOT_FINITE if flat else BROKEN_WORD


def _bad_outlines(words: Sequence[Word], size: Size | None) -> Iterator[_Fault]:
    if not words:
        return
    rings = Rings.of([word.points for word in words])
    hulls = shapely.convex_hull(rings.outlines(np.arange(len(rings))))
    flat = shapely.area(hulls) < _NO_AREA
    crossed = ~rings.simple & ~flat
    outside = ~flat & wholly_outside(rings, size)
    first = first_equal(rings)
    for index, word in enumerate(words):
        box = '({:g}, {:g}) to ({:g}, {:g})'.format(*rings.boxes[index])
        if first[index] != index:
            yield DUPLICATE, word.id, f'the same outline as word {words[first[index]].id!r}'
        for kind, found in ((ZERO_AREA, flat), (SELF_INTERSECTION, crossed), (OUTSIDE, outside)):
            if found[index]:
                yield kind, word.id, box
