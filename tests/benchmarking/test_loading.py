"""Endless batches."""

from itertools import chain, islice

import pytest
from mmengine.dataset import DefaultSampler
from torch.utils.data import BatchSampler

from plugins.benchmarking.loading import EndlessBatches


def first(number: int, pages: int, batch_size: int, drop_last: bool = False) -> list[list[int]]:
    sampler = DefaultSampler(range(pages), shuffle=True, seed=0)
    batches = BatchSampler(sampler, batch_size, drop_last)
    return list(islice(EndlessBatches(batches), number))


def test_epochs_follow_one_another_each_in_an_order_of_its_own() -> None:
    batches = first(6, pages=6, batch_size=2)
    epochs = [[*chain(*batches[:3])], [*chain(*batches[3:])]]
    assert [sorted(epoch) for epoch in epochs] == [[*range(6)]] * 2
    assert epochs[0] != epochs[1]


def test_another_first_epoch_is_the_next_one_brought_forward() -> None:
    sampler = DefaultSampler(range(6), shuffle=True, seed=0)
    batches = BatchSampler(sampler, 2, drop_last=False)
    later = list(islice(EndlessBatches(batches, first=1), 3))
    assert later == first(6, pages=6, batch_size=2)[3:]


@pytest.mark.parametrize('drop_last', [True, False])
def test_only_full_batches_are_handed_out(drop_last: bool) -> None:
    assert {len(batch) for batch in first(9, 7, 3, drop_last)} == {3}
