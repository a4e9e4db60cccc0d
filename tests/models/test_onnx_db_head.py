"""Where the head starts."""

import pytest
import torch
from tiny_onnx import CHANNELS, tiny_detector, write

from plugins.models.onnx_db_head import OnnxDBHead
from plugins.models.onnx_detector import read_onnx_detector


@pytest.fixture
def layers(tmp_path):
    return read_onnx_detector(write(tiny_detector(), tmp_path / 'x.onnx')).head


def test_it_starts_from_a_file_and_stays_there(layers) -> None:
    head = OnnxDBHead(CHANNELS)
    head.start_from(layers)
    head.init_weights()
    for index, layer in zip((0, 2, 4), layers, strict=True):
        assert torch.equal(head.binarize[index].weight, torch.tensor(layer.weight))
        assert torch.equal(head.binarize[index].bias, torch.tensor(layer.bias))
    for index in (0, 2):
        assert torch.equal(head.threshold[index].weight, head.binarize[index].weight)


def test_the_threshold_is_that_of_the_background_at_first(layers) -> None:
    head = OnnxDBHead(CHANNELS)
    head.start_from(layers)
    features = torch.randn(2, CHANNELS, 8, 12)
    prob_logits, thresh_logits = head(features, mode='loss')
    assert prob_logits.shape == thresh_logits.shape == (2, 32, 48)
    assert prob_logits.std() > 0.01
    assert (thresh_logits.sigmoid() - 0.3).abs().max() < 0.05


def test_without_a_file_it_starts_at_random() -> None:
    head = OnnxDBHead(CHANNELS)
    before = head.binarize[0].weight.clone()
    head.init_weights()
    assert not torch.equal(head.binarize[0].weight, before)
