"""A name that was mistyped is told with its place and what was meant."""

import pytest
from mmengine.config import Config

from plugins.engine import read_config
from plugins.engine.config_names import unknown_type


@pytest.fixture(scope='module')
def recipe(repo_root) -> Config:
    return read_config(repo_root / 'configs/dbnet_mobilenetv3_small_640.py')


def test_names_of_the_recipes_are_known(repo_root) -> None:
    for path in sorted((repo_root / 'configs').glob('*.py')):
        assert unknown_type(read_config(path)) is None


@pytest.mark.parametrize(
    ('place', 'name', 'meant'),
    [
        ('optim_wrapper.optimizer', 'AdamX', ('Adam',)),
        ('optim_wrapper', 'OptimWraper', ('OptimWrapper',)),
        ('param_scheduler', 'CosineAnealingLR', ('CosineAnnealingLR',)),
        ('model', 'DBNat', ('DBNet',)),
        ('model.neck', 'UnetNeck', ('UNetNeck',)),
        ('train_dataloader.dataset', 'ReciptDataset', ('ReceiptDataset',)),
        ('train_dataloader.dataset.pipeline.0', 'LoadReciept', ('LoadReceipt',)),
        ('default_hooks.checkpoint', 'AtomicCheckpoint', ('AtomicCheckpointHook',)),
        ('val_cfg', 'ValLop', ('ValLoop',)),
    ],
)
def test_a_mistyped_name(recipe, place, name, meant) -> None:
    config = Config(recipe.to_dict())
    config.merge_from_dict({f'{place}.type': name})
    text = unknown_type(config)
    assert text.startswith(f'{place}.type={name}: ')
    assert all(each in text.partition('did you mean')[2] for each in meant)


def test_a_name_that_is_like_none(recipe) -> None:
    config = Config(recipe.to_dict())
    config.merge_from_dict({'model.type': 'QWXZJKQ'})
    assert unknown_type(config).endswith('correct the name')
