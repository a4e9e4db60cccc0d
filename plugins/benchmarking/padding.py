"""What part of a batch is padding, from the sizes of the pages alone."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from mmengine.dataset import BaseDataset, DefaultSampler
from mmocr.registry import DATA_SAMPLERS
from torch.utils.data import BatchSampler

from plugins.datasets.receipt_dataset import PageRequest
from plugins.functional.augment import fitted_size

Size = tuple[int, int]
_EPOCHS = 10


@dataclass(frozen=True)
class Padding:
    """Shares of a batch's pixels that are no page, in [0, 1], by how batches are made up.

    ``square`` is every page on a square canvas of its own, as in MMOCR's recipe; the others pad to
    the batch's widest and highest page.
    """

    batch_size: int
    square: float
    shuffled: float
    by_shape: float

    @property
    def saved(self) -> float:
        """Share of a shuffled batch's pixels, and so of the network's time, that shape saves."""
        return 1 - (1 - self.shuffled) / (1 - self.by_shape)


def padded_share(batches: Iterable[Sequence[Size]], divisor: int) -> float:
    """Return what part of batches of pages (width, height) is padding.

    A batch is as wide and as high as its widest and its highest page, both rounded up to a
    multiple of ``divisor``.
    """
    pages = total = 0
    for sizes in batches:
        widths, heights = zip(*sizes, strict=True)
        pages += _pixels(sizes)
        total += len(sizes) * _round_up(max(widths), divisor) * _round_up(max(heights), divisor)
    return 1 - pages / total


def measure_padding(
    dataset: BaseDataset, batch_sampler: dict, batch_sizes: Sequence[int], divisor: int
) -> list[Padding]:
    """Compare ways to make up batches of a ReceiptDataset, over ten shuffled epochs.

    ``batch_sampler`` is the config of a ReceiptBatchSampler. Nothing is decoded.
    """
    sizes = fitted_sizes(dataset)
    canvas = _round_up(dataset.input_size, divisor)
    square = 1 - _pixels(sizes) / (len(sizes) * canvas**2)
    sampler = DefaultSampler(dataset, shuffle=True, seed=0)
    rows = []
    for batch_size in batch_sizes:
        by_shape = DATA_SAMPLERS.build(
            {**batch_sampler, 'sampler': sampler, 'batch_size': batch_size}
        )
        plain = BatchSampler(sampler, batch_size, drop_last=False)
        shares = [
            padded_share(_batches(batches, sampler, sizes), divisor)
            for batches in (plain, by_shape)
        ]
        rows.append(Padding(batch_size, square, *shares))
    return rows


def fitted_sizes(dataset: BaseDataset) -> list[Size]:
    """Return the (width, height) of every page at the dataset's ``input_size``."""
    infos = (dataset.get_data_info(index) for index in range(len(dataset)))
    return [fitted_size((info['width'], info['height']), info['input_size']) for info in infos]


def _batches(
    batches: Iterable[list], sampler: DefaultSampler, sizes: Sequence[Size]
) -> Iterator[list[Size]]:
    for epoch in range(_EPOCHS):
        sampler.set_epoch(epoch)
        for batch in batches:
            # A plain sampler yields indices, a ReceiptBatchSampler requests.
            yield [sizes[page.index if isinstance(page, PageRequest) else page] for page in batch]


def _pixels(sizes: Iterable[Size]) -> int:
    return sum(width * height for width, height in sizes)


def _round_up(length: int, divisor: int) -> int:
    return -(-length // divisor) * divisor
