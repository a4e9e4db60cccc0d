"""DB head with biases in place of batch normalization, as detectors in ONNX files have it."""

import math
from collections.abc import Sequence

import torch
from mmengine.model import Sequential
from mmocr.registry import MODELS
from torch import nn

from .db_logit_head import DBLogitHead
from .onnx_detector import Layer


@MODELS.register_module()
class OnnxDBHead(DBLogitHead):
    """DBLogitHead that can start from the last layers of a detector in an ONNX file.

    Args:
        in_channels: channels of the features; the detector fills it in.
        **options: of :class:`DBLogitHead`.
    """

    def __init__(self, in_channels: int, **options) -> None:
        super().__init__(in_channels, **options)
        self.binarize = _branch(in_channels)
        # The sigmoid is what DBLogitHead leaves out.
        self.threshold = _branch(in_channels).append(nn.Sigmoid())

    @torch.no_grad()
    def start_from(self, layers: Sequence[Layer]) -> None:
        """Take the weights of a file's head, whose probabilities the head then gives.

        Files made for prediction lack the threshold branch. Its first two layers start as those of
        the probability branch, which see the same borders; its last one gives about 0.3
        everywhere, as the targets are away from words (a prior as in Lin et al., "Focal Loss for
        Dense Object Detection", ICCV 2017, section 4.1). A full copy would make the binary map 0.5
        everywhere.
        """
        for branch in (self.binarize, self.threshold):
            convolutions = [each for each in branch if isinstance(each, _CONVOLUTIONS)]
            for convolution, layer in zip(convolutions, layers, strict=True):
                convolution.weight.copy_(torch.tensor(layer.weight))
                convolution.bias.copy_(torch.tensor(layer.bias))
        nn.init.normal_(convolution.weight, std=0.01)
        nn.init.constant_(convolution.bias, math.log(0.3 / 0.7))
        self.is_init = True


_CONVOLUTIONS = (nn.Conv2d, nn.ConvTranspose2d)


def _branch(channels: int) -> Sequential:
    inner = channels // 4
    return Sequential(
        nn.Conv2d(channels, inner, 3, padding=1),
        nn.ReLU(inplace=True),
        nn.ConvTranspose2d(inner, inner, 2, 2),
        nn.ReLU(inplace=True),
        nn.ConvTranspose2d(inner, 1, 2, 2),
    )
