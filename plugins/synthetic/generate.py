"""Whole data sets of synthetic pages: photographs, then their annotations."""

import multiprocessing
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import cv2

from ..cli import ctrl_c_held_back
from ..functional.annotations import Page, save_pages
from ..functional.errors import UserError
from ..functional.files import atomic_path
from .page import SPLITS, PageOptions, Split, render_page

_JSONS = ('train.json', 'test.json', 'test_labels.json')
_Task = tuple[Split, int]


@dataclass(frozen=True)
class WrittenPage:
    """A page whose photograph is on disk, for the annotations of its split."""

    split: Split
    name: str
    page: Page


def generate(
    options: PageOptions,
    out: str | os.PathLike,
    pages: int,
    test_pages: int = 0,
    *,
    workers: int = 1,
    force: bool = False,
) -> Iterator[WrittenPage]:
    """Write ``pages`` train and ``test_pages`` test pages below ``out``; yield each when done.

    A page depends on the options, its split and its number only, not on how many are made or by how
    many ``workers``. The annotations are written last, so an interrupted run leaves none behind.

    Raises:
        UserError: the folder holds pages already and not ``force``, or cannot be written.
    """
    out = Path(out)
    _clear(out, force)
    tasks: list[_Task] = [('train', index) for index in range(pages)]
    tasks += [('test', index) for index in range(test_pages)]
    return _generate(partial(_write_page, options=options, out=out), tasks, workers, out)


def _set_up_worker() -> None:
    """Leave the other cores to the other workers."""
    cv2.setNumThreads(1)


def _clear(out: Path, force: bool) -> None:
    """Make room: an older run's files of this kind go, annotations first; others stay."""
    old = [out / 'jsons' / name for name in _JSONS]
    for split in SPLITS:
        old += sorted((out / 'images' / split).glob('synthetic_*.jpg'))
    old = [path for path in old if os.path.exists(path)]
    if old and not force:
        raise UserError(f'{old[0]}: exists already; give --force to replace it or another --out')
    try:
        for path in old:
            path.unlink()
        (out / 'images' / SPLITS[0]).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f'{error.filename or out}: cannot be written ({error.strerror})') from error


def _generate(write: partial, tasks: list[_Task], workers: int, out: Path) -> Iterator[WrittenPage]:
    written: dict[Split, dict[str, Page]] = {split: {} for split in SPLITS}
    for made in _in_order(write, tasks, workers):
        written[made.split][made.name] = made.page
        yield made
    if written['test']:
        save_pages(out / 'jsons' / 'test_labels.json', written['test'])
        blank = {name: replace(page, words=()) for name, page in written['test'].items()}
        save_pages(out / 'jsons' / 'test.json', blank)
    save_pages(out / 'jsons' / 'train.json', written['train'])


def _write_page(task: _Task, options: PageOptions, out: Path) -> WrittenPage:
    split, index = task
    rendered = render_page(options, index, split)
    name = f'synthetic_{"test_" if split == "test" else ""}{index:06d}.jpg'
    with atomic_path(out / 'images' / split / name, follow_link=False) as temporary:
        temporary.write_bytes(rendered.jpeg)
    return WrittenPage(split, name, rendered.page)


def _in_order(write: partial, tasks: list[_Task], workers: int) -> Iterator[WrittenPage]:
    """Results in the order of the tasks, from this process or from several."""
    if workers <= 1 or len(tasks) <= 1:
        yield from map(write, tasks)
        return
    context = multiprocessing.get_context('spawn')
    with ctrl_c_held_back():
        pool = context.Pool(min(workers, len(tasks)), initializer=_set_up_worker)
    with pool:
        yield from pool.imap(write, tasks, chunksize=2)
