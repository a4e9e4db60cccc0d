"""From a checkpoint to predictions of pictures: loading, network and decoding at the same time."""

import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, groupby, islice
from pathlib import Path

from . import compat

compat.install()

import cv2  # noqa: E402
import torch  # noqa: E402
from mmengine.dataset import BaseDataset  # noqa: E402
from mmocr.structures import TextDetDataSample  # noqa: E402
from torch import Tensor, nn  # noqa: E402

from .evaluation.leaderboard_dumper import as_detections  # noqa: E402
from .functional.detection import Detection  # noqa: E402
from .functional.errors import UserError  # noqa: E402
from .functional.images import read_reduced  # noqa: E402
from .functional.overlay import draw_polygons, write_image  # noqa: E402
from .functional.prefetch import map_ahead  # noqa: E402
from .functional.warp import warp_polygons  # noqa: E402

# What one picture can do; whatever else is raised while it is read would be raised by all.
_BROKEN_PICTURE = (UserError, OSError, MemoryError, cv2.error)
_OVERLAY_SIDE = 1600  # pixels that the longer side of an overlay keeps at least


@dataclass(frozen=True, eq=False)
class Prediction:
    """What was found on a picture, the best first, or the ``problem`` why nothing could be."""

    path: Path
    detections: Sequence[Detection] = ()
    problem: str | None = None


@dataclass(frozen=True, eq=False)
class _Page:
    """A picture as the network takes it: ``inputs`` are (3, H, W) uint8."""

    path: Path
    inputs: Tensor
    sample: TextDetDataSample


@dataclass(frozen=True, eq=False)
class _Batch:
    """Pages with their probability maps (N, H, W), which a GPU may still be computing."""

    pages: Sequence[_Page]
    maps: Tensor


