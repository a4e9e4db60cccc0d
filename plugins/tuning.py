"""Tuning of the decoding over folders of probability maps: pages, processes, and what is done."""

import hashlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import cv2
from numpy.typing import NDArray

from . import functional
from .functional.annotations import Page, load_pages
from .functional.decoding import DecodeParams
from .functional.errors import UserError
from .functional.map_folder import MapFolder
from .functional.prob_maps import map_path, read_map
from .functional.rings import Floats
from .functional.tuning import score_settings
from .functional.tuning_grid import Setting
from .tuning_record import Record


@dataclass(frozen=True)
class Truth:
    """A page to tune on: where its map is, and its words."""

    folder: Path
    name: str
    words: Sequence[NDArray]


@dataclass(frozen=True)
class Pages:
    """The pages of all map folders, what their model decodes with, and what was left out."""

    truths: Sequence[Truth]
    params: DecodeParams
    notes: Sequence[str]

    @property
    def digest(self) -> str:
        """What the scores follow from: maps and words, in one number.

        Raises:
            UserError: a map cannot be read.
        """
        whole = hashlib.sha256()
        for truth in self.truths:
            whole.update(repr((truth.name, [word.tolist() for word in truth.words])).encode())
            path = map_path(truth.folder, truth.name)
            try:
                whole.update(path.read_bytes())
            except OSError as error:
                raise UserError(
                    f'{path}: cannot be read ({error.strerror}); check the file'
                ) from error
        return whole.hexdigest()


def gather(maps: Sequence[str | os.PathLike], annotations: Sequence[str | os.PathLike]) -> Pages:
    """Bring the maps of all folders together with their words, in the folders' order.

    A page without a map is left out, and named in the notes. A map without words to compare with is
    refused, because it was made from other pages.

    Raises:
        UserError: see :class:`MapFolder` and :func:`load_pages`; a page is in two folders or two
            annotation files, or the folders were made to be decoded differently; no page has words.
    """
    folders = [MapFolder(path) for path in maps]
    words = _words(annotations)
    params = folders[0].params
    truths: dict[str, Truth] = {}
    for folder in folders:
        if folder.params != params:
            raise UserError(
                f'{folder.path}: its model decodes with {folder.params}, that of '
                f'{folders[0].path} with {params}; tune them apart'
            )
        for truth in _truths(folder, words):
            if truth.name in truths:
                raise UserError(
                    f'{folder.path}: the map of {truth.name!r} is in {truths[truth.name].folder} '
                    'as well; name folders that share no page'
                )
            truths[truth.name] = truth
    if not any(truth.words for truth in truths.values()):
        where = ', '.join(map(str, annotations))
        raise UserError(f'{where}: the pages have no words; give the annotations of labelled pages')
    absent = set().union(*(folder.absent for folder in folders))
    return Pages(list(truths.values()), params, list(_notes(words, truths, absent)))


def _words(annotations: Sequence[str | os.PathLike]) -> dict[str, Page]:
    pages: dict[str, Page] = {}
    for path in annotations:
        new = load_pages(path)
        twice = next((name for name in new if name in pages), None)
        if twice is not None:
            raise UserError(
                f'{path}: page {twice!r} is in another annotation file as well; name files that '
                'share no page'
            )
        pages |= new
    return pages


def _truths(folder: MapFolder, words: Mapping[str, Page]) -> Iterator[Truth]:
    names = [name for name in folder.names if name not in folder.absent]
    unknown = [name for name in names if name not in words]
    if unknown:
        raise UserError(
            f'{folder.path}: {len(unknown)} of {len(names)} maps are of pages that no annotation '
            f'file has, first {unknown[0]!r}; give the file that the maps were made for'
        )
    for name in names:
        yield Truth(folder.path, name, words[name].polygons)


