"""What a recipe costs, against counts by hand and against real tensors."""

import copy
from pathlib import Path

import pytest
import torch
from mmengine.config import Config, ConfigDict
from mmengine.registry import init_default_scope
from mmocr.registry import MODELS
from torch import nn

from plugins.analysis import model_complexity
from plugins.engine import read_config
from plugins.functional.errors import UserError

CONFIGS = Path(__file__).resolve().parents[2] / 'configs'
FLOAT = 4  # bytes


class OneConv(nn.Module):
    """Three to five channels by 3 x 3, a ReLU, and a head that hands it on."""

    def __init__(self) -> None:
        super().__init__()
        self.backbone = nn.Sequential(nn.Conv2d(3, 5, 3, padding=1), nn.ReLU())

    def extract_feat(self, images: torch.Tensor) -> torch.Tensor:
        return self.backbone(images)

    def det_head(self, features: torch.Tensor, data_samples: None, mode: str) -> torch.Tensor:
        return features


@pytest.fixture
def tiny() -> Config:
    return read_config(CONFIGS / 'dbnet_mobilenetv3_small_640.py')


def test_operations_of_one_convolution_by_hand() -> None:
    # Each of 8 x 16 pixels: 5 sums of 3 * 3 * 3 products, an addition and a product each.
    assert model_complexity.count_flops(OneConv(), (8, 16)) == 2 * (8 * 16) * 5 * (3 * 3 * 3)


@pytest.mark.parametrize('device', ['meta', 'cpu'])
def test_what_one_convolution_keeps(device: str) -> None:
    # The convolution keeps its input, the ReLU its output; the weights are not kept anew.
    size, batch = 8 * 16, 2
    model = OneConv().to(device)
    assert model_complexity.saved_bytes(model, batch, (8, 16)) == batch * size * (3 + 5) * FLOAT


def test_tensors_without_content_keep_as_much_as_real_ones(tiny: Config) -> None:
    init_default_scope('mmocr')
    real = MODELS.build(copy.deepcopy(tiny.model))
    empty = copy.deepcopy(real).to('meta')
    kept = [model_complexity.saved_bytes(model, 2, (64, 96)) for model in (real, empty)]
    assert kept[0] == kept[1] > 0


@pytest.mark.parametrize(
    ('optimizer', 'copies'),
    [
        (dict(type='AdamW', lr=1), 2),
        (dict(type='SGD', lr=1, momentum=0.9), 1),
        (dict(type='SGD', lr=1), 0),
    ],
    ids=['two moments', 'momentum', 'nothing'],
)
def test_memory_by_part(tiny: Config, optimizer: dict, copies: int) -> None:
    tiny.optim_wrapper.optimizer = ConfigDict(optimizer)
    cost = model_complexity.measure(tiny)
    weights = sum(cost.parameters.values()) * FLOAT
    assert cost.memory['gradients'] == weights
    # AdamW also counts its steps, once a parameter.
    assert cost.memory['optimizer state'] == pytest.approx(copies * weights, rel=1e-3)
    # Statistics of the batch norms come on top.
    assert weights < cost.memory['weights'] < 1.1 * weights


def test_the_page_is_the_recipes(tiny: Config) -> None:
    cost = model_complexity.measure(tiny)
    assert (cost.size, cost.batch) == ((640, 480), 4)
    assert sum(cost.parameters.values()) == sum(
        parameter.numel() for parameter in MODELS.build(tiny.model).parameters()
    )
    # Twice the pixels, twice the cost.
    double = model_complexity.measure(tiny, (640, 960))
    assert double.flops == pytest.approx(2 * cost.flops, rel=1e-3)
    assert double.memory['activations'] == pytest.approx(2 * cost.memory['activations'], rel=1e-3)


def test_pages_are_padded_as_in_training(tiny: Config) -> None:
    assert model_complexity.measure(tiny, (90, 64)).size == (96, 64)
    assert model_complexity.measure(tiny, (128,)).size == (128, 96)


def test_weights_are_neither_fetched_nor_read(tiny: Config, monkeypatch) -> None:
    monkeypatch.setenv('HF_HUB_OFFLINE', '1')
    tiny.model.backbone.update(pretrained=True, checkpoint='nowhere.pth')
    assert model_complexity.measure(tiny, (64, 64)).flops > 0
    assert tiny.model.backbone.checkpoint == 'nowhere.pth'


@pytest.mark.parametrize(
    ('size', 'message'),
    [
        pytest.param(None, 'names no input_size; give --input-size', id='recipe without a size'),
        pytest.param((0, 64), '--input-size 0 64: give 1 pixel', id='no pixels'),
    ],
)
def test_pages_that_cannot_be(size: tuple | None, message: str) -> None:
    config = read_config(CONFIGS / 'stock_dbnet_resnet18.py')
    with pytest.raises(UserError, match=message):
        model_complexity.measure(config, size)


@pytest.mark.parametrize(
    'name', ['resnet50_1024', 'efficientnet_b3', 'convnext_tiny', 'swinv2_tiny', 'hrnet_w44_1024']
)
def test_the_zoo_says_what_a_recipe_costs(name: str) -> None:
    cost = model_complexity.measure(read_config(CONFIGS / f'dbnet_{name}.py'))
    parameters, memory = sum(cost.parameters.values()), sum(cost.memory.values())
    figures = f'{parameters / 1e6:.1f} | {cost.flops / 1e9:.3g} | {memory / 2**30:.1f}'
    assert f'| `dbnet_{name}.py` | {figures} |' in (CONFIGS / 'README.md').read_text()
