"""DB text detectors in ONNX files, taken apart into a body and the layers of its head."""

import importlib.util
import math
import os
from pathlib import Path
from typing import NamedTuple

import numpy as np
import onnx
from google.protobuf.message import DecodeError
from numpy.typing import NDArray
from onnx import GraphProto, ModelProto, NodeProto, TensorProto

from ..functional.errors import UserError
from .onnx_graph import OnnxGraph, attributes

_HEAD = ('Conv', 'Relu', 'ConvTranspose', 'Relu', 'ConvTranspose', 'Sigmoid')


class Normalization(NamedTuple):
    """What batch normalization knows of each channel, and its ``eps``."""

    weight: NDArray[np.float32]
    bias: NDArray[np.float32]
    mean: NDArray[np.float32]
    variance: NDArray[np.float32]
    eps: float


class HeadLayer(NamedTuple):
    """Weight and bias of a convolution, laid out as in torch, and of the normalization after it."""

    weight: NDArray[np.float32]
    bias: NDArray[np.float32]
    norm: Normalization | None


class OnnxDetector(NamedTuple):
    """A detector in two parts.

    ``body`` maps images (N, 3, H, W) to features (N, C, H / 4, W / 4); its initializers are its
    weights. ``head`` is a 3 x 3 convolution and two transposed ones of 2 x 2 with stride 2, the
    last to one channel, with ReLU between them and a sigmoid at the end.
    """

    body: ModelProto
    head: tuple[HeadLayer, ...]


def read_onnx_detector(name: str) -> ModelProto:
    """Read a DB detector from a file, see :func:`find_onnx_file`, for :func:`take_apart`.

    Raises:
        UserError: the file is missing, incomplete, no ONNX, or no DB detector of colour images of
            any size.
    """
    path = find_onnx_file(name)
    try:
        model = onnx.load(path)
        onnx.checker.check_model(model)
    except (DecodeError, onnx.checker.ValidationError, OSError, ValueError) as error:
        reason = ' '.join(str(error).split())[:150]
        raise unfit(name, f'no complete ONNX file ({reason})') from error
    image = _image_input(model.graph, name)
    if len(model.graph.output) != 1:
        raise unfit(name, f'it has {len(model.graph.output)} outputs instead of one map')
    graph = OnnxGraph(model.graph)
    # Here nodes still have the names that they have in the file.
    _take_head(graph, name)
    return graph.part(image, graph.outputs[0], model)


def take_apart(model: ModelProto, name: str) -> OnnxDetector:
    """Separate the body of a detector from its head.

    Args:
        model: a detector from :func:`read_onnx_detector`.
        name: of its file.
    """
    graph = OnnxGraph(model.graph)
    features, head = _take_head(graph, name)
    return OnnxDetector(graph.part(model.graph.input[0].name, features, model), head)


def find_onnx_file(name: str) -> Path:
    """Return the path of a file, or of ``PACKAGE:PATH``, a file within an installed package.

    The package is not imported.

    Raises:
        UserError: there is no such file or package.
    """
    package, colon, inside = name.partition(':')
    if not colon or os.path.exists(name):
        if not os.path.isfile(name):
            raise UserError(f'{name}: no such file; check model.backbone.file')
        return Path(name)
    remedy = 'run tools/setup.sh, or name a file by model.backbone.file=FILE'
    spec = importlib.util.find_spec(package) if package.isidentifier() else None
    if spec is None or not spec.submodule_search_locations:
        raise UserError(f'{name}: the package {package!r} is not installed; {remedy}')
    for folder in spec.submodule_search_locations:
        if os.path.isfile(Path(folder, inside)):
            return Path(folder, inside)
    raise UserError(f'{name}: the installed package {package!r} has no {inside!r}; {remedy}')


def unfit(name: str, problem: str) -> UserError:
    """Return the error of a file that cannot serve."""
    return UserError(f'{name}: {problem}; name another DB detector by model.backbone.file=FILE')


def without_weights(model: ModelProto) -> bytes:
    """Return the layers of a model without the values of its weights."""
    layers = ModelProto()
    layers.CopyFrom(model)
    for weight in layers.graph.initializer:
        weight.ClearField('raw_data')
    return layers.SerializeToString(deterministic=True)


