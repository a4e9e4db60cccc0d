"""Which files are DB detectors, and how they are taken apart."""

import math
import sys

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper
from tiny_onnx import CHANNELS, tiny_detector, weights, write

from plugins.functional.errors import UserError
from plugins.models.onnx_detector import (
    OnnxDetector,
    find_onnx_file,
    read_onnx_detector,
    take_apart,
    with_zero_weights,
    without_weights,
)

PPOCR = 'rapidocr:models/PP-OCRv6_det_small.onnx'


def parts(name: str) -> OnnxDetector:
    return take_apart(read_onnx_detector(name), name)


def test_all_weights_of_a_real_detector_are_found() -> None:
    body, head = parts(PPOCR)
    in_body = sum(int(np.prod(weight.dims)) for weight in body.graph.initializer)
    in_head = sum(layer.weight.size + layer.bias.size for layer in head)
    assert (in_body, in_head) == (2_430_168, 23_185)
    # Biases, in the file constants of Add: all but these 63 numbers, which steer or are formulas.
    whole = onnx.load(find_onnx_file(PPOCR)).graph.initializer
    assert in_body + in_head + 63 == sum(int(np.prod(weight.dims)) for weight in whole)
    assert len(without_weights(body)) < 40_000


def test_a_file_in_a_package_is_found_without_importing_it() -> None:
    assert find_onnx_file(PPOCR).is_file()
    assert 'rapidocr' not in sys.modules


def test_layers_without_their_weights(tmp_path) -> None:
    body, head = parts(write(tiny_detector(), tmp_path / 'x.onnx'))
    assert [layer.weight.shape[:2] for layer in head] == [(2, CHANNELS), (2, 2), (2, 1)]
    assert not any(layer.bias.any() for layer in head)
    count = sum(math.prod(weight.dims) for weight in body.graph.initializer)
    again = with_zero_weights(without_weights(body), count)
    with pytest.raises(ValueError, match=f'they have {count} weights'):
        with_zero_weights(without_weights(body), count - 1)
    assert again.graph.node == body.graph.node
    for zero, weight in zip(again.graph.initializer, body.graph.initializer, strict=True):
        assert (zero.name, zero.dims) == (weight.name, weight.dims)
        assert not onnx.numpy_helper.to_array(zero).any()
        assert onnx.numpy_helper.to_array(weight).any()


def changed(change) -> onnx.ModelProto:
    model = tiny_detector()
    change(model.graph)
    return model


def other_input(kind: int, *shape: int | str) -> onnx.ModelProto:
    other = helper.make_tensor_value_info('image', kind, shape)
    return changed(lambda graph: graph.input[0].CopyFrom(other))


def other_activation(graph) -> None:
    graph.node[3].op_type = 'Tanh'


def another_input(graph) -> None:
    graph.input.append(helper.make_tensor_value_info('mask', TensorProto.FLOAT, ['n']))


def another_output(graph) -> None:
    graph.output.append(helper.make_tensor_value_info('body', TensorProto.FLOAT, ['n'] * 4))


def without_sigmoid(graph) -> None:
    del graph.node[-1]
    graph.node[-1].output[0] = 'map'


def with_steps(graph) -> None:
    graph.node[4].attribute[0].ints[:] = [1, 1]


def two_maps(graph) -> None:
    (last,) = (weight for weight in graph.initializer if weight.dims == [2, 1, 2, 2])
    last.CopyFrom(onnx.numpy_helper.from_array(weights(2, 2, 2, 2), last.name))


@pytest.mark.parametrize(
    ('model', 'said'),
    [
        (other_input(TensorProto.UINT8, 'n', 3, 'h', 'w'), ("'image'", 'UINT8')),
        (other_input(TensorProto.FLOAT, 'n', 1, 'h', 'w'), ("'image'", 'any x 1 x any x any')),
        (other_input(TensorProto.FLOAT, 1, 3, 640, 640), ("'image'", '1 x 3 x 640 x 640')),
        (other_input(TensorProto.FLOAT, 'n', 3), ("'image'", 'any x 3 ')),
        (changed(another_input), ('2 inputs',)),
        (changed(another_output), ('2 outputs',)),
        (changed(without_sigmoid), ('no DB detector', 'ConvTranspose', 'in place of Sigmoid')),
        (changed(other_activation), ('no DB detector', "Tanh 'relu1'", 'in place of Relu')),
        (changed(with_steps), ('no DB detector', 'ConvTranspose', 'strides')),
        (changed(two_maps), ('no DB detector', '(2, 2, 2, 2)')),
    ],
    ids=lambda value: value[-1] if isinstance(value, tuple) else '',
)
def test_models_that_are_no_db_detector(model, said, tmp_path) -> None:
    path = write(model, tmp_path / 'other.onnx')
    with pytest.raises(UserError) as caught:
        parts(path)
    assert all(part in caught.value.line for part in (path, *said)), caught.value.line
    assert 'model.backbone.file' in caught.value.line


@pytest.mark.parametrize(
    ('damage', 'part'),
    [
        pytest.param(lambda path: path.unlink(), 'no such file', id='missing'),
        pytest.param(lambda path: path.write_bytes(b''), 'no complete ONNX', id='empty'),
        pytest.param(lambda path: path.write_text('no model'), 'no complete ONNX', id='text'),
        pytest.param(
            lambda path: path.write_bytes(path.read_bytes()[:-300]),
            'no complete ONNX',
            id='cut off',
        ),
    ],
)
def test_files_that_are_no_model(damage, part, tmp_path) -> None:
    path = tmp_path / 'x.onnx'
    write(tiny_detector(), path)
    damage(path)
    with pytest.raises(UserError) as caught:
        read_onnx_detector(str(path))
    assert str(path) in caught.value.line and part in caught.value.line


@pytest.mark.parametrize(
    ('name', 'part'),
    [
        ('no_such_package:x.onnx', "'no_such_package' is not installed"),
        ('rapidocr:models/gone.onnx', "no 'models/gone.onnx'"),
        ('not a name:x.onnx', "'not a name' is not installed"),
        # A module, not a package.
        ('six:x.onnx', "'six' is not installed"),
    ],
)
def test_packages_that_hold_no_such_file(name, part) -> None:
    with pytest.raises(UserError) as caught:
        read_onnx_detector(name)
    assert name in caught.value.line and part in caught.value.line
