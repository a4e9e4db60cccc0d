"""Tuning of the decoding: all settings on all pages, in several processes, none twice."""

import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path

import cv2

from ..cli import ctrl_c_held_back
from ..functional import cleval, decoding, geometry, maps
from ..functional.decoding import DecodeParams
from ..functional.errors import UserError
from ..functional.files import checksum
from ..functional.geometry import Floats
from ..functional.maps import read_map
from ..functional.submission import leaderboard_csv
from ..functional.tuning import Setting, score_settings, setting_scores
from .labelled_maps import LabelledMap, LabelledMaps
from .stored_scores import StoredScores

# The rooms and modules that a score on a map depends on.
_SCORING = (geometry, maps, decoding, cleval, leaderboard_csv, setting_scores)


def score_maps(
    pages: LabelledMaps,
    settings: Sequence[Setting],
    record: StoredScores,
    jobs: int,
) -> Iterator[str]:
    """Score what the record lacks, one page after the other, and yield the name of each when done.

    ``jobs`` processes share the work; what is done stays in the record, however this ends.

    Raises:
        UserError: a map is damaged, or a process was killed.
    """
    todo = [page for page in pages.maps if page.name not in record.scores]
    score = partial(_score, settings=tuple(settings), params=pages.params)
    with _results(score, todo, min(jobs, len(todo))) as results:
        for name, scores in results:
            record.add(name, scores)
            yield name


def _score(
    page: LabelledMap, settings: Sequence[Setting], params: DecodeParams
) -> tuple[str, Floats]:
    prob_map = read_map(page.folder, page.name)
    return page.name, score_settings(prob_map, page.words, settings, params)


@contextmanager
def _results(
    score: Callable[[LabelledMap], tuple[str, Floats]], todo: Sequence[LabelledMap], jobs: int
) -> Iterator[Iterator[tuple[str, Floats]]]:
    if jobs <= 1:
        yield map(score, todo)
        return
    context = multiprocessing.get_context('spawn')
    with _one_thread_each():
        pool = ProcessPoolExecutor(jobs, context, _set_up_worker)
        try:
            with ctrl_c_held_back():
                futures = [pool.submit(score, page) for page in todo]
            yield _collect(futures)
        finally:
            # Waits for the pages under way, a second or so.
            pool.shutdown(cancel_futures=True)


def _collect(futures: Sequence[Future]) -> Iterator[tuple[str, Floats]]:
    try:
        for future in as_completed(futures):
            yield future.result()
    except BrokenProcessPool as error:
        raise UserError(
            'a process was killed, perhaps for want of memory; run the same command again with '
            'fewer --workers, it goes on'
        ) from error


def _set_up_worker() -> None:
    """End with the parent."""
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


def made_of(pages: LabelledMaps, settings: Sequence[Setting]) -> dict[str, object]:
    """Return what the scores follow from, by the words that a message can use."""
    # The tuned values of params are overridden by every setting.
    rest = asdict(Setting.of(DecodeParams()).within(pages.params))
    return {
        'settings to try': [list(setting) for setting in settings],
        'other decoding values': rest,
        'maps or annotations': pages.digest,
        'code': _code_digest(),
    }


def _code_digest() -> str:
    """What decoding and scoring are written in: an update between two runs must not mix them."""
    sources = []
    for module in _SCORING:
        path = Path(module.__file__)
        sources += sorted(path.parent.rglob('*.py')) if path.name == '__init__.py' else [path]
    return checksum(b''.join(source.read_bytes() for source in sources))
