"""What a pipeline makes of a page, as pictures side by side."""

from pathlib import Path

import numpy as np
import pytest
from tiny_receipts import draw_page, entry, write_annotations

from plugins.analysis.browse_dataset import (
    open_dataset,
    page_requests,
    pipeline_panels,
    seed_of,
)
from plugins.datasets.page_seed import page_seed
from plugins.datasets.receipt_dataset import PageRequest
from plugins.engine import read_config
from plugins.functional.errors import UserError

CONFIG = Path(__file__).resolve().parents[2] / 'configs/dbnet_mobilenetv3_small_640.py'
WORD = ((50, 300), (530, 300), (530, 420), (50, 420))  # most of the width: all of it is shown


@pytest.fixture
def config(tmp_path: Path):
    """The smallest recipe on one white page of 600 x 900, its augmentations off."""
    draw_page(tmp_path / '0.png', (), (600, 900))
    write_annotations(tmp_path / 'a.json', {'0.png': entry([WORD], img_w=600, img_h=900)})
    config = read_config(CONFIG)
    for split in ('train', 'val', 'test'):
        data = dict(data_root=str(tmp_path), ann_file='a.json', data_prefix=dict(img_path=''))
        config[f'{split}_dataloader'].dataset.update(data)
    warp, jitter = config.train_dataloader.dataset.pipeline[1:3]
    warp.update(degrees=0, stretch=0, shift=0, flip=0, scale=(1.0, 1.0))
    jitter.brightness = 0
    return config


def panels(picture: np.ndarray) -> list[np.ndarray]:
    """Cut a picture at the white gaps that run from top to bottom."""
    # The title line and the blank page are nearly white as well, the outlined words are not.
    words = (picture[44:] < 200).any(axis=2)
    columns = np.flatnonzero(words.any(axis=0))
    cuts = np.flatnonzero(np.diff(columns) > 30) + 1
    return [words[:, part[0] : part[-1] + 1] for part in np.split(columns, cuts)]


@pytest.mark.parametrize('split', ['val', 'test'])
def test_a_page_stands_beside_the_network_input(config, split: str) -> None:
    page, network_input = panels(pipeline_panels(open_dataset(config, split), [PageRequest(0)]))
    # Scaled to one height, the word is as wide in both: 480 of 900, the page's height.
    assert page.shape[1] == pytest.approx(network_input.shape[1], abs=8)
    assert page.shape[1] == pytest.approx(480, abs=12)


def test_the_training_maps_stand_beside_them(config) -> None:
    parts = panels(pipeline_panels(open_dataset(config, 'train'), [PageRequest(0)]))
    word, seen, prob, thresh = (part.shape[1] for part in parts)
    assert seen == pytest.approx(word, abs=8)
    assert prob < word < thresh  # shrunk, as it is, dilated


def test_epochs_ask_for_what_a_training_asks_for(config) -> None:
    config.custom_hooks = [dict(type='ProgressiveResolutionHook', stages=[(0, 320), (2, 640)])]
    config.randomness = dict(seed=7)
    requests = page_requests(config, 0, [1, 3])
    assert requests == [(0, 320, page_seed(7, 0, 0)), (0, 640, page_seed(7, 2, 0))]
    assert seed_of(config) == 7
    config.custom_hooks = []
    assert page_requests(config, 0, [1])[0].input_size is None


def test_an_epoch_that_is_not_trained_is_named(config) -> None:
    config.train_cfg.max_epochs = 5
    with pytest.raises(UserError, match=r'--at-epoch 6: .* 1 to 5'):
        page_requests(config, 0, [6])


def test_each_request_is_a_row_of_its_own(config) -> None:
    dataset = open_dataset(config, 'train')
    requests = [PageRequest(0, size) for size in (320, 640)]
    one = pipeline_panels(dataset, requests[:1])
    two = pipeline_panels(dataset, requests, ('epoch 1', 'epoch 2'))
    top, bottom = np.split(two[12:], [612])
    assert two.shape[0] == 2 * (600 + 12) + 12 < 2 * one.shape[0]
    beside = two.shape[1] // 4
    assert (bottom[:, : beside - 12] == 255).all()  # the page is shown once
    assert (top[:, :beside] < 200).any() and (bottom[:, beside:] < 200).any()
