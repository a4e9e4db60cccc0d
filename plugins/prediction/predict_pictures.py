"""From pictures to prediction files: reading, network, decoding and drawing at the same time."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, Protocol

import cv2

from ..cli import cores, progress
from ..functional.augment import warp_polygons
from ..functional.drawing import draw_polygons
from ..functional.errors import UserError
from ..functional.files import one_writer
from ..functional.geometry import Detection
from ..functional.images import read_reduced, write_image
from ..functional.submission import OVERLAYS, open_predictions
from .prefetch import SameThread, map_ahead

# What one picture can do; whatever else is raised while it is read would be raised by all.
BROKEN_PICTURE = (UserError, OSError, MemoryError, cv2.error)
_OVERLAY_SIDE = 1600  # pixels that the longer side of an overlay keeps at least


@dataclass(frozen=True, eq=False)
class Prediction:
    """What was found on a picture, the best first, or the ``problem`` why nothing could be."""

    path: Path
    detections: Sequence[Detection] = ()
    problem: str | None = None


class Predictor(Protocol):
    """The steps from a picture to its words; they run in several threads.

    A picture that could not be read is a :class:`Prediction` from the first step on.
    """

    def set_up_thread(self) -> None:
        """Prepare a thread that is to run steps."""

    def read(self, path: Path) -> Any:
        """Read a picture and make it the network's input."""

    def batches(self, pages: Iterable, size: int) -> Iterator[list]:
        """Yield lists of up to ``size`` pages that the network takes at once."""

    def start(self, pages: list) -> Any:
        """Begin to run the network on a list of pages."""

    def finish(self, batch: Any) -> Sequence[Prediction]:
        """Decode what the network made of a list of pages."""


@dataclass(frozen=True)
class WrittenPredictions:
    """What was written: numbers of pages and polygons, and why pages have none."""

    pages: int
    polygons: int
    problems: Sequence[str]


def predict_into(
    out: Path,
    predictor: Predictor,
    pictures: Sequence[Path],
    batch_size: int = 1,
    overlays: Mapping[Path, str] | None = None,
    force: bool = False,
    workers: int | None = None,
) -> WrittenPredictions:
    """Predict under a progress bar, and write both prediction files when all is done.

    Args:
        out: folder of the files, and of the folder of overlays.
        predictor: the detector.
        pictures: image files of different names.
        batch_size: how many pages the network takes at once at most.
        overlays: what the overlay of each picture is called, or None to draw none.
        force: replace earlier files.
        workers: see :func:`predict`.

    Raises:
        UserError: see :func:`predict`; also when no picture can be read.
    """
    if overlays is not None:
        overlays = {path: out / OVERLAYS / name for path, name in overlays.items()}
    problems = []
    with (
        one_writer(out, 'predictions'),
        open_predictions(out, force) as stream,
        closing(predict(predictor, pictures, batch_size, overlays, workers)) as found,
    ):
        for page in progress(found, 'predicting', len(pictures)):
            stream.write(page.path.name, page.detections)
            if page.problem is not None:
                problems.append(page.problem)
        if len(problems) == len(pictures):
            raise UserError(f'none of {len(pictures)} pictures can be read, first {problems[0]}')
    return WrittenPredictions(stream.pages, stream.polygons, problems)


def predict(
    predictor: Predictor,
    pictures: Sequence[Path],
    batch_size: int = 1,
    overlays: Mapping[Path, Path] | None = None,
    workers: int | None = None,
) -> Iterator[Prediction]:
    """Yield what is found on each picture, in order; only those next in turn are in memory.

    Threads read pictures ahead, decode maps and draw, while this one keeps the network busy.

    Args:
        predictor: the detector.
        pictures: image files.
        batch_size: how many pages the network takes at once at most.
        overlays: where to draw what was found on each of them, or None.
        workers: how many threads, by default one a core, from 2 to 8; with 0 this one does all.

    Raises:
        UserError: what would stop every page: NaN from the network, too little memory, an overlay
            that cannot be written.
    """
    threads = max(2, min(8, cores())) if workers is None else workers
    with _pool(threads, predictor.set_up_thread) as pool:
        loaded = map_ahead(pool, predictor.read, pictures, 2 * threads + batch_size)
        batches = map(predictor.start, predictor.batches(loaded, batch_size))
        found = chain.from_iterable(map_ahead(pool, predictor.finish, batches, 2))
        if overlays is not None:
            found = map_ahead(pool, partial(draw_overlay, overlays=overlays), found, 2 * threads)
        yield from found


def draw_overlay(prediction: Prediction, overlays: Mapping[Path, Path]) -> Prediction:
    """Draw what was found on a picture; a large JPEG is drawn at a half, a quarter or an eighth.

    Raises:
        UserError: the overlay cannot be written.
    """
    if prediction.problem is not None:
        return prediction
    try:
        page = read_reduced(prediction.path, _OVERLAY_SIDE)
    except BROKEN_PICTURE as error:
        return replace(prediction, problem=problem_of(error, prediction.path))
    polygons = [found.polygon for found in prediction.detections]
    drawn = draw_polygons(page.pixels, warp_polygons(polygons, page.matrix))
    write_image(overlays[prediction.path], drawn)
    return prediction


def problem_of(error: Exception, path: Path) -> str:
    """Return the text of one of :data:`BROKEN_PICTURE` in one line that begins with the picture."""
    if isinstance(error, UserError):
        return error.line
    text = ' '.join(str(error).split()) or type(error).__name__
    return f'{path}: cannot be read ({text}); save the image again'


@contextmanager
def _pool(threads: int, set_up: Callable[[], None]) -> Iterator[Executor]:
    """Yield threads; when the block ends, by an error or Ctrl-C too, none of them goes on."""
    cv2_threads = cv2.getNumThreads()
    # Pages are read side by side already, so that more threads for one would only be in the way.
    cv2.setNumThreads(1)
    pool = ThreadPoolExecutor(threads, initializer=set_up) if threads else SameThread()
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)
        cv2.setNumThreads(cv2_threads)
