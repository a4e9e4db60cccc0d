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


def tiny_detector(*inside: NodeProto, norm: bool = False, **constants: NDArray) -> ModelProto:
    """Return a DB detector.

    Args:
        inside: nodes from ``body`` to ``features``, by default none.
        norm: batch normalization follows the first two of its last layers.
        constants: of these nodes.
    """
    nodes = []

    def add(kind: str, source: str, target: str, *values: NDArray, **options: object) -> None:
        names = [f'{target}.{n}' for n in range(len(values))]
        constants.update(zip(names, values, strict=True))
        nodes.append(helper.make_node(kind, [source, *names], [target], target, **options))

    add('Conv', 'image', 'body', weights(CHANNELS, 3, 4, 4), strides=[4, 4])
    if inside:
        nodes.extend(inside)
    else:
        add('Identity', 'body', 'features')
    inner = CHANNELS // 4
    known = weights(inner), weights(inner), weights(inner), np.full(inner, 9, np.float32)
    add('Conv', 'features', 'conv1', weights(inner, CHANNELS, 3, 3, seed=1), pads=[1] * 4)
    if norm:
        add('BatchNormalization', 'conv1', 'norm1', *known, epsilon=0.5)
    add('Relu', nodes[-1].output[0], 'relu1')
    add('ConvTranspose', 'relu1', 'conv2', weights(inner, inner, 2, 2, seed=2), strides=[2, 2])
    if norm:
        add('BatchNormalization', 'conv2', 'norm2', *known)
    add('Relu', nodes[-1].output[0], 'relu2')
    add('ConvTranspose', 'relu2', 'conv3', weights(inner, 1, 2, 2, seed=3), strides=[2, 2])
    add('Sigmoid', 'conv3', 'map')
    return make_model(nodes, constants)


def write(model: ModelProto, path: Path) -> str:
    onnx.save(model, path)
    return str(path)


def run_onnx(model: ModelProto | str, images: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the output of a model, or of that in a file."""
    content = model if isinstance(model, str) else model.SerializeToString()
    session = onnxruntime.InferenceSession(content, providers=['CPUExecutionProvider'])
    return session.run(None, {session.get_inputs()[0].name: images})[0]
