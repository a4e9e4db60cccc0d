"""Batches of a test in which no page notices the others."""

from collections.abc import Hashable, Iterator

from mmocr.registry import DATA_SAMPLERS
from torch.utils.data import Sampler

from ..functional.augment import fitted_size
from ..functional.errors import UserError
from ..option_checks import check_count
from .receipt_dataset import ReceiptDataset


@DATA_SAMPLERS.register_module()
class EqualPagesBatchSampler(Sampler):
    """Yield lists of the indices of pages that are padded to one size, wherever they are listed.

    A network sees the border between page and padding. In batches of pages that are padded alike,
    what is found on a page is what is found on it alone.

    Args:
        sampler: of mmengine, over a ReceiptDataset; it must not shuffle.
        batch_size: pages a batch at most.
        drop_last: no page is ever left out, so this must be off.
        divisor: to multiples of which pages are padded, after their longer side was made the
            dataset's ``input_size``; None where another pipeline resizes them: only pages of the
            same width and height share a batch then.

    Raises:
        UserError: the dataset is not a ReceiptDataset, the sampler shuffles, or a number is out of
            range.
    """

    def __init__(
        self,
        sampler: Sampler,
        batch_size: int,
        drop_last: bool = False,
        divisor: int | None = None,
    ) -> None:
        if not isinstance(sampler.dataset, ReceiptDataset):
            raise UserError(
                f'EqualPagesBatchSampler: the dataset is a {type(sampler.dataset).__name__}; '
                'use a ReceiptDataset, or no batch_sampler'
            )
        if getattr(sampler, 'shuffle', True) or drop_last:
            raise UserError(
                'EqualPagesBatchSampler: is for tests; use DefaultSampler(shuffle=False) '
                'and drop_last=False'
            )
        check_count(
            self, batch_size=batch_size, **({} if divisor is None else {'divisor': divisor})
        )
        self.dataset = sampler.dataset
        self.batch_size = batch_size
        self.divisor = divisor
        self.batches = self._batches(list(sampler))

    def __len__(self) -> int:
        return len(self.batches)

    def __iter__(self) -> Iterator[list[int]]:
        return iter(self.batches)

    def _batches(self, indices: list[int]) -> list[list[int]]:
        open_batches: dict[Hashable, list[int]] = {}
        batches = []
        for index in indices[:-1]:
            size = self._padded(index)
            if len(open_batches.get(size, ())) in (0, self.batch_size):
                open_batches[size] = []
                batches.append(open_batches[size])
            open_batches[size].append(index)
        # Of several processes some get a page twice, which is taken off the end of what they found.
        return [*batches, *([index] for index in indices[-1:])]

    def _padded(self, index: int) -> Hashable:
        info = self.dataset.get_data_info(index)
        if not info['width'] or not info['height']:
            return index
        size = info['width'], info['height']
        if self.divisor is None:
            return size
        return tuple(-(-side // self.divisor) for side in fitted_size(size, info['input_size']))
