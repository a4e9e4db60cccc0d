"""What the compared trainings share, and what they do not."""

from dataclasses import replace
from pathlib import Path

import pytest
from mmengine.config import Config
from mmengine.registry import init_default_scope
from mmocr.registry import MODELS

from plugins.benchmarking.sides import OURS, SQUARE, STOCK, Load, Side, make_sides
from plugins.engine.launch import read_config
from plugins.functional.errors import UserError

LOAD = Load(indices=(0, 3), input_size=320, batch_size=3, workers=0)


@pytest.fixture(scope='module')
def config(repo_root: Path) -> Config:
    return read_config(repo_root / 'configs/dbnet_mobilenetv3_small_640.py')


@pytest.fixture(scope='module')
def stock(repo_root: Path) -> Config:
    return read_config(repo_root / 'configs/stock_dbnet_resnet18.py')


@pytest.fixture(scope='module', params=['stock', 'config'])
def sides(request: pytest.FixtureRequest, config: Config, stock: Config) -> dict[str, Side]:
    load = replace(LOAD, model=request.param)
    return {side.name: side for side in make_sides(config, stock, load)}


def test_all_sides_read_the_same_pages(sides: dict[str, Side]) -> None:
    datasets = [{**side.loader['dataset'], 'pipeline': None} for side in sides.values()]
    assert datasets == [datasets[0]] * 3
    assert datasets[0]['indices'] == [0, 3]
    assert {side.loader['batch_size'] for side in sides.values()} == {3}


def test_all_sides_train_the_same_network(sides: dict[str, Side]) -> None:
    init_default_scope('mmocr')
    shapes = [
        {name: weight.shape for name, weight in MODELS.build(side.model).state_dict().items()}
        for side in sides.values()
    ]
    assert shapes == [shapes[0]] * 3
    assert len({str(side.optim_wrapper) for side in sides.values()}) == 1


def test_each_side_keeps_its_pipeline_and_loss(sides: dict[str, Side]) -> None:
    pipelines = {
        name: [transform['type'] for transform in side.loader['dataset']['pipeline']]
        for name, side in sides.items()
    }
    losses = {name: side.model['det_head']['module_loss']['type'] for name, side in sides.items()}
    assert 'ImgAugWrapper' in pipelines[STOCK] and 'MakeDBTargets' in pipelines[OURS]
    assert pipelines[SQUARE] == pipelines[OURS]
    assert losses == {STOCK: 'DBModuleLoss', OURS: 'DBLogitLoss', SQUARE: 'DBLogitLoss'}
    assert 'batch_sampler' not in sides[STOCK].loader
    assert sides[OURS].loader['batch_sampler']['type'] == 'ReceiptBatchSampler'


def test_all_sides_work_at_the_size_asked_for(sides: dict[str, Side]) -> None:
    stock = {
        transform['type']: transform for transform in sides[STOCK].loader['dataset']['pipeline']
    }
    assert stock['Resize']['scale'] == stock['Pad']['size'] == (320, 320)
    assert sides[OURS].loader['dataset']['input_size'] == 320
    assert sides[OURS].model['data_preprocessor']['pad_size_divisor'] == 32
    assert sides[SQUARE].model['data_preprocessor']['pad_size_divisor'] == 320


def test_the_square_canvas_is_a_multiple_of_the_stride(config: Config, stock: Config) -> None:
    *_, square = make_sides(config, stock, replace(LOAD, input_size=330))
    assert square.model['data_preprocessor']['pad_size_divisor'] == 352


def test_configs_stay_as_they_are(config: Config, stock: Config) -> None:
    before = config.pretty_text, stock.pretty_text
    make_sides(config, stock, LOAD)
    assert (config.pretty_text, stock.pretty_text) == before


@pytest.mark.parametrize(
    ('change', 'message'),
    [
        pytest.param({'train_dataloader': None}, 'no ReceiptDataset', id='no training data'),
        pytest.param(
            {'train_dataloader': {'dataset': {'type': 'OCRDataset'}}},
            'no ReceiptDataset',
            id="another library's data set",
        ),
        pytest.param({'model': None}, 'has no model', id='no model'),
        pytest.param({'optim_wrapper': None}, 'has no optim_wrapper', id='no optimizer'),
    ],
)
def test_a_config_without_a_training_is_refused(
    config: Config, stock: Config, change: dict, message: str
) -> None:
    with pytest.raises(UserError, match=message):
        make_sides(Config({**config, **change}), stock, LOAD)