def with_zero_weights(layers: bytes, most: int) -> ModelProto:
    """Return what :func:`without_weights` was given, with 0 for its weights.

    Raises:
        ValueError: they are no layers, or have more than ``most`` weights.
    """
    try:
        model = ModelProto.FromString(layers)
    except DecodeError as error:
        raise ValueError(str(error)) from error
    counts = [math.prod(weight.dims) for weight in model.graph.initializer]
    if any(side < 0 for weight in model.graph.initializer for side in weight.dims):
        raise ValueError('a layer has a negative size')
    if sum(counts) > most:
        raise ValueError(f'they have {sum(counts):,} weights')
    for weight, count in zip(model.graph.initializer, counts, strict=True):
        weight.raw_data = bytes(4 * count)
    try:
        onnx.checker.check_model(model)
        if not model.graph.input or len(model.graph.output) != 1:
            raise ValueError('they do not lead from an image to a map')
    except onnx.checker.ValidationError as error:
        raise ValueError(' '.join(str(error).split())[:150]) from error
    return model


def _image_input(graph: GraphProto, name: str) -> str:
    """Return the name of the only input, which has to take colour images of any size."""
    weights = {initializer.name for initializer in graph.initializer}
    inputs = [value for value in graph.input if value.name not in weights]
    if len(inputs) != 1:
        raise unfit(name, f'it has {len(inputs)} inputs instead of one image')
    tensor = inputs[0].type.tensor_type
    kind = TensorProto.DataType.Name(tensor.elem_type)
    # 0 where a side is free.
    shape = [dim.dim_value for dim in tensor.shape.dim]
    if kind != 'FLOAT' or len(shape) != 4 or shape[1] not in (0, 3) or any(shape[2:]):
        sides = ' x '.join(str(side or 'any') for side in shape)
        raise unfit(
            name, f'its input {inputs[0].name!r} is {kind} {sides} instead of FLOAT N x 3 x H x W'
        )
    return inputs[0].name


def _take_head(graph: OnnxGraph, name: str) -> tuple[str, tuple[HeadLayer, ...]]:
    """Return the name of the features that the head is given, and its layers."""
    layers = []
    (value,) = graph.outputs
    for kind in reversed(_HEAD):
        node = graph.maker(value)
        norm = None
        if node is not None and node.op_type == 'BatchNormalization' and kind.startswith('Conv'):
            eps = attributes(node).get('epsilon', 1e-5)
            norm = Normalization(*_weights(graph, node, name), eps)
            node = graph.maker(node.input[0])
        if node is None or node.op_type != kind:
            found = 'none' if node is None else f'{node.op_type} {node.name!r}'
            raise unfit(
                name,
                f'no DB detector, which ends in {", ".join(_HEAD)}: {found} in place of {kind}',
            )
        if kind.startswith('Conv'):
            layers.insert(0, _convolution(graph, node, name)._replace(norm=norm))
        value = node.input[0]
    shapes = [layer.weight.shape for layer in layers]
    (first, features, *_), (_, second, *_), _ = shapes
    if shapes != [(first, features, 3, 3), (first, second, 2, 2), (second, 1, 2, 2)]:
        raise unfit(name, f'no DB detector: the weights of its last layers are {shapes}')
    return value, tuple(layers)


def _convolution(graph: OnnxGraph, node: NodeProto, name: str) -> HeadLayer:
    step, pad = (1, 1) if node.op_type == 'Conv' else (2, 0)
    usual = dict(strides=[step] * 2, pads=[pad] * 4, dilations=[1, 1], group=1)
    stated = attributes(node)
    for key, value in usual.items():
        if stated.get(key, value) != value:
            raise unfit(
                name, f'no DB detector: {node.op_type} {node.name!r} has {key} {stated[key]}'
            )
    weight, *bias = _weights(graph, node, name)
    channels = weight.shape[node.op_type == 'ConvTranspose']
    return HeadLayer(weight, bias[0] if bias else np.zeros(channels, np.float32), None)


def _weights(graph: OnnxGraph, node: NodeProto, name: str) -> list[NDArray[np.float32]]:
    if not graph.constants.keys() >= set(node.input[1:]):
        raise unfit(name, f'no DB detector: the weights of {node.op_type} {node.name!r} change')
    return [graph.constants[each] for each in node.input[1:]]
