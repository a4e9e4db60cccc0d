"""DB head that starts where a detector in an ONNX file ends."""

import math
from collections.abc import Sequence

import torch
from mmengine.model import Sequential
from mmocr.registry import MODELS
from numpy.typing import NDArray
from torch import nn

from .db_logit_head import DBLogitHead
from .fixed_batch_norm import FixedBatchNorm
from .onnx_detector import HeadLayer


@MODELS.register_module()
class OnnxDBHead(DBLogitHead):
    """DBLogitHead that can start from the last layers of a detector in an ONNX file.

    The detector hands them over; the options are those of :class:`DBLogitHead`.
    """

    @torch.no_grad()
    def start_from(self, layers: Sequence[HeadLayer]) -> None:
        """Take the layers and weights of a file's head, whose probabilities the head then gives.

        Files made for prediction lack the threshold branch. Its first two layers start as those of
        the probability branch, which see the same borders; its last one gives about 0.3
        everywhere, as the targets are away from words (a prior as in Lin et al., "Focal Loss for
        Dense Object Detection", ICCV 2017, section 4.1). A full copy would make the binary map 0.5
        everywhere.
        """
        self.binarize, self.threshold = _branch(layers), _branch(layers)
        last = self.threshold[-1]
        nn.init.normal_(last.weight, std=0.01)
        nn.init.constant_(last.bias, math.log(0.3 / 0.7))
        # DBLogitHead leaves it out.
        self.threshold.append(nn.Sigmoid())
        self.is_init = True


def _branch(layers: Sequence[HeadLayer]) -> Sequential:
    """Return logits of features: convolutions, normalized where the file's are, ReLU between."""
    branch = Sequential()
    for kind, options, layer in zip(
        (nn.Conv2d, nn.ConvTranspose2d, nn.ConvTranspose2d),
        (dict(padding=1), dict(stride=2), dict(stride=2)),
        layers,
        strict=True,
    ):
        if len(branch):
            branch.append(nn.ReLU(inplace=True))
        channels = (
            layer.weight.shape[:2] if kind is nn.ConvTranspose2d else layer.weight.shape[1::-1]
        )
        convolution = kind(*channels, layer.weight.shape[2:], **options)
        branch.append(_filled(convolution, weight=layer.weight, bias=layer.bias))
        if layer.norm is not None:
            weight, bias, mean, variance, eps = layer.norm
            values = dict(weight=weight, bias=bias, running_mean=mean, running_var=variance)
            branch.append(_filled(FixedBatchNorm(len(weight), eps), **values))
    return branch


def _filled(module: nn.Module, **values: NDArray) -> nn.Module:
    for name, value in values.items():
        getattr(module, name).copy_(torch.tensor(value))
    return module
