"""The decoder, and how the detector joins its parts."""

import pytest
import torch
from mmengine.registry import init_default_scope
from mmocr.registry import MODELS

from plugins.models.unet_neck import UNetNeck

CHANNELS = (4, 6, 8, 10)


def levels(height: int, width: int) -> list[torch.Tensor]:
    """Maps as a backbone of strides 4 to 32 gives them, halves rounded up."""
    sizes = [(-(-height // 2**i), -(-width // 2**i)) for i in range(4)]
    return [torch.randn(2, c, *size) for c, size in zip(CHANNELS, sizes, strict=True)]


@pytest.mark.parametrize(
    ('height', 'width'),
    [
        pytest.param(16, 24, id='halves without a rest'),
        pytest.param(19, 27, id='odd at every level'),
        pytest.param(17, 9, id='one more than a multiple of 8'),
    ],
)
def test_all_levels_are_stacked_at_the_finest_stride(height: int, width: int) -> None:
    neck = UNetNeck(CHANNELS, inner_channels=12, out_channels_per_level=5)
    assert neck.out_channels == 20
    assert neck(levels(height, width)).shape == (2, 20, height, width)


def test_the_coarsest_level_reaches_every_part_of_the_output() -> None:
    neck = UNetNeck(CHANNELS, inner_channels=12, out_channels_per_level=5).eval()
    inputs = levels(16, 24)
    changed = [*inputs[:3], inputs[3] + 1]
    with torch.no_grad():
        difference = (neck(inputs) - neck(changed)).abs().amax(dim=(0, 2, 3))
    assert all(part.any() for part in difference.split(5))


def test_the_levels_it_was_built_for_are_required() -> None:
    with pytest.raises(ValueError, match='shorter'):
        UNetNeck(CHANNELS)(levels(16, 24)[:3])


def build(neck: dict, det_head: dict) -> torch.nn.Module:
    init_default_scope('mmocr')
    backbone = dict(type='TimmBackbone', model_name='mobilenetv3_small_050')
    return MODELS.build(dict(type='ReceiptDBNet', backbone=backbone, neck=neck, det_head=det_head))


@pytest.mark.parametrize(
    ('neck', 'channels'),
    [
        pytest.param(dict(type='UNetNeck', out_channels_per_level=5), 4 * 5, id='UNetNeck'),
        pytest.param(dict(type='FPNC', lateral_channels=32, out_channels=8), 4 * 8, id='FPNC'),
    ],
)
@pytest.mark.parametrize('head', ['DBLogitHead', 'DBHead'])
def test_the_detector_fills_in_channel_counts(neck: dict, channels: int, head: str) -> None:
    detector = build(neck, dict(type=head)).eval()
    assert detector.det_head.binarize[0].in_channels == channels
    with torch.no_grad():
        maps = detector.det_head(detector.extract_feat(torch.randn(1, 3, 64, 96)))
    assert maps.shape == (1, 64, 96)


def test_stated_channel_counts_are_kept() -> None:
    neck = dict(type='UNetNeck', in_channels=(1, 2, 3, 4), out_channels_per_level=5)
    detector = build(neck, dict(type='DBLogitHead', in_channels=12))
    assert detector.neck.lateral[3].conv.in_channels == 4
    assert detector.det_head.in_channels == 12
