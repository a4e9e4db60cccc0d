"""What the compared trainings share, and what they do not."""

import pytest
from mmengine.config import Config
from mmocr.registry import MODELS

from plugins.benchmarking.compared_trainings import (
    OURS,
    SQUARE,
    STOCK,
    compared_trainings,
)


@pytest.fixture(scope='module', params=['stock', 'config'])
def made(request, config: Config, stock: Config) -> dict:
    before = config.pretty_text, stock.pretty_text
    network = config if request.param == 'config' else None
    options = dict(input_size=330, batch_size=3, workers=0, network=network)
    made = compared_trainings(config, stock, (0, 3), **options)
    assert (config.pretty_text, stock.pretty_text) == before, 'configs stay as they are'
    return {training.name: training for training in made}


def test_pages_network_and_optimizer_are_the_same(made: dict):
    datasets = [{**t.loader['dataset'], 'pipeline': None} for t in made.values()]
    assert datasets == [datasets[0]] * 3 and datasets[0]['indices'] == [0, 3]
    assert {training.loader['batch_size'] for training in made.values()} == {3}
    assert len({str(training.optim_wrapper) for training in made.values()}) == 1
    shapes = [
        {name: weight.shape for name, weight in MODELS.build(t.model).state_dict().items()}
        for t in made.values()
    ]
    assert shapes == [shapes[0]] * 3


def test_each_keeps_its_pipeline_loss_and_batches(made: dict):
    steps = {
        name: [transform['type'] for transform in training.loader['dataset']['pipeline']]
        for name, training in made.items()
    }
    losses = {name: t.model['det_head']['module_loss']['type'] for name, t in made.items()}
    assert 'ImgAugWrapper' in steps[STOCK] and 'MakeDBTargets' in steps[OURS]
    assert steps[SQUARE] == steps[OURS]
    assert losses == {STOCK: 'DBModuleLoss', OURS: 'DBLogitLoss', SQUARE: 'DBLogitLoss'}
    assert 'batch_sampler' not in made[STOCK].loader
    assert made[OURS].loader['batch_sampler']['type'] == 'ReceiptBatchSampler'


def test_all_work_at_the_size_asked_for(made: dict):
    steps = {step['type']: step for step in made[STOCK].loader['dataset']['pipeline']}
    assert steps['Resize']['scale'] == steps['Pad']['size'] == (330, 330)
    assert made[OURS].loader['dataset']['input_size'] == 330
    divisors = [t.model['data_preprocessor']['pad_size_divisor'] for t in made.values()]
    # The square canvas is a multiple of the network's stride.
    assert divisors[1:] == [32, 352]
