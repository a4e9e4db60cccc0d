"""Batches as the network gets them, on sheets."""

from pathlib import Path

import numpy as np
import pytest
from tiny_receipts import draw_page, entry, write_annotations

from plugins.analysis import browse_batches
from plugins.analysis.browse_batches import training_batches
from plugins.engine import read_config
from plugins.functional.errors import UserError

CONFIG = Path(__file__).resolve().parents[2] / 'configs/dbnet_mobilenetv3_small_640.py'


@pytest.fixture
def config(tmp_path: Path):
    """The smallest recipe on four pages, in batches of two, its augmentations off."""
    names = [f'{n}.png' for n in range(4)]
    for name in names:
        draw_page(tmp_path / name)
    write_annotations(tmp_path / 'a.json', dict.fromkeys(names, entry()))
    config = read_config(CONFIG)
    data = dict(data_root=str(tmp_path), ann_file='a.json', data_prefix=dict(img_path=''))
    config.train_dataloader.dataset.update(data)
    config.train_dataloader.batch_size = 2
    config.randomness = dict(seed=1)
    config.custom_hooks = [dict(type='ProgressiveResolutionHook', stages=[(0, 96, 4), (1, 128)])]
    return config


@pytest.fixture
def sheets(monkeypatch):
    """What is put on the sheets: pictures and their titles."""
    seen = []

    def titled(picture, title, page=None):
        seen.append((title, picture))
        return picture

    monkeypatch.setattr(browse_batches, 'titled', titled)
    return seen


@pytest.mark.parametrize(('epoch', 'batches', 'side'), [(1, 1, 96), (2, 2, 128)])
def test_an_epoch_has_its_size_and_its_batches(config, sheets, epoch, batches, side) -> None:
    assert len(list(training_batches(config, epoch))) == batches
    titles = [title for title, _ in sheets]
    assert titles == ['as it is,', 'probability'] * 4
    page, learnt = sheets[0][1], sheets[1][1]
    assert page.shape[0] == side
    assert 150 < page[..., 0].max() <= 255  # the colours of the page, not normalised ones
    assert 0.1 < (page.max(axis=2) > 150).mean() < 0.95
    red = (learnt[..., 2].astype(int) - learnt[..., 0]) > 60
    assert 0.02 < red.mean() < 0.5


def test_mixed_pages_are_named_and_hold_another(config, sheets) -> None:
    mix = [dict(type='MixUp', alpha=1.0, prob=1.0)]
    config.model.data_preprocessor.batch_augments = mix
    next(training_batches(config, 1))
    assert {title for title, _ in sheets} == {'mixed,', 'probability'}


def test_other_batches_cannot_be_drawn(config) -> None:
    del config.train_dataloader['batch_sampler']
    config.train_dataloader.sampler = dict(type='DefaultSampler', shuffle=True)
    with pytest.raises(UserError, match='ReceiptBatchSampler'):
        next(training_batches(config, 1))


def test_the_same_epoch_has_the_same_pages(config, sheets) -> None:
    for _ in range(2):
        list(training_batches(config, 2))
    pictures = [picture for _, picture in sheets]
    half = len(pictures) // 2
    assert all(map(np.array_equal, pictures[:half], pictures[half:]))
