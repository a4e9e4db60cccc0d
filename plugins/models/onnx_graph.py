"""An ONNX graph that is easy to take apart: constants gathered, convolutions with their biases."""

from collections import Counter
from typing import Any

import numpy as np
from onnx import GraphProto, ModelProto, NodeProto, TensorProto, helper, numpy_helper

# Operators whose constants are weights; those of others, such as Resize, steer them.
_WEIGHED = {
    *('Add', 'Sub', 'Mul', 'Div', 'MatMul', 'Gemm', 'Conv', 'ConvTranspose', 'PRelu'),
    *('BatchNormalization', 'InstanceNormalization', 'LayerNormalization'),
}


class OnnxGraph:
    """The nodes of a graph in their order, and its constants by name.

    Nodes that do nothing are left out. What is added to the channels of a convolution becomes its
    bias. Padding that is asked for by ``auto_pad`` is given in numbers, where these do not depend
    on the size of the image.

    Batch normalization stays: some detectors have variances of ten millions, and what it would
    leave of the weights before it is so small that the first step of AdamW ruins them.
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
            if node.op_type in ('Conv', 'ConvTranspose'):
                self._add_bias(node)
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

    def _add_bias(self, convolution: NodeProto) -> None:
        """Let a convolution without a bias have what alone follows it: a number a channel."""
        output, weight = convolution.output[0], self.constants.get(convolution.input[1])
        users = [node for node in self.nodes if output in node.input]
        if weight is None or len(users) != 1 or output in self.outputs:
            return
        (user,) = users
        added = [self.constants[name] for name in user.input if name in self.constants]
        if user.op_type != 'Add' or len(added) != 1 or len(convolution.input) > 2:
            return
        groups = attributes(convolution).get('group', 1)
        channels = len(weight) if convolution.op_type == 'Conv' else weight.shape[1] * groups
        if added[0].shape[-weight.ndim + 1 :] != (channels, *[1] * (weight.ndim - 2)):
            return
        convolution.input.append(f'{output}.bias')
        self.constants[convolution.input[2]] = added[0].ravel()
        convolution.output[0] = user.output[0]
        self.nodes.remove(user)


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