class Predictor:
    """A detector with the pipeline that its config tests with; its steps may run in any thread.

    Args:
        model: an MMOCR detector in evaluation mode, with ``det_head.postprocessor``.
        dataset: what it is tested on; only its pipeline and ``input_size`` are used.
        device: where the model is.
    """

    def __init__(self, model: nn.Module, dataset: BaseDataset, device: torch.device) -> None:
        self._model = model
        self._pipeline = dataset.pipeline
        self._input_size = getattr(dataset, 'input_size', None)
        self._device = device
        self._divisor = getattr(model.data_preprocessor, 'pad_size_divisor', 1)

    def load(self, path: Path) -> _Page | Prediction:
        """Read a picture and make it the network's input, or say why that is impossible."""
        record = dict(img_path=str(path), instances=[], sample_idx=0)
        if self._input_size is not None:
            record['input_size'] = self._input_size
        try:
            packed = self._pipeline(record)
        except _BROKEN_PICTURE as error:
            return Prediction(path, problem=_reason(error, path))
        inputs = packed['inputs']
        # From pinned memory a GPU fetches one batch while it computes the one before.
        inputs = inputs.pin_memory() if self._device.type == 'cuda' else inputs
        return _Page(path, inputs, packed['data_samples'])

    def batches(
        self, pages: Iterable[_Page | Prediction], size: int
    ) -> Iterator[list[_Page] | list[Prediction]]:
        """Yield lists of up to ``size`` pages that follow each other and are padded alike.

        What is found on a page thus does not depend on its neighbours. Pictures that could not be
        read are in lists of their own.
        """
        for _, alike in groupby(pages, self._padded_shape):
            while batch := list(islice(alike, size)):
                yield batch

    def _padded_shape(self, page: _Page | Prediction) -> tuple[int, ...] | None:
        if isinstance(page, Prediction):
            return None
        return tuple(-(-side // self._divisor) for side in page.inputs.shape[1:])

    @torch.inference_mode()
    def start(self, pages: Sequence[_Page] | Sequence[Prediction]) -> _Batch | Sequence[Prediction]:
        """Run the network on pages; on a GPU this returns before it has finished.

        Raises:
            UserError: the memory does not suffice.
        """
        if isinstance(pages[0], Prediction):
            return pages
        model = self._model
        try:
            inputs = [page.inputs.to(self._device, non_blocking=True) for page in pages]
            data = dict(inputs=inputs, data_samples=[page.sample for page in pages])
            batch = model.data_preprocessor(data, False)
            features = model.extract_feat(batch['inputs'])
            return _Batch(pages, model.det_head(features, batch['data_samples']))
        except RuntimeError as error:
            raise _out_of_memory(error, len(pages)) from error

    def finish(self, batch: _Batch | Sequence[Prediction]) -> Sequence[Prediction]:
        """Decode the maps of a batch.

        Raises:
            UserError: a map holds NaN, or the memory does not suffice.
        """
        if not isinstance(batch, _Batch):
            return batch
        samples = [page.sample for page in batch.pages]
        try:
            samples = self._model.det_head.postprocessor(batch.maps, samples)
        except RuntimeError as error:
            raise _out_of_memory(error, len(batch.pages)) from error
        return [
            Prediction(page.path, as_detections(sample.pred_instances))
            for page, sample in zip(batch.pages, samples, strict=True)
        ]


def predict(
    predictor: Predictor,
    pictures: Sequence[Path],
    batch_size: int = 1,
    overlays: dict[Path, Path] | None = None,
) -> Iterator[Prediction]:
    """Yield what is found on each picture, in order; only those next in turn are in memory.

    Threads read pictures ahead, decode maps and draw, while this one keeps the network busy.

    Args:
        predictor: the detector.
        pictures: image files.
        batch_size: how many pages the network takes at once at most.
        overlays: where to draw what was found on each of them, or None.

    Raises:
        UserError: what would stop every page: NaN from the network, too little memory, an overlay
            that cannot be written.
    """
    threads = max(2, min(8, len(os.sched_getaffinity(0))))
    with _pool(threads) as pool:
        loaded = map_ahead(pool, predictor.load, pictures, 2 * threads + batch_size)
        batches = map(predictor.start, predictor.batches(loaded, batch_size))
        found = chain.from_iterable(map_ahead(pool, predictor.finish, batches, 2))
        if overlays is not None:
            found = map_ahead(pool, partial(draw_overlay, overlays=overlays), found, 2 * threads)
        yield from found


def draw_overlay(prediction: Prediction, overlays: dict[Path, Path]) -> Prediction:
    """Draw what was found on a picture; a large JPEG is drawn at a half, a quarter or an eighth.

    Raises:
        UserError: the overlay cannot be written.
    """
    if prediction.problem is not None:
        return prediction
    try:
        page = read_reduced(prediction.path, _OVERLAY_SIDE)
    except _BROKEN_PICTURE as error:
        return replace(prediction, problem=_reason(error, prediction.path))
    polygons = [found.polygon for found in prediction.detections]
    drawn = draw_polygons(page.pixels, warp_polygons(polygons, page.matrix))
    write_image(overlays[prediction.path], drawn)
    return prediction


@contextmanager
def _pool(threads: int) -> Iterator[ThreadPoolExecutor]:
    """Yield threads; when the block ends, by an error or Ctrl-C too, none of them goes on."""
    cv2_threads = cv2.getNumThreads()
    # Pages are read side by side already, so that more threads for one would only be in the way.
    cv2.setNumThreads(1)
    pool = ThreadPoolExecutor(threads, initializer=torch.set_num_threads, initargs=(1,))
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)
        cv2.setNumThreads(cv2_threads)


def _reason(error: Exception, path: Path) -> str:
    """Return an error's text in one line that begins with the picture."""
    if isinstance(error, UserError):
        return error.line
    text = ' '.join(str(error).split()) or type(error).__name__
    return f'{path}: cannot be read ({text}); save the image again'


def _out_of_memory(error: RuntimeError, pages: int) -> Exception:
    """Return a UserError for want of memory, and any other error as it is."""
    text = str(error)
    if not isinstance(error, torch.OutOfMemoryError) and "can't allocate memory" not in text:
        return error
    return UserError(
        f'the memory does not suffice for {pages} pages at once; lower --batch-size or --input-size'
    )
