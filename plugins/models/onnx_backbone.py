"""The body of a DB detector that comes as an ONNX file, as a backbone with its neck inside."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise

import onnx2torch
import torch
from mmengine.model import BaseModule
from mmocr.registry import MODELS
from onnx import ModelProto, shape_inference
from onnx2torch.node_converters import OnnxBinaryMathOperation, OnnxErf, OnnxResize, get_converter
from onnx2torch.node_converters.constant import OnnxConstant
from onnx2torch.onnx_graph import OnnxGraph
from torch import Tensor, fx, nn

from ..engine import read_checkpoint
from ..functional.errors import UserError
from .fixed_batch_norm import FixedBatchNorm
from .onnx_detector import (
    read_onnx_detector,
    take_apart,
    unfit,
    with_zero_weights,
    without_weights,
)

_LAYERS = 'backbone._extra_state'


@MODELS.register_module()
class OnnxBackbone(BaseModule):
    """Features at stride 4, as the head of a pretrained DB detector is given them; without a neck.

    All weights are parameters. The layers, those of the head included, some 40 kilobytes, are part
    of the state dict, so that the model can be built again from a checkpoint alone.

    ``out_channels`` is the number of channels, ``head_layers`` what the head is to start from.

    Args:
        file: an ONNX file of a DB detector that takes colour images of any size; or
            ``PACKAGE:PATH`` for a file in an installed package, such as
            ``rapidocr:models/PP-OCRv6_det_small.onnx``.
        layers_of: a checkpoint to take the layers from in place of ``file``. Its weights are to be
            loaded afterwards; until then all are 0.
        trust: that checkpoint may run code.

    Raises:
        UserError: the file is missing or cannot serve, or the checkpoint has no such layers.
    """

    def __init__(self, file: str, layers_of: str | None = None, trust: bool = False) -> None:
        super().__init__()
        model = read_onnx_detector(file) if layers_of is None else _stored_model(layers_of, trust)
        self._layers = without_weights(model)
        body, self.head_layers = take_apart(model, file)
        with torch.device('cpu'):
            # Depthwise convolutions are faster in this order of memory, and nothing is slower.
            self.body = _converted(body, file).to(memory_format=torch.channels_last)
            try:
                with torch.no_grad():
                    shape = self(torch.zeros(1, 3, 64, 96)).shape
            except (RuntimeError, TypeError, ValueError, NotImplementedError) as error:
                reason = ' '.join(str(error).split())[:150]
                raise unfit(file, f'its layers do not run in torch ({reason})') from error
        if shape[2:] != (16, 24):
            raise unfit(file, f'an image of 64 x 96 gives features of {tuple(shape)}, not 16 x 24')
        self.out_channels = shape[1]
        self.is_init = True
        self.to(torch.get_default_device())

    def get_extra_state(self) -> Tensor:
        """Return the layers, for a checkpoint: the bytes of an ONNX model without weights."""
        return torch.frombuffer(bytearray(self._layers), dtype=torch.uint8)

    def set_extra_state(self, state: Tensor) -> None:
        """Refuse weights for other layers.

        Raises:
            UserError: the layers in a state dict are not those of this model.
        """
        if bytes(state.cpu().numpy()) != self._layers:
            raise UserError(
                'the weights are those of a detector with other layers; '
                'use the model.backbone.file that they were trained from'
            )

    def forward(self, images: Tensor) -> Tensor:
        """Return (N, out_channels, H / 4, W / 4) for images (N, 3, H, W)."""
        return self.body(images.contiguous(memory_format=torch.channels_last))


def _stored_model(checkpoint: str, trust: bool) -> ModelProto:
    weights = read_checkpoint(checkpoint, trust).weights
    layers = weights.get(_LAYERS)
    if layers is None:
        raise UserError(
            f'{checkpoint}: holds no OnnxBackbone; use the config that it was trained with'
        )
    # Weights of its own count among those; the head's layers are in the file, too.
    held = sum(weight.numel() for weight in weights.values())
    try:
        return with_zero_weights(bytes(layers.numpy()), held)
    except ValueError as error:
        raise UserError(
            f'{checkpoint}: the layers in it are not those of its weights ({error}); '
            'take another checkpoint'
        ) from error


def _converted(body: ModelProto, file: str) -> fx.GraphModule:
    try:
        with _warnings_as_errors():
            module = onnx2torch.convert(body)
    except Exception as error:
        raise unfit(file, _unconvertible(body) or f'it cannot be converted ({error})') from error
    # Weights that are not those of a torch module, if there are any.
    others = getattr(module, 'initializers', nn.Module())
    for name, value in list(others.named_buffers()):
        delattr(others, name)
        others.register_parameter(name, nn.Parameter(value))
    for node in module.graph.nodes:
        operation = _operation(module, node)
        if isinstance(operation, OnnxErf):
            _use_gelu(module, node)
        elif isinstance(operation, nn.BatchNorm2d):
            setattr(module, node.target, FixedBatchNorm.of(operation))
        elif isinstance(operation, OnnxResize):
            _use_upsample(module, node, operation)
    module.graph.eliminate_dead_code()
    module.delete_all_unused_submodules()
    module.recompile()
    return module


@contextmanager
def _warnings_as_errors() -> Iterator[None]:
    """Stop where the converter warns that torch's operator does something else."""
    with warnings.catch_warnings():
        warnings.filterwarnings('error', module=r'onnx2torch\.')
        yield


