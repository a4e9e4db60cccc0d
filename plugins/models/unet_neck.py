"""The U-shaped decoder of the recipes."""

from collections.abc import Sequence

import torch
from mmcv.cnn import ConvModule
from mmengine.model import BaseModule
from mmocr.registry import MODELS
from torch import Tensor, nn
from torch.nn import functional as F

from ..option_checks import check_count


@MODELS.register_module()
class UNetNeck(BaseModule):
    """Merge four levels from coarse to fine and stack all of them at the finest stride.

    The expanding path of Ronneberger et al., "U-Net" (MICCAI 2015), with skips that are added
    instead of stacked, as in Chaurasia and Culurciello, "LinkNet" (VCIP 2017), which saves two
    thirds of its cost at stride 4. Unlike MMOCR's FPNC every convolution is normalised.

    Args:
        in_channels: channels of the levels, finest first; the detector fills it in.
        inner_channels: channels that levels are merged with.
        out_channels_per_level: channels each level contributes to the output.

    Raises:
        UserError: a number of channels is no count.
    """

    def __init__(
        self,
        in_channels: Sequence[int],
        inner_channels: int = 256,
        out_channels_per_level: int = 64,
        init_cfg: dict | None = None,
    ) -> None:
        super().__init__(init_cfg or dict(type='Kaiming', layer='Conv2d'))
        check_count(
            self, inner_channels=inner_channels, out_channels_per_level=out_channels_per_level
        )
        norm = dict(norm_cfg=dict(type='BN'), act_cfg=dict(type='ReLU'))
        self.lateral = nn.ModuleList(
            ConvModule(channels, inner_channels, 1, **norm) for channels in in_channels
        )
        self.out = nn.ModuleList(
            ConvModule(inner_channels, out_channels_per_level, 3, padding=1, **norm)
            for _ in in_channels
        )
        self.out_channels = out_channels_per_level * len(self.out)

    def forward(self, levels: Sequence[Tensor]) -> Tensor:
        """Return (N, out_channels, H, W) for levels (N, C_i, H / 2**i, W / 2**i)."""
        merged = [lateral(level) for lateral, level in zip(self.lateral, levels, strict=True)]
        for i in range(len(merged) - 1, 0, -1):
            size = merged[i - 1].shape[-2:]
            merged[i - 1] = merged[i - 1] + F.interpolate(merged[i], size=size)
        size = merged[0].shape[-2:]
        outs = [out(level) for out, level in zip(self.out, merged, strict=True)]
        return torch.cat([outs[0], *(F.interpolate(level, size=size) for level in outs[1:])], 1)
