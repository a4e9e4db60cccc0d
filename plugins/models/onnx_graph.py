"""An ONNX graph that is easy to take apart: constants are arrays, and convolutions have biases."""

from collections import Counter
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import GraphProto, ModelProto, NodeProto, TensorProto, helper, numpy_helper

# Operators whose constants are weights; those of others, such as Resize, steer them.
_WEIGHED = {
    *('Add', 'Sub', 'Mul', 'Div', 'MatMul', 'Gemm', 'Conv', 'ConvTranspose', 'PRelu'),
    *('BatchNormalization', 'InstanceNormalization', 'LayerNormalization'),
}


class OnnxGraph:
    """The nodes of a graph in their order, and its constants by name.

    Nodes that do nothing are left out. Biases and batch normalization that follow a convolution
    become part of it. Padding that is asked for by ``auto_pad`` is given in numbers, where these do
    not depend on the size of the image.
    """

    def __init__(self, graph: GraphProto) -> None:
        self.constants = {each.name: numpy_helper.to_array(each) for each in graph.initializer}
        self.nodes: list[NodeProto] = []
        renamed: dict[str, str] = {}
        for node in graph.node:
            node.input[:] = [renamed.get(name, name) for name in node.input]
            if node.op_type == 'Identity':
                renamed[node.output[0]] = node.input[0]
            elif node.op_type == 'Constant' and 'value' in attributes(node):
                value = attributes(node)['value']
                self.constants[node.output[0]] = numpy_helper.to_array(value)
            else:
                self.nodes.append(node)
        self.outputs = [renamed.get(output.name, output.name) for output in graph.output]
        for node in list(self.nodes):
            if node.op_type in ('Conv', 'ConvTranspose') and len(self._weight(node).shape) == 4:
                self._absorb_what_follows(node)
            _state_padding(node)

    def maker(self, value: str) -> NodeProto | None:
        """Return the node that gives a value; None for constants and inputs."""
        return next((node for node in self.nodes if value in node.output), None)

    def part(self, image: str, features: str, origin: ModelProto) -> ModelProto:
        """Return what leads from the one value to the other as a model of images (N, 3, H, W).

        Its initializers are its weights, and its nodes are numbered by operator.

        Args:
            image: name of the input.
            features: name of what becomes the output.
            origin: model of this graph, for its versions.
        """
        wanted, nodes = {features}, []
        for node in reversed(self.nodes):
            if wanted.intersection(node.output):
                wanted.update(node.input)
                nodes.insert(0, node)
        weights = []
        for name in sorted(wanted & self.constants.keys()):
            value = self.constants[name]
            users = {node.op_type for node in nodes if name in node.input}
            # A number without an axis is part of a formula, such as the 0.5 of GELU.
            if value.dtype == np.float32 and value.ndim and users <= _WEIGHED:
                weights.append(numpy_helper.from_array(value, name))
            else:
                value = numpy_helper.from_array(value)
                nodes.insert(0, helper.make_node('Constant', [], [name], value=value))
        counts = Counter()
        for node in nodes:
            node.name = f'{node.op_type.lower()}_{counts[node.op_type]}'
            counts[node.op_type] += 1
        ends = [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
            for name, shape in ((image, ['n', 3, 'h', 'w']), (features, ['n', 'c', 'y', 'x']))
        ]
        return helper.make_model(
            helper.make_graph(nodes, 'part', ends[:1], ends[1:], weights),
            opset_imports=origin.opset_import,
            ir_version=origin.ir_version,
        )

    def _weight(self, convolution: NodeProto) -> NDArray:
        return self.constants.get(convolution.input[1], np.empty(0))

    def _absorb_what_follows(self, convolution: NodeProto) -> None:
        while convolution.output[0] not in self.outputs:
            users = [node for node in self.nodes if convolution.output[0] in node.input]
            change = self._change_of_channels(users[0]) if len(users) == 1 else None
            if change is None or not self._apply(convolution, *change):
                return
            convolution.output[0] = users[0].output[0]
            self.nodes.remove(users[0])

    def _change_of_channels(self, node: NodeProto) -> tuple[NDArray, NDArray] | None:
        """Return by what a node multiplies each channel and what it adds then, if it does that."""
        constants = [self.constants[name] for name in node.input if name in self.constants]
        if node.op_type == 'Add' and len(constants) == 1:
            (bias,) = constants
            if bias.shape[-2:] == (1, 1) and bias.size == max(bias.shape[-3:]):
                return np.ones(bias.size), bias.ravel()
        if node.op_type == 'BatchNormalization' and len(constants) == 4:
            scale, shift, mean, variance = (each.astype(np.float64) for each in constants)
            scale /= np.sqrt(variance + attributes(node).get('epsilon', 1e-5))
            return scale, shift - mean * scale
        return None

    def _apply(self, convolution: NodeProto, scale: NDArray, shift: NDArray) -> bool:
        """Change the outputs of a convolution; tell whether it has as many."""
        weight = self._weight(convolution)
        transposed = convolution.op_type == 'ConvTranspose'
        groups = attributes(convolution).get('group', 1)
        if len(scale) != (weight.shape[1] * groups if transposed else len(weight)):
            return False
        bias = np.zeros(len(scale))
        if len(convolution.input) > 2:
            bias = self.constants[convolution.input[2]]
        if transposed:
            # (inputs, outputs of a group, ...)
            by_output = np.repeat(scale.reshape(groups, -1), len(weight) // groups, axis=0)
        else:
            by_output = scale[:, None]
        names = [f'{convolution.output[0]}.{part}' for part in ('weight', 'bias')]
        values = weight * by_output[..., None, None], bias * scale + shift
        for name, value in zip(names, values, strict=True):
            self.constants[name] = value.astype(weight.dtype)
        convolution.input[1:] = names
        return True


def attributes(node: NodeProto) -> dict[str, Any]:
    """Return the attributes of a node that it states, by name."""
    return {each.name: helper.get_attribute_value(each) for each in node.attribute}


def _state_padding(node: NodeProto) -> None:
    stated = attributes(node)
    automatic = stated.get('auto_pad', b'').decode()
    if automatic not in ('SAME_UPPER', 'SAME_LOWER') or set(stated.get('strides', [1])) != {1}:
        return
    window = np.array(stated['kernel_shape'])
    total = (window - 1) * stated.get('dilations', 1)
    less, more = total // 2, total - total // 2
    pads = (less, more) if automatic == 'SAME_UPPER' else (more, less)
    kept = [each for each in node.attribute if each.name not in ('auto_pad', 'pads')]
    del node.attribute[:]
    node.attribute.extend(kept)
    node.attribute.append(helper.make_attribute('pads', np.concatenate(pads).tolist()))
