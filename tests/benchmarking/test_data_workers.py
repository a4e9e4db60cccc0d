"""What the data workers of a training supply."""

from itertools import islice
from pathlib import Path

import pytest
from mmengine.registry import init_default_scope
from tiny_receipts import make_data_root

from plugins.benchmarking.compared_trainings import (
    ComparedTraining,
    Workload,
    compared_trainings,
)
from plugins.benchmarking.data_workers import open_loader, pages_per_second
from plugins.engine import read_config


@pytest.fixture(scope='module', params=[0, 1])
def trainings(request, repo_root: Path, tmp_path_factory) -> tuple[ComparedTraining, ...]:
    """Stock's and ours, of two pages in batches of three."""
    init_default_scope('mmocr')
    config, stock = (
        read_config(repo_root / 'configs' / name)
        for name in ('dbnet_mobilenetv3_small_640.py', 'stock_dbnet_resnet18.py')
    )
    config.train_dataloader.dataset.data_root = str(make_data_root(tmp_path_factory.mktemp('data')))
    workload = Workload(2, 1, 1, batch_size=3, workers=request.param, input_size=96)
    return compared_trainings(config, stock, (0, 1), workload)[:2]


def test_batches_are_full_however_few_the_pages_are(trainings):
    for training in trainings:
        batches = list(islice(open_loader(training, 4), 5))
        assert [len(batch['inputs']) for batch in batches] == [3] * 5


def test_another_seed_gives_other_batches(trainings):
    ours = trainings[1]
    orders = []
    for seed in (0, 0, 1):
        batches = open_loader(ours, 8, seed).batch_sampler
        orders.append([[request.index for request in batch] for batch in batches])
    assert orders[0] == orders[1] != orders[2]


def test_pages_come_out(trainings):
    assert all(pages_per_second(training, 2) > 0 for training in trainings)
