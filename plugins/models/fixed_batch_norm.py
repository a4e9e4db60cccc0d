"""Batch normalization of a finished detector."""

from torch import Tensor, nn
from torch.nn import functional as F


class FixedBatchNorm(nn.BatchNorm2d):
    """Batch normalization by what is known of each channel, in training as well; the rest learns.

    Far more pages went into that than fine-tuning sees, and four pages a batch say little. Making
    it part of the convolution before it would do the same and yet not train: some detectors have
    variances of ten millions, beside which the first step of AdamW ruins the weights that are left.
    """

    @classmethod
    def of(cls, other: nn.BatchNorm2d) -> 'FixedBatchNorm':
        """Return one that knows what another knows."""
        fixed = cls(other.num_features, other.eps)
        fixed.load_state_dict(other.state_dict())
        return fixed

    def forward(self, features: Tensor) -> Tensor:
        """Return (N, C, H, W), normalized."""
        known = self.running_mean, self.running_var
        return F.batch_norm(features, *known, self.weight, self.bias, eps=self.eps)
