"""Any timm feature extractor as a backbone."""

import pytest
import timm
import torch
from mmengine.registry import init_default_scope
from mmocr.registry import MODELS
from torch import nn

from plugins.functional.errors import UserError
from plugins.models.timm_backbone import TimmBackbone

# The smallest of each family.
FAMILIES = [
    pytest.param('resnet10t', id='resnet: five levels, four are taken'),
    pytest.param('convnext_atto', id='convnext'),
    pytest.param('efficientnet_b0', id='efficientnet'),
    pytest.param('hrnet_w18_small', id='hrnet: has an init_weights of its own'),
    pytest.param('swin_tiny_patch4_window7_224', id='swin: built for one size'),
    pytest.param('swinv2_cr_tiny_ns_224', id='swinv2_cr: built for one size'),
    pytest.param('swinv2_tiny_window8_256', id='swinv2: channels last'),
    pytest.param('mambaout_femto', id='mambaout: channels last'),
]


@pytest.mark.parametrize('name', FAMILIES)
def test_maps_are_channels_first_at_the_four_strides(name: str) -> None:
    backbone = TimmBackbone(name).eval()
    with torch.no_grad():
        levels = backbone(torch.randn(2, 3, 96, 160))
    expected = [
        (2, channels, 96 // stride, 160 // stride)
        for channels, stride in zip(backbone.out_channels, (4, 8, 16, 32), strict=True)
    ]
    assert [tuple(level.shape) for level in levels] == expected


def test_arguments_reach_timm() -> None:
    backbone = TimmBackbone('convnext_atto', drop_path_rate=0.5)
    rates = [m.drop_prob for m in backbone.modules() if type(m).__name__ == 'DropPath']
    assert max(rates) == 0.5


@pytest.mark.parametrize(
    ('arguments', 'message'),
    [
        pytest.param(
            {'model_name': 'convnxt_tiny'},
            "no model 'convnxt_tiny'; did you mean convnext_tiny",
            id='unknown',
        ),
        pytest.param({'model_name': 'vit_tiny_patch16_224'}, 'strides 4, 8, 16 and 32', id='ViT'),
        pytest.param(
            {'model_name': 'convnext_atto', 'drop_pth_rate': 1},
            'does not take drop_pth_rate',
            id='argument',
        ),
        pytest.param(
            {'model_name': 'convnext_atto', 'checkpoint': 'nowhere.pth'},
            'nowhere.pth: no such file',
            id='no file',
        ),
    ],
)
def test_what_cannot_serve(arguments: dict, message: str) -> None:
    with pytest.raises(UserError, match=message) as raised:
        TimmBackbone(**arguments)
    assert '\n' not in raised.value.line


LOADED = ['resnet10t', 'mobilenetv3_small_050', 'hrnet_w18_small', 'mambaout_femto']


@pytest.mark.parametrize('name', LOADED)
def test_a_local_checkpoint_is_loaded_and_survives_init_weights(name: str, tmp_path) -> None:
    donor = timm.create_model(name)
    torch.save(donor.state_dict(), tmp_path / 'donor.pth')
    init_default_scope('mmocr')
    detector = MODELS.build(
        dict(
            type='ReceiptDBNet',
            backbone=dict(
                type='TimmBackbone', model_name=name, checkpoint=str(tmp_path / 'donor.pth')
            ),
            neck=dict(type='UNetNeck', inner_channels=8, out_channels_per_level=4),
            det_head=dict(type='DBLogitHead'),
        )
    )
    detector.init_weights()
    first, last = _convolutions(detector.backbone)
    for weight in (first, last):
        assert any(torch.equal(weight, other) for other in donor.state_dict().values())


def _convolutions(model: nn.Module) -> tuple[torch.Tensor, torch.Tensor]:
    weights = [m.weight for m in model.modules() if isinstance(m, nn.Conv2d)]
    return weights[0], weights[-1]


@pytest.mark.parametrize('name', LOADED)
@pytest.mark.parametrize('content', ['text', 'another model', 'no tensors'])
def test_a_wrong_checkpoint_never_passes_in_silence(name: str, content: str, tmp_path) -> None:
    path = tmp_path / 'wrong.pth'
    if content == 'text':
        path.write_text('weights')
    elif content == 'no tensors':
        torch.save({'epoch': 3}, path)
    else:
        torch.save(timm.create_model('convnext_atto').state_dict(), path)
    with pytest.raises(UserError, match=f'wrong.pth: no weights of {name!r} in it') as raised:
        TimmBackbone(name, checkpoint=str(path))
    assert 'model.backbone.checkpoint' in raised.value.line
