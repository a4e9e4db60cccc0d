"""Where the head starts."""

import pytest
import torch
from tiny_onnx import CHANNELS, tiny_detector, write

from plugins.models.onnx_db_head import OnnxDBHead
from plugins.models.onnx_detector import read_onnx_detector, take_apart


@pytest.fixture(params=[False, True], ids=['with biases', 'with batch normalization'])
def layers(request, tmp_path):
    path = write(tiny_detector(norm=request.param), tmp_path / 'x.onnx')
    return take_apart(read_onnx_detector(path), path).head


@pytest.fixture
def head(layers) -> OnnxDBHead:
    head = OnnxDBHead(CHANNELS)
    head.start_from(layers)
    return head


def test_it_starts_from_a_file_and_stays_there(head, layers) -> None:
    head.init_weights()
    convolutions = [m for m in head.binarize if not isinstance(m, torch.nn.BatchNorm2d)][::2]
    for convolution, layer in zip(convolutions, layers, strict=True):
        assert torch.equal(convolution.weight, torch.tensor(layer.weight))
        assert torch.equal(convolution.bias, torch.tensor(layer.bias))
    norms = [m for m in head.binarize if isinstance(m, torch.nn.BatchNorm2d)]
    assert [norm.eps for norm in norms] == [layer.norm.eps for layer in layers if layer.norm]
    before = list(head.binarize[:-1].parameters())
    for copy, original in zip(head.threshold[:-2].parameters(), before, strict=True):
        assert torch.equal(copy, original) and copy is not original


def test_the_threshold_is_that_of_the_background_at_first(head) -> None:
    features = torch.randn(2, CHANNELS, 8, 12)
    prob_logits, thresh_logits = head(features, mode='loss')
    assert prob_logits.shape == thresh_logits.shape == (2, 32, 48)
    assert prob_logits.std() > 0.01
    assert (thresh_logits.sigmoid() - 0.3).abs().max() < 0.05


def test_without_a_file_it_is_the_usual_head() -> None:
    head = OnnxDBHead(CHANNELS)
    before = head.binarize[0].weight.clone()
    head.init_weights()
    assert not torch.equal(head.binarize[0].weight, before)
    assert head(torch.randn(1, CHANNELS, 8, 12)).shape == (1, 32, 48)
