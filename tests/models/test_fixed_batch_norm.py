"""Batch normalization that batches do not change."""

import torch
from torch import nn

from plugins.models.fixed_batch_norm import FixedBatchNorm


def test_a_batch_is_normalized_by_what_was_known_before() -> None:
    torch.manual_seed(0)
    other = nn.BatchNorm2d(3, eps=0.1)
    other(torch.randn(8, 3, 5, 5) * 7 + 2)
    nn.init.normal_(other.weight)
    fixed = FixedBatchNorm.of(other)
    pages = torch.randn(2, 3, 4, 6)
    expected = other.eval()(pages)
    for training in (True, False):
        torch.testing.assert_close(fixed.train(training)(pages), expected)
    for name, value in other.state_dict().items():
        assert torch.equal(fixed.state_dict()[name], value)


def test_scale_and_shift_learn() -> None:
    norm = FixedBatchNorm(3)
    norm(torch.randn(2, 3, 4, 6)).square().sum().backward()
    assert norm.weight.grad.any() and norm.bias.grad.any()
