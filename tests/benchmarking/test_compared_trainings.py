"""What the compared trainings share, and what they do not."""

from dataclasses import replace
from pathlib import Path

import pytest
from mmengine.config import Config
from mmengine.registry import init_default_scope
from mmocr.registry import MODELS

from plugins.benchmarking.compared_trainings import (
    OURS,
    SQUARE,
    STOCK,
    Workload,
    compared_trainings,
)
from plugins.engine import read_config
from plugins.functional.errors import UserError

WORKLOAD = Workload(pages=2, repeat=1, steps=1, batch_size=3, workers=0, input_size=320)


@pytest.fixture(scope='module')
def config(repo_root: Path) -> Config:
    return read_config(repo_root / 'configs/dbnet_mobilenetv3_small_640.py')


@pytest.fixture(scope='module')
def stock(repo_root: Path) -> Config:
    return read_config(repo_root / 'configs/stock_dbnet_resnet18.py')


@pytest.fixture(scope='module', params=['stock', 'config'])
def trainings(request, config, stock) -> dict:
    workload = replace(WORKLOAD, model=request.param)
    made = compared_trainings(config, stock, (0, 3), workload)
    return {training.name: training for training in made}


def test_all_read_the_same_pages(trainings):
    datasets = [{**t.loader['dataset'], 'pipeline': None} for t in trainings.values()]
    assert datasets == [datasets[0]] * 3
    assert datasets[0]['indices'] == [0, 3]
    assert {training.loader['batch_size'] for training in trainings.values()} == {3}


def test_all_train_the_same_network(trainings):
    init_default_scope('mmocr')
    shapes = [
        {name: weight.shape for name, weight in MODELS.build(t.model).state_dict().items()}
        for t in trainings.values()
    ]
    assert shapes == [shapes[0]] * 3
    assert len({str(training.optim_wrapper) for training in trainings.values()}) == 1


def test_each_keeps_its_pipeline_and_loss(trainings):
    pipelines = {
        name: [transform['type'] for transform in training.loader['dataset']['pipeline']]
        for name, training in trainings.items()
    }
    losses = {name: t.model['det_head']['module_loss']['type'] for name, t in trainings.items()}
    assert 'ImgAugWrapper' in pipelines[STOCK] and 'MakeDBTargets' in pipelines[OURS]
    assert pipelines[SQUARE] == pipelines[OURS]
    assert losses == {STOCK: 'DBModuleLoss', OURS: 'DBLogitLoss', SQUARE: 'DBLogitLoss'}
    assert 'batch_sampler' not in trainings[STOCK].loader
    assert trainings[OURS].loader['batch_sampler']['type'] == 'ReceiptBatchSampler'


def test_all_work_at_the_size_asked_for(trainings):
    steps = {step['type']: step for step in trainings[STOCK].loader['dataset']['pipeline']}
    assert steps['Resize']['scale'] == steps['Pad']['size'] == (320, 320)
    assert trainings[OURS].loader['dataset']['input_size'] == 320
    assert trainings[OURS].model['data_preprocessor']['pad_size_divisor'] == 32
    assert trainings[SQUARE].model['data_preprocessor']['pad_size_divisor'] == 320


def test_the_square_canvas_is_a_multiple_of_the_stride(config, stock):
    *_, square = compared_trainings(config, stock, (0,), replace(WORKLOAD, input_size=330))
    assert square.model['data_preprocessor']['pad_size_divisor'] == 352


def test_configs_stay_as_they_are(config, stock):
    before = config.pretty_text, stock.pretty_text
    compared_trainings(config, stock, (0, 3), WORKLOAD)
    assert (config.pretty_text, stock.pretty_text) == before


def test_what_is_not_given_suits_the_config(config):
    blank = replace(WORKLOAD, steps=None, batch_size=None, workers=None, input_size=None)
    fitted = blank.fitted(config)
    assert fitted.input_size == config.train_dataloader.dataset.input_size
    assert min(fitted.steps, fitted.batch_size) >= 1 and fitted.workers >= 0
    assert WORKLOAD.fitted(config) == WORKLOAD


@pytest.mark.parametrize(
    ('change', 'message'),
    [
        pytest.param({'train_dataloader': None}, 'ReceiptDataset', id='no training data'),
        pytest.param(
            {'train_dataloader': {'dataset': {'type': 'OCRDataset'}}},
            'ReceiptDataset',
            id="another library's data set",
        ),
        pytest.param({'model': None}, 'model', id='no model'),
        pytest.param({'optim_wrapper': None}, 'optim_wrapper', id='no optimizer'),
    ],
)
def test_a_config_without_a_training_is_refused(config, change, message):
    with pytest.raises(UserError, match=message):
        WORKLOAD.fitted(Config({**config, **change}))