def _unconvertible(body: ModelProto) -> str | None:
    """Return what is wrong with the first operator that cannot be converted."""
    graph = OnnxGraph(shape_inference.infer_shapes(body).graph)
    versions = {each.domain: each.version for each in body.opset_import}
    for node in graph.nodes.values():
        kind = node.operation_type
        try:
            with _warnings_as_errors():
                get_converter(kind, versions[node.domain], node.domain)(node, graph)
        except Exception as error:
            # A description of the whole operation follows in brackets.
            reason = str(error).partition('(')[0].strip() or type(error).__name__
            return f'operator {kind} ({node.name}) cannot be converted to torch: {reason}'
    return None


def _operation(module: fx.GraphModule, node: fx.Node) -> nn.Module | None:
    return module.get_submodule(node.target) if node.op == 'call_module' else None


def _constant(module: fx.GraphModule, node: fx.Node) -> Tensor | None:
    operation = _operation(module, node)
    return operation.value if isinstance(operation, OnnxConstant) else None


def _use_upsample(module: fx.GraphModule, node: fx.Node, resize: OnnxResize) -> None:
    """Make factors that are a constant tensor plain numbers: a GPU would be waited for."""
    scales = node.kwargs.get('scales', node.args[2] if len(node.args) == 3 else None)
    factors = None if scales is None else _constant(module, scales)
    modes = {'nearest': 'nearest', 'linear': 'bilinear'}
    if factors is None or len(factors) != 4 or resize.onnx_mode not in modes:
        return
    options = dict(mode=modes[resize.onnx_mode], align_corners=resize.align_corners)
    setattr(module, node.target, nn.Upsample(scale_factor=tuple(factors[2:].tolist()), **options))
    node.args, node.kwargs = node.args[:1], {}


def _use_gelu(module: fx.GraphModule, erf: fx.Node) -> None:
    """Make x * (1 + erf(x / sqrt(2))) * 0.5 one operation, which takes a quarter of the time."""
    steps = [erf.args[0], erf]
    while len(steps) < 5 and len(steps[-1].users) == 1:
        steps.extend(steps[-1].users)
    image = steps[0].args[0]
    formula = [('div', 1.4142), None, ('add', 1.0), ('mul', image), ('mul', 0.5)]
    if [
        _arithmetic(module, step, previous) for previous, step in pairwise([image, *steps])
    ] != formula:
        return
    setattr(module, steps[-1].target, nn.GELU())
    steps[-1].args = (image,)


def _arithmetic(
    module: fx.GraphModule, node: fx.Node, first: fx.Node
) -> tuple[str, float | fx.Node] | None:
    """Return what is done to ``first``: the operation, and its other operand."""
    operation = _operation(module, node)
    if not isinstance(operation, OnnxBinaryMathOperation) or first not in node.args:
        return None
    name = operation.math_op_function.__name__.removeprefix('_onnx_')
    (other,) = [each for each in node.args if each is not first] or [first]
    value = _constant(module, other)
    return name, other if value is None or value.numel() != 1 else round(float(value), 4)
