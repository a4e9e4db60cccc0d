"""The receipt annotation JSON: read strictly, written exactly."""

import gc
import os
import reprlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import UserError
from ..files import form_note
from .json_file import as_object, read_images, write_content
from .point_parsing import MIN_VERTICES, parse_outlines


@dataclass(frozen=True, eq=False)
class Word:
    """One annotated word.

    ``points`` has shape (n, 2), in pixels of the image as displayed, clockwise from the text's own
    top left. n is 0 for a word that was listed but not outlined.
    """

    id: str
    points: NDArray[np.float64]
    orientation: str | None = None
    language: tuple[str, ...] | None = None


@dataclass(frozen=True, eq=False)
class Page:
    """The words of one image and, where the file tells it, the image's size as displayed."""

    words: tuple[Word, ...] = ()
    width: int | None = None
    height: int | None = None

    @property
    def polygons(self) -> list[NDArray[np.float64]]:
        """The outlines that can score: (n, 2) arrays with n >= 4, in file order."""
        return [word.points for word in self.words if len(word.points) >= MIN_VERTICES]

    @property
    def word_ids(self) -> list[str]:
        """The ids of the words in :attr:`polygons`, in the same order."""
        return [word.id for word in self.words if len(word.points) >= MIN_VERTICES]


def load_pages(path: str | os.PathLike, strict: bool = False) -> dict[str, Page]:
    """Read an annotation file: file name -> page, in file order.

    Words without points, and with 1 to 3 points unless ``strict``, stay in ``Page.words`` but are
    left out of ``Page.polygons``. Unknown keys are ignored.

    Raises:
        UserError: naming file, image, word and value: no JSON, a wrong type, a coordinate that is
            not finite, a key that occurs twice, a file name that leads out of the image folder;
            with ``strict`` also a word of 1 to 3 points.
    """
    with collector_paused():
        return parse_pages(read_images(path), path, strict)


def save_pages(path: str | os.PathLike, pages: Mapping[str, Page]) -> None:
    """Write pages as annotation JSON, atomically; :func:`load_pages` gives the same values back.

    Raises:
        UserError: the file cannot be written, or a coordinate is not finite.
    """
    write_content(path, {'images': {name: _page_record(page) for name, page in pages.items()}})


def parse_pages(
    images: Mapping[str, Any], path: str | os.PathLike, strict: bool = False
) -> dict[str, Page]:
    """Return the pages of an ``images`` object that was read from ``path``.

    Raises:
        UserError: see :func:`load_pages`.
    """
    pages = {}
    for name, record in images.items():
        try:
            pages[name] = parse_page(record, strict)
        except ValueError as error:
            raise UserError(
                f'{path}: image {name!r}: {error}; mend it, or drop what is broken with '
                'tools/check_dataset.py --fix'
            ) from None
    return pages


def parse_page(record: Any, strict: bool = False) -> Page:
    """Return the page of one entry of ``images``.

    Raises:
        ValueError: the entry is malformed; the message names the word and the value.
    """
    record = as_object(record, 'its entry')
    if 'words' not in record:
        raise ValueError('its entry has no key "words"')
    words = record['words']
    width, height = (parse_side(record, key) for key in ('img_w', 'img_h'))
    return Page(parse_words({} if words is None else words, strict), width, height)


def parse_words(records: Any, strict: bool = False) -> tuple[Word, ...]:
    """Return the words of an entry's ``words`` object, all points in one vectorised pass.

    Raises:
        ValueError: see :func:`parse_page`.
    """
    records = as_object(records, '"words"')
    words = []
    for (word_id, record), points in zip(records.items(), parse_outlines(records), strict=True):
        if strict and 0 < len(points) < MIN_VERTICES:
            raise ValueError(f'word {word_id!r}: {len(points)} points, at least 4 make a polygon')
        words.append(Word(word_id, points, *_labels(word_id, record)))
    return tuple(words)


def _labels(word_id: str, record: dict[str, Any]) -> tuple[str | None, tuple[str, ...] | None]:
    orientation, language = record.get('orientation'), record.get('language')
    if orientation is not None and type(orientation) is not str:
        found = reprlib.repr(orientation)
        raise ValueError(f'word {word_id!r}: orientation is {found}, expected a string or null')
    if language is None:
        return orientation, None
    if type(language) is not list or not {*map(type, language)} <= {str}:
        found = reprlib.repr(language)
        raise ValueError(f'word {word_id!r}: language is {found}, expected a list of strings')
    return orientation, tuple(language)


def parse_side(record: dict[str, Any], key: str) -> int | None:
    """Return ``img_w`` or ``img_h``, None when missing or null.

    Raises:
        ValueError: it is no positive integer.
    """
    side = record.get(key)
    if side is not None and (type(side) is not int or side < 1):
        raise ValueError(f'{key} is {reprlib.repr(side)}, expected a positive integer of pixels')
    return side


@contextmanager
def collector_paused() -> Iterator[None]:
    """Pause garbage collection: it takes half the time of a load and finds no cycles to break."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def _page_record(page: Page) -> dict[str, Any]:
    words = {
        word.id: {
            'points': word.points.tolist(),
            'orientation': word.orientation,
            'language': None if word.language is None else list(word.language),
        }
        for word in page.words
    }
    sides = {'img_w': page.width, 'img_h': page.height}
    return {'words': words} | {key: side for key, side in sides.items() if side is not None}


def load_truth(path: str | os.PathLike, names: Sequence[str]) -> dict[str, list[NDArray]]:
    """Read the ground truth of pages from an annotation JSON.

    Raises:
        UserError: the file is not in order, or lacks one of the pages.
    """
    pages = load_pages(path)
    for name in names:
        if name not in pages:
            note = form_note([name], pages)
            raise UserError(
                f'{path}: has no page {name!r}{note}; give the annotation of these pages'
            )
    return {name: pages[name].polygons for name in names}
