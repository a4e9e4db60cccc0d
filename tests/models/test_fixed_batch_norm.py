"""Batch normalization that goes by what it knows, in training as well."""

import torch
from torch import nn

from plugins.models.fixed_batch_norm import FixedBatchNorm


def test_training_normalizes_as_a_test_does_and_forgets_nothing():
    known = nn.BatchNorm2d(3, eps=0.01)
    with torch.no_grad():
        known.running_mean.copy_(torch.tensor([1.0, -2.0, 0.5]))
        known.running_var.copy_(torch.tensor([4.0, 0.25, 9.0]))
        known.weight.uniform_(0.5, 2)
        known.bias.uniform_(-1, 1)
    fixed = FixedBatchNorm.of(known).train()
    features = torch.randn(2, 3, 4, 5) * 7 + 3
    torch.testing.assert_close(fixed(features), known.eval()(features))
    assert torch.equal(fixed.running_mean, known.running_mean)
    fixed(features).sum().backward()
    assert fixed.weight.grad.any() and fixed.bias.grad.any()
