"""What part of a batch is padding, from the sizes of the pages alone."""

from collections.abc import Iterable, Iterator, Sequence

from mmengine.dataset import BaseDataset, DefaultSampler
from mmocr.registry import DATA_SAMPLERS
from torch.utils.data import BatchSampler

from plugins.datasets.receipt_dataset import PageRequest
from plugins.functional.augment import fitted_size

Size = tuple[int, int]
_EPOCHS = 10


def padded_share(batches: Iterable[Sequence[Size]], divisor: int) -> float:
    """Return what part of the pixels of batches of pages (width, height) is no page, in [0, 1].

    A batch is as wide and as high as its widest and its highest page, both rounded up to a
    multiple of ``divisor``.
    """
    pages = total = 0
    for sizes in batches:
        widths, heights = zip(*sizes, strict=True)
        pages += sum(width * height for width, height in sizes)
        total += len(sizes) * _round_up(max(widths), divisor) * _round_up(max(heights), divisor)
    return 1 - pages / total


def measure_padding(
    dataset: BaseDataset, batch_sampler: dict, batch_sizes: Sequence[int], divisor: int
) -> list[dict[str, float]]:
    """Compare ways to make up batches of a ReceiptDataset, over ten shuffled epochs.

    ``batch_sampler`` is the config of a ReceiptBatchSampler. Nothing is decoded. Of each batch size
    these are the padded shares: ``square`` of pages on a square canvas each, as in MMOCR's recipe,
    ``shuffled``, ``by_shape``; and ``saved``, the share of a shuffled batch's pixels, and so of the
    network's time, that batches by shape save.
    """
    infos = (dataset.get_data_info(index) for index in range(len(dataset)))
    sizes = [fitted_size((info['width'], info['height']), info['input_size']) for info in infos]
    canvas = _round_up(dataset.input_size, divisor)
    square = 1 - sum(width * height for width, height in sizes) / (len(sizes) * canvas**2)
    sampler = DefaultSampler(dataset, shuffle=True, seed=0)
    records = []
    for batch_size in batch_sizes:
        plain = BatchSampler(sampler, batch_size, drop_last=False)
        alike = DATA_SAMPLERS.build({**batch_sampler, 'sampler': sampler, 'batch_size': batch_size})
        shuffled, by_shape = (
            padded_share(_batches(batches, sampler, sizes), divisor) for batches in (plain, alike)
        )
        saved = 1 - (1 - shuffled) / (1 - by_shape)
        records.append(
            dict(
                batch_size=batch_size,
                square=square,
                shuffled=shuffled,
                by_shape=by_shape,
                saved=saved,
            )
        )
    return records


def _batches(
    batches: Iterable[list], sampler: DefaultSampler, sizes: Sequence[Size]
) -> Iterator[list[Size]]:
    for epoch in range(_EPOCHS):
        sampler.set_epoch(epoch)
        for batch in batches:
            # A plain sampler yields indices, a ReceiptBatchSampler requests.
            yield [sizes[page.index if isinstance(page, PageRequest) else page] for page in batch]


def _round_up(length: int, divisor: int) -> int:
    return -(-length // divisor) * divisor
