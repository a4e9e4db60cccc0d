"""Detectors in ONNX files as trainable models that do the same."""

import importlib.util
from pathlib import Path

import cv2
import numpy as np
import onnx
import pytest
import torch
from mmengine.registry import init_default_scope
from mmocr.registry import MODELS
from onnx import helper
from tiny_onnx import CHANNELS, run_onnx, tiny_detector, weights, write

from plugins.functional.errors import UserError
from plugins.functional.images import ReducedImage
from plugins.functional.network_input import InputFormat, network_input
from plugins.models import onnx_detector
from plugins.models.onnx_backbone import OnnxBackbone
from plugins.models.onnx_detector import find_onnx_file
from plugins.synthetic.fonts import find_faces
from plugins.synthetic.page import PageOptions, render_page

PPOCR = 'rapidocr:models/PP-OCRv6_det_small.onnx'
PPOCR_V4 = 'rapidocr_onnxruntime:models/ch_PP-OCRv4_det_infer.onnx'


def detector(file: str, **options) -> torch.nn.Module:
    init_default_scope('mmocr')
    backbone = dict(type='OnnxBackbone', file=file, **options)
    head = dict(type='OnnxDBHead')
    return MODELS.build(dict(type='ReceiptDBNet', backbone=backbone, neck=None, det_head=head))


@torch.no_grad()
def maps_of(model: torch.nn.Module, images: np.ndarray) -> np.ndarray:
    model.eval()
    return model.det_head(model.extract_feat(torch.from_numpy(images))).numpy()[:, None]


@pytest.mark.parametrize('size', [(480, 640), (640, 400), (512, 928)], ids=str)
@pytest.mark.parametrize('file', [PPOCR, PPOCR_V4], ids=['v6', 'v4'])
def test_the_maps_of_a_page_are_those_of_onnx_runtime(file: str, size: tuple[int, int]) -> None:
    if file == PPOCR_V4 and importlib.util.find_spec('rapidocr_onnxruntime') is None:
        pytest.skip('PP-OCRv4 is not there: pip install --no-deps rapidocr-onnxruntime==1.4.4')
    page = render_page(PageOptions(3, find_faces(), sizes=(size,)), 0)
    pixels = cv2.imdecode(np.frombuffer(page.jpeg, np.uint8), cv2.IMREAD_COLOR)
    wanted = InputFormat([127.5] * 3, [127.5] * 3, pad_size_divisor=32)
    images = network_input(ReducedImage(pixels, size, np.eye(3)), max(size), wanted)[None]
    expected = run_onnx(str(find_onnx_file(file)), images)
    # There are words on it.
    assert 0.02 < (expected > 0.5).mean() < 0.5
    np.testing.assert_allclose(maps_of(detector(file), images), expected, atol=1e-4)


def test_all_that_was_a_weight_is_a_parameter_and_learns() -> None:
    model = detector(PPOCR)
    assert sum(p.numel() for p in model.backbone.parameters()) == 2_430_168
    assert sum(p.numel() for p in model.det_head.binarize.parameters()) == 23_185
    # Nothing is left that a GPU would have to be waited for, or that steers by its value.
    assert list(model.backbone.buffers()) == []
    head = model.det_head
    logits = head(model.extract_feat(torch.rand(2, 3, 64, 64)), mode='loss')
    sum(map(torch.sum, logits)).backward()
    assert all(parameter.grad.any() for parameter in model.parameters())


def node(kind: str, *inputs: str, output: str = 'features', **options):
    return helper.make_node(kind, inputs, [output], **options)


ONE_SCALE = weights(1, seed=5)
ROOT = np.array(2**0.5, np.float32)
GELU = [
    node('Div', 'body', 'root', output='a'),
    node('Erf', 'a', output='b'),
    node('Add', 'b', 'one', output='c'),
    node('Mul', 'body', 'c', output='d'),
    node('Mul', 'd', 'half'),
]


def test_batch_normalization_goes_by_what_it_knows_and_learns(tmp_path) -> None:
    known = dict(weight=weights(CHANNELS), bias=weights(CHANNELS), mean=weights(CHANNELS))
    known['variance'] = np.full(CHANNELS, 1e7, np.float32)
    inside = [
        helper.make_node('Relu', ['body'], ['a']),
        helper.make_node('BatchNormalization', ['a', *known], ['features']),
    ]
    model = tiny_detector(*inside, norm=True, **known)
    images = weights(2, 3, 32, 48, seed=7)
    built = detector(write(model, tmp_path / 'x.onnx'))
    expected = run_onnx(model, images)
    for training in (True, False):
        built.train(training)
        logits, _ = built.det_head(built.extract_feat(torch.from_numpy(images)), mode='loss')
        np.testing.assert_allclose(logits.sigmoid().detach()[:, None], expected, atol=1e-5)
    norms = [m for m in built.modules() if isinstance(m, torch.nn.BatchNorm2d)]
    assert len(norms) == 1 + 2 * 2
    logits.sum().backward()
    assert norms[0].weight.grad.any()