def _notes(
    words: Mapping[str, Page], truths: Mapping[str, Truth], absent: set[str]
) -> Iterator[str]:
    gone = [name for name in words if name in absent]
    if gone:
        yield f'{len(gone)} pages are left out, their images were missing, first {gone[0]!r}'
    rest = [name for name in words if name not in truths and name not in absent]
    if rest:
        yield f'{len(rest)} annotated pages are left out, they have no map, first {rest[0]!r}'
    empty = [name for name, truth in truths.items() if not truth.words]
    if empty:
        yield f'{len(empty)} pages have no words and score 0 whatever is found, first {empty[0]!r}'


def score_pages(
    pages: Pages, settings: Sequence[Setting], params: DecodeParams, record: Record, jobs: int
) -> Iterator[str]:
    """Score what the record lacks, one page after the other, and yield the name of each when done.

    ``jobs`` processes share the work; what is done stays in the record, however this ends.

    Raises:
        UserError: a map is damaged, or a process was killed.
    """
    todo = [truth for truth in pages.truths if truth.name not in record.scores]
    with _results(todo, tuple(settings), params, min(jobs, len(todo))) as results:
        for name, scores in results:
            record.add(name, scores)
            yield name


@contextmanager
def _results(
    todo: Sequence[Truth], settings: Sequence[Setting], params: DecodeParams, jobs: int
) -> Iterator[Iterator[tuple[str, Floats]]]:
    if jobs <= 1:
        yield (_score(truth, settings, params) for truth in todo)
        return
    context = multiprocessing.get_context('spawn')
    with _one_thread_each():
        pool = ProcessPoolExecutor(jobs, context, _set_up_worker, (settings, params))
        try:
            yield _collect(pool, todo)
        finally:
            # Waits for the pages under way, a second or so.
            pool.shutdown(cancel_futures=True)


def _collect(pool: ProcessPoolExecutor, todo: Sequence[Truth]) -> Iterator[tuple[str, Floats]]:
    try:
        for future in as_completed([pool.submit(_score_in_worker, truth) for truth in todo]):
            yield future.result()
    except BrokenProcessPool as error:
        raise UserError(
            'a process was killed, perhaps for want of memory; run the same command again with '
            'fewer --jobs, it goes on'
        ) from error


def _score(truth: Truth, settings: Sequence[Setting], params: DecodeParams) -> tuple[str, Floats]:
    prob_map = read_map(truth.folder, truth.name)
    return truth.name, score_settings(prob_map, truth.words, settings, params)


_of_worker: tuple[Sequence[Setting], DecodeParams]


def _score_in_worker(truth: Truth) -> tuple[str, Floats]:
    return _score(truth, *_of_worker)


def _set_up_worker(settings: Sequence[Setting], params: DecodeParams) -> None:
    """Keep what is the same for all pages, leave Ctrl-C to the parent, and end with it."""
    global _of_worker
    _of_worker = settings, params
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    cv2.setNumThreads(1)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Have the libraries of new processes use one thread, since there are as many as cores."""
    names = ('OMP_NUM_THREADS', 'OPENBLAS_NUM_THREADS', 'MKL_NUM_THREADS')
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(dict.fromkeys(names, '1'))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def made_of(pages: Pages, settings: Sequence[Setting], params: DecodeParams) -> dict[str, object]:
    """Return what the scores follow from, by the words that a message can use."""
    # The tuned values of params are overridden by every setting.
    rest = asdict(replace(params, **Setting.of(DecodeParams())._asdict()))
    return {
        'settings to try': [list(setting) for setting in settings],
        'other decoding values': rest,
        'maps or annotations': pages.digest,
        'code': _code_digest(),
    }


def _code_digest() -> str:
    """What decoding and scoring are written in: an update between two runs must not mix them."""
    sources = sorted(Path(functional.__file__).parent.glob('*.py'))
    return hashlib.sha256(b''.join(source.read_bytes() for source in sources)).hexdigest()


def available_cores() -> int:
    """Return how many cores this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on Linux
        return os.cpu_count() or 1
