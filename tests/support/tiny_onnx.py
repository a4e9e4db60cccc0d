"""DB detectors of a few hundred weights as ONNX models, and what ONNX Runtime makes of models."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

CHANNELS = 8
COLOUR_IMAGE = ('n', 3, 'h', 'w')

Constants = dict[str, NDArray]


def make_model(
    nodes: Sequence[NodeProto],
    constants: Constants,
    shape: Sequence[int | str] = COLOUR_IMAGE,
    kind: int = TensorProto.FLOAT,
    opset: int = 13,
) -> ModelProto:
    """Return a model from ``image`` to ``map``."""
    graph = helper.make_graph(
        nodes,
        'tiny',
        [helper.make_tensor_value_info('image', kind, shape)],
        [helper.make_tensor_value_info('map', TensorProto.FLOAT, ['n', 'head_c', 'y', 'x'])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid('', opset)], ir_version=8)


def weights(*shape: int, seed: int = 0) -> NDArray[np.float32]:
    return np.random.default_rng(seed).normal(0, 0.5, shape).astype(np.float32)


def tiny_detector(*inside: NodeProto, head: int = CHANNELS, **constants: NDArray) -> ModelProto:
    """Return a DB detector.

    Args:
        inside: nodes from ``body`` to ``features``, by default none.
        head: channels of its last layers.
        constants: of these nodes.
    """
    inner = head // 4
    inside = inside or (helper.make_node('Identity', ['body'], ['features']),)
    layers = [
        ('Conv', 'image', 'body', weights(CHANNELS, 3, 4, 4), dict(strides=[4, 4])),
        *inside,
        ('Conv', 'features', 'head_a', weights(inner, CHANNELS, 3, 3, seed=1), dict(pads=[1] * 4)),
        helper.make_node('Relu', ['head_a'], ['head_b']),
        (
            'ConvTranspose',
            'head_b',
            'head_c',
            weights(inner, inner, 2, 2, seed=2),
            dict(strides=[2, 2]),
        ),
        helper.make_node('Relu', ['head_c'], ['head_d']),
        (
            'ConvTranspose',
            'head_d',
            'head_e',
            weights(inner, 1, 2, 2, seed=3),
            dict(strides=[2, 2]),
        ),
        helper.make_node('Sigmoid', ['head_e'], ['map'], name='last'),
    ]
    nodes = []
    for layer in layers:
        if isinstance(layer, tuple):
            kind, source, target, weight, options = layer
            constants[f'{target}.w'] = weight
            layer = helper.make_node(kind, [source, f'{target}.w'], [target], **options)
        nodes.append(layer)
    return make_model(nodes, constants)


def write(model: ModelProto, path: Path) -> str:
    onnx.save(model, path)
    return str(path)


def run_onnx(model: ModelProto | str, images: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the output of a model, or of that in a file."""
    content = model if isinstance(model, str) else model.SerializeToString()
    session = onnxruntime.InferenceSession(content, providers=['CPUExecutionProvider'])
    return session.run(None, {session.get_inputs()[0].name: images})[0]