@pytest.mark.parametrize(
    ('inside', 'constants', 'kinds', 'trained'),
    [
        pytest.param(
            [node('Mul', 'scale', 'body', output='a'), node('Add', 'a', 'scale')],
            dict(scale=ONE_SCALE),
            ['Conv2d', 'OnnxBinaryMathOperation', 'OnnxBinaryMathOperation'],
            384 + 2,
            id='weights of arithmetic',
        ),
        pytest.param(
            GELU,
            dict(root=ROOT, one=np.float32(1), half=np.float32(0.5)),
            ['Conv2d', 'GELU'],
            384,
            id='GELU',
        ),
        pytest.param(
            GELU,
            dict(root=ROOT, one=np.float32(1), half=np.float32(0.4)),
            ['Conv2d', *['OnnxBinaryMathOperation'] * 4, 'OnnxErf'],
            384,
            id='what only looks like GELU',
        ),
        pytest.param(
            [
                node(
                    'Resize',
                    *('body', '', 'twice'),
                    output='a',
                    coordinate_transformation_mode='asymmetric',
                    nearest_mode='floor',
                ),
                node('MaxPool', 'a', kernel_shape=[2, 2], strides=[2, 2]),
            ],
            dict(twice=np.float32([1, 1, 2, 2])),
            ['Conv2d', 'MaxPool2d', 'Upsample'],
            384,
            id='resizing by a number',
        ),
    ],
)
def test_operators_of_several_kinds(inside, constants, kinds, trained, tmp_path) -> None:
    model = tiny_detector(*inside, **constants)
    images = weights(2, 3, 32, 48, seed=7)
    built = detector(write(model, tmp_path / 'x.onnx'))
    found = maps_of(built, images)
    np.testing.assert_allclose(found, run_onnx(model, images), atol=1e-5)
    names = sorted(type(each).__name__ for each in built.backbone.body.children())
    # A Module is what holds weights that no operator of torch has.
    assert [name for name in names if name not in ('OnnxConstant', 'Module')] == sorted(kinds)
    assert sum(p.numel() for p in built.backbone.parameters()) == trained


@pytest.mark.parametrize(
    ('inside', 'parts'),
    [
        pytest.param(
            [node('ThresholdedRelu', 'body')],
            ('ThresholdedRelu', 'thresholdedrelu_0'),
            id='unknown',
        ),
        pytest.param(
            [node('Resize', 'body', '', 'twice', mode='nearest')],
            ('Resize', 'resize_0'),
            id='another meaning in torch',
        ),
        pytest.param(
            [node('MaxPool', 'body', kernel_shape=[3, 3], strides=[2, 2], auto_pad='SAME_UPPER')],
            ('MaxPool', 'maxpool_0', 'SAME_UPPER'),
            id='padding by the size',
        ),
        pytest.param(
            [node('MaxPool', 'body', kernel_shape=[2, 2], strides=[2, 2])],
            ('(1, 8, 8, 12)', '16 x 24'),
            id='features of another size',
        ),
    ],
)
def test_operators_that_torch_has_no_equal_of(inside, parts, tmp_path, monkeypatch) -> None:
    model = tiny_detector(*inside, twice=np.float32([1, 1, 2, 2]))
    # A long path would be cut in the message.
    monkeypatch.chdir(tmp_path)
    path = write(model, Path('other.onnx'))
    with pytest.raises(UserError) as caught:
        OnnxBackbone(path)
    line = caught.value.line
    assert all(part in line for part in (path, 'model.backbone.file', *parts)), line


@pytest.fixture
def forgotten(monkeypatch) -> None:
    """No ONNX file can be found any more."""

    def nowhere(name: str):
        raise AssertionError(f'{name} was looked for')

    monkeypatch.setattr(onnx_detector, 'find_onnx_file', nowhere)


@pytest.fixture(scope='module')
def checkpoint(tmp_path_factory):
    path = tmp_path_factory.mktemp('weights') / 'x.pth'
    torch.save({'state_dict': detector(PPOCR).state_dict()}, path)
    return path


def test_a_checkpoint_is_enough_to_build_the_model(checkpoint, request) -> None:
    images = weights(1, 3, 64, 96)
    expected = maps_of(detector(PPOCR), images)
    request.getfixturevalue('forgotten')
    model = detector(PPOCR, layers_of=str(checkpoint))
    assert not model.backbone(torch.from_numpy(images)).any()
    # Nothing but tensors is in it.
    model.load_state_dict(torch.load(checkpoint, weights_only=True)['state_dict'])
    np.testing.assert_array_equal(maps_of(model, images), expected)


def test_weights_of_other_layers_are_refused(tmp_path) -> None:
    """Even where names and shapes agree."""
    one, other = (
        detector(write(tiny_detector(node(kind, 'body')), tmp_path / f'{kind}.onnx'))
        for kind in ('Relu', 'Tanh')
    )
    assert other.state_dict().keys() == one.state_dict().keys()
    with pytest.raises(UserError, match=r'other layers.*model\.backbone\.file'):
        other.load_state_dict(one.state_dict())


def test_a_checkpoint_of_another_detector_has_no_layers(tmp_path) -> None:
    path = tmp_path / 'x.pth'
    torch.save({'state_dict': {'x': torch.zeros(1)}}, path)
    with pytest.raises(UserError, match=r'x\.pth.*OnnxBackbone'):
        OnnxBackbone(PPOCR, layers_of=str(path))


def test_layers_that_are_none_are_refused(checkpoint, tmp_path) -> None:
    stored = torch.load(checkpoint, weights_only=True)['state_dict']
    layers = onnx.ModelProto.FromString(bytes(stored['backbone._extra_state'].numpy()))
    layers.graph.initializer[0].dims[0] = 10**12
    garbage = {'huge': layers.SerializeToString(), 'text': b'no layers', 'nothing': b''}
    for name, content in garbage.items():
        state = torch.tensor(list(content), dtype=torch.uint8)
        torch.save({**stored, 'backbone._extra_state': state}, tmp_path / f'{name}.pth')
        with pytest.raises(UserError, match=rf'{name}\.pth: the layers in it'):
            OnnxBackbone(PPOCR, layers_of=str(tmp_path / f'{name}.pth'))
