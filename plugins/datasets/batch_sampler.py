"""Batches of pages of like shape, at the size that the epoch trains at."""

from collections.abc import Iterator

import numpy as np
from mmengine.dataset import BaseDataset
from mmocr.registry import DATA_SAMPLERS
from torch.utils.data import Sampler

from ..functional.errors import UserError
from ..functional.training import batches_by_shape
from ..option_checks import check_count, check_number
from .page_seed import page_seed
from .receipt_dataset import PageRequest, ReceiptDataset


@DATA_SAMPLERS.register_module()
class ReceiptBatchSampler(Sampler):
    """Yield lists of :class:`PageRequest`.

    Where ``sampler`` shuffles, pages are put together by their shape, since a batch is padded to
    its widest and its highest page, and every page gets a seed. Where it does not, its order stays.
    ``input_size`` and ``batch_size`` may be set between epochs; an ``input_size`` of None leaves
    the dataset's own.

    Args:
        sampler: of mmengine, over a ReceiptDataset.
        batch_size: pages a batch.
        drop_last: leave out the batch that is not full, which a shuffled epoch has anywhere.
        noise: largest change of the logarithm of a page's aspect ratio before sorting.

    Raises:
        UserError: the dataset is not a ReceiptDataset, the sampler has no epochs, or a number is
            out of range.
    """

    def __init__(
        self, sampler: Sampler, batch_size: int, drop_last: bool = False, noise: float = 0.05
    ) -> None:
        if not isinstance(sampler.dataset, ReceiptDataset):
            raise UserError(
                f'ReceiptBatchSampler: the dataset is a {type(sampler.dataset).__name__}; '
                'use a ReceiptDataset, or no batch_sampler'
            )
        if not hasattr(sampler, 'epoch'):
            raise UserError(
                f'ReceiptBatchSampler: the sampler is a {type(sampler).__name__}, without epochs; '
                'use a DefaultSampler, or no batch_sampler'
            )
        check_count(self, batch_size=batch_size)
        check_number(self, noise=noise)
        self.sampler = sampler
        self.batch_size = batch_size
        self.drop_last = drop_last
        self.noise = noise
        self.input_size: int | None = None
        self.log_ratios = log_aspect_ratios(sampler.dataset) if sampler.shuffle else None

    def __len__(self) -> int:
        pages = len(self.sampler)
        return pages // self.batch_size if self.drop_last else -(-pages // self.batch_size)

    def __iter__(self) -> Iterator[list[PageRequest]]:
        indices = np.fromiter(self.sampler, int)
        if not self.sampler.shuffle:
            for i in range(len(self)):
                batch = indices[i * self.batch_size : (i + 1) * self.batch_size]
                yield [PageRequest(index, self.input_size) for index in batch.tolist()]
            return
        seed, epoch = self.sampler.seed, self.sampler.epoch
        rng = np.random.default_rng((seed, epoch, getattr(self.sampler, 'rank', 0)))
        batches = batches_by_shape(self.log_ratios[indices], self.batch_size, self.noise, rng)
        for i in rng.permutation(len(self)):
            yield [
                PageRequest(index, self.input_size, page_seed(seed, epoch, index))
                for index in indices[batches[i]].tolist()
            ]


def log_aspect_ratios(dataset: BaseDataset) -> np.ndarray:
    """Return the natural logarithm of width / height of every page; 0 where a size is missing."""
    infos = (dataset.get_data_info(index) for index in range(len(dataset)))
    sizes = [(info['width'] or 1, info['height'] or 1) for info in infos]
    width, height = np.array(sizes, float).reshape(-1, 2).T
    return np.log(width / height)
