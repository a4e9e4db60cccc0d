"""How the detector joins its parts."""

import pytest
import torch
from mmengine.registry import init_default_scope
from mmocr.registry import MODELS
from tiny_onnx import CHANNELS, tiny_detector, write

from plugins.functional.errors import UserError


def build(neck: dict | None, det_head: dict) -> torch.nn.Module:
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


@pytest.mark.parametrize('head', ['OnnxDBHead', 'DBLogitHead'])
def test_a_backbone_with_its_neck_inside_needs_none(head: str, tmp_path) -> None:
    init_default_scope('mmocr')
    backbone = dict(type='OnnxBackbone', file=write(tiny_detector(), tmp_path / 'x.onnx'))
    parts = dict(backbone=backbone, neck=None, det_head=dict(type=head))
    detector = MODELS.build(dict(type='ReceiptDBNet', **parts)).eval()
    assert detector.det_head.binarize[0].in_channels == CHANNELS
    with torch.no_grad():
        maps = detector.det_head(detector.extract_feat(torch.randn(1, 3, 64, 96)))
    assert maps.shape == (1, 64, 96)


def test_a_backbone_of_several_levels_needs_a_neck() -> None:
    with pytest.raises(UserError, match=r'model\.neck.*TimmBackbone.*UNetNeck'):
        build(None, dict(type='DBLogitHead'))
