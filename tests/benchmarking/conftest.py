"""Configs of two trainings, and what is built from them."""

from pathlib import Path

import pytest
from mmengine.config import Config
from mmengine.registry import init_default_scope

import plugins.register  # noqa: F401 - mends the imports that follow
from plugins.benchmarking.compared_trainings import ComparedTraining, compared_trainings
from plugins.engine import read_config


@pytest.fixture(scope='session')
def config(repo_root: Path, data_root: Path) -> Config:
    """Ours, of a tiny network and two pages."""
    init_default_scope('mmocr')
    config = read_config(repo_root / 'configs/dbnet_mobilenetv3_small_640.py')
    config.train_dataloader.dataset.data_root = str(data_root)
    config.model.backbone.model_name = 'mobilenetv3_small_050'
    config.model.neck.update(inner_channels=8, out_channels_per_level=4)
    return config


@pytest.fixture(scope='session')
def stock(repo_root: Path) -> Config:
    return read_config(repo_root / 'configs/stock_dbnet_resnet18.py')


@pytest.fixture(scope='session')
def trainings(config: Config, stock: Config) -> dict[str, ComparedTraining]:
    """Of a page of 96 px, by name."""
    options = dict(input_size=96, batch_size=2, workers=0, network=config)
    return {made.name: made for made in compared_trainings(config, stock, (0, 1), **options)}
