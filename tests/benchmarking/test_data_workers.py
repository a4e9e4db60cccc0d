"""What the data workers of a training supply."""

from dataclasses import replace
from itertools import islice

import pytest

from plugins.benchmarking.compared_trainings import OURS, STOCK
from plugins.benchmarking.data_workers import open_loader, pages_per_second


@pytest.mark.parametrize('workers', [0, 1])
@pytest.mark.parametrize('name', [STOCK, OURS])
def test_batches_are_full_however_few_the_pages_are(trainings, name: str, workers: int):
    loader = {**trainings[name].loader, 'num_workers': workers, 'batch_size': 3}
    training = replace(trainings[name], loader=loader)
    batches = islice(open_loader(training, 4), 5)
    assert [len(batch['inputs']) for batch in batches] == [3] * 5
    assert pages_per_second(training, 2) > 0


def test_another_seed_gives_other_batches(trainings):
    orders = []
    for seed in (0, 0, 1):
        batches = open_loader(trainings[OURS], 8, seed).batch_sampler
        orders.append([[request.index for request in batch] for batch in batches])
    assert orders[0] == orders[1] != orders[2]
