"""The steps from a picture to its words with torch: reading, network, decoding."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby, islice
from pathlib import Path

import torch
from mmengine.dataset import BaseDataset
from mmocr.structures import TextDetDataSample
from torch import Tensor, nn

from ..functional.errors import UserError
from ..models.mmocr_instances import as_detections
from .predict_pictures import BROKEN_PICTURE, Prediction, problem_of


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


class TorchPredictor:
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

    def set_up_thread(self) -> None:
        """Let a thread compute on one core, since there is a thread for each."""
        torch.set_num_threads(1)

    def read(self, path: Path) -> _Page | Prediction:
        """Read a picture and make it the network's input, or say why that is impossible."""
        record = dict(img_path=str(path), instances=[], sample_idx=0)
        if self._input_size is not None:
            record['input_size'] = self._input_size
        try:
            packed = self._pipeline(record)
        except BROKEN_PICTURE as error:
            return Prediction(path, problem=problem_of(error, path))
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
        with _memory_errors(len(pages)):
            inputs = [page.inputs.to(self._device, non_blocking=True) for page in pages]
            data = dict(inputs=inputs, data_samples=[page.sample for page in pages])
            batch = model.data_preprocessor(data, False)
            features = model.extract_feat(batch['inputs'])
            return _Batch(pages, model.det_head(features, batch['data_samples']))

    def finish(self, batch: _Batch | Sequence[Prediction]) -> Sequence[Prediction]:
        """Decode the maps of a batch.

        Raises:
            UserError: a map holds NaN, or the memory does not suffice.
        """
        if not isinstance(batch, _Batch):
            return batch
        samples = [page.sample for page in batch.pages]
        # A GPU reports what went wrong in the network when its maps are fetched.
        with _memory_errors(len(batch.pages)):
            samples = self._model.det_head.postprocessor(batch.maps, samples)
        return [
            Prediction(page.path, as_detections(sample.pred_instances))
            for page, sample in zip(batch.pages, samples, strict=True)
        ]


@contextmanager
def _memory_errors(pages: int) -> Iterator[None]:
    """Turn want of memory, on a GPU or beside it, into a UserError."""
    try:
        yield
    except RuntimeError as error:
        on_cpu = "can't allocate memory" in str(error)
        if not on_cpu and not isinstance(error, torch.OutOfMemoryError):
            raise
        raise UserError(
            f'too little memory for a batch of {pages}; lower --batch-size or --input-size'
        ) from error
