"""What a training benchmark runs on; what it measures is tested from the outside."""

from pathlib import Path

import pytest
from mmengine.config import Config

from plugins.benchmarking.measure_training import RENDERED, measure, rendered_pages
from plugins.functional.annotations import load_pages
from plugins.functional.errors import UserError


def test_rendered_pages_are_there_and_gone_afterwards():
    with rendered_pages(1) as folder:
        (page,) = load_pages(Path(folder) / RENDERED)
        assert (Path(folder) / 'images/train' / page).is_file()
    assert not Path(folder).exists()


@pytest.mark.parametrize(
    ('key', 'value', 'message'),
    [
        ('train_dataloader', None, 'ReceiptDataset'),
        ('train_dataloader', {'dataset': {'type': 'OCRDataset'}}, 'ReceiptDataset'),
        ('model', None, 'model'),
        ('optim_wrapper', None, 'optim_wrapper'),
    ],
)
def test_a_config_without_a_training_is_refused(config: Config, stock: Config, key, value, message):
    with pytest.raises(UserError, match=message):
        measure(Config({**config, key: value}), stock, {})
