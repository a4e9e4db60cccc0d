"""Whole data sets of synthetic pages: photographs, then their annotations."""

import multiprocessing
import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import cv2

from ..functional.annotations import Page, Word, save_pages
from ..functional.errors import UserError
from ..functional.files import atomic_path
from .page import Recipe, SyntheticPage, make_page

PARTS = ('train', 'test')
_JSONS = ('train.json', 'test.json', 'test_labels.json')


@dataclass(frozen=True)
class Entry:
    """A page's place in the annotations; ``part`` is 0 for train, 1 for test."""

    part: int
    name: str
    page: Page


def page_name(part: int, index: int) -> str:
    """File name of a page, unique over both parts."""
    return f'synthetic_{"test_" * part}{index:06d}.jpg'


def annotation(page: SyntheticPage) -> Page:
    """A page as the annotation schema has it; coordinates to a hundredth of a pixel."""
    words = (
        Word(
            f'{number:04d}',
            word.points.round(2),
            'Horizontal' if len(word.points) else None,
            (word.language,) if word.language else None,
        )
        for number, word in enumerate(page.words, start=1)
    )
    return Page(tuple(words), page.width, page.height)


def _make(task: tuple[int, int], recipe: Recipe, out: Path) -> Entry:
    """Render one page and write its photograph."""
    part, index = task
    page = make_page(recipe, index, part)
    name = page_name(part, index)
    with atomic_path(out / 'images' / PARTS[part] / name) as temporary:
        temporary.write_bytes(page.jpeg)
    return Entry(part, name, annotation(page))


def _set_up_worker() -> None:
    """Leave Ctrl-C to the parent, and the other cores to the other workers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    cv2.setNumThreads(1)


def _clear(out: Path, force: bool) -> None:
    """Make room: an older run's files of this kind go, annotations first; others stay."""
    old = [out / 'jsons' / name for name in _JSONS]
    for part in PARTS:
        old += sorted((out / 'images' / part).glob('synthetic_*.jpg'))
    old = [path for path in old if path.exists()]
    if old and not force:
        raise UserError(f'{old[0]}: exists already; give --force to replace it or another --out')
    try:
        for path in old:
            path.unlink()
        (out / 'images' / PARTS[0]).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f'{error.filename or out}: cannot be written ({error.strerror})') from error


def generate(
    recipe: Recipe,
    out: str | os.PathLike,
    pages: int,
    test_pages: int = 0,
    *,
    workers: int = 1,
    force: bool = False,
) -> Iterator[Entry]:
    """Write ``pages`` train and ``test_pages`` test pages below ``out``; yield each when done.

    A page depends on the recipe, its part and its number only, not on how many are made or by how
    many ``workers``. The annotations are written last, so an interrupted run leaves none behind.

    Raises:
        UserError: the folder holds pages already and not ``force``, or cannot be written.
    """
    out = Path(out)
    _clear(out, force)
    return _generate(recipe, out, pages, test_pages, workers)


def _generate(
    recipe: Recipe, out: Path, pages: int, test_pages: int, workers: int
) -> Iterator[Entry]:
    tasks = [(0, index) for index in range(pages)] + [(1, index) for index in range(test_pages)]
    entries: list[Entry] = []
    for entry in _spread(partial(_make, recipe=recipe, out=out), tasks, workers):
        entries.append(entry)
        yield entry
    _write_annotations(out, entries, bool(test_pages))


def _spread(make: partial, tasks: list[tuple[int, int]], workers: int) -> Iterator[Entry]:
    """Results in the order of the tasks, from this process or from several."""
    if workers <= 1 or len(tasks) <= 1:
        yield from map(make, tasks)
        return
    context = multiprocessing.get_context('spawn')
    with context.Pool(min(workers, len(tasks)), initializer=_set_up_worker) as pool:
        yield from pool.imap(make, tasks, chunksize=2)


def _write_annotations(out: Path, entries: list[Entry], with_test: bool) -> None:
    train, labels = (
        {entry.name: entry.page for entry in entries if entry.part == part} for part in (0, 1)
    )
    if with_test:
        save_pages(out / 'jsons' / 'test_labels.json', labels)
        blank = {name: replace(page, words=()) for name, page in labels.items()}
        save_pages(out / 'jsons' / 'test.json', blank)
    save_pages(out / 'jsons' / 'train.json', train)
