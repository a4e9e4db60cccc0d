"""What a recipe costs, without its weights and without computing anything.

The model is built on PyTorch's meta device, whose tensors have a shape and no content.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import torch
from mmengine.config import Config
from mmengine.optim import build_optim_wrapper
from mmengine.registry import init_default_scope
from mmocr.registry import MODELS
from torch import Tensor, nn
from torch.autograd.graph import saved_tensors_hooks
from torch.utils.flop_counter import FlopCounterMode

from ..engine import config_errors
from ..functional.errors import UserError

# Over half of the receipts are 960 x 1280.
_WIDTH_OVER_HEIGHT = 3 / 4
_GIB = 2**30


@dataclass(frozen=True)
class Complexity:
    """The cost of a detector on pages of ``size`` (height, width), padding included.

    ``parameters`` are counted by part. ``flops`` are those of one page from pixels to the
    probability map, a multiply-add counted twice, convolutions and matrix products alone. The
    ``memory`` of a training step on ``batch`` pages is in bytes, in single precision, by what
    takes it.
    """

    size: tuple[int, int]
    batch: int
    parameters: dict[str, int]
    flops: int
    memory: dict[str, int]

    def __str__(self) -> str:
        """A table for a terminal."""
        rows = [('parameters', sum(self.parameters.values()) / 1e6, 'M')]
        rows += [(f'  {part}', count / 1e6, 'M') for part, count in self.parameters.items()]
        rows += [('one page', self.flops / 1e9, 'GFLOPs (a multiply-add counts twice)')]
        memory = f'GiB (estimate, fp32, batch {self.batch})'
        rows += [('training memory', sum(self.memory.values()) / _GIB, memory)]
        rows += [(f'  {part}', size / _GIB, 'GiB') for part, size in self.memory.items()]
        title = f'pages of {self.size[0]} x {self.size[1]} pixels (height x width)'
        return '\n'.join(
            [title, *(f'{name:<20}{value:>9.2f} {unit}' for name, value, unit in rows)]
        )


def measure(config: Config, input_size: Sequence[int] | None = None) -> Complexity:
    """Return what the recipe costs at its own input size, or at ``input_size``.

    That is (height, width), or (longer side,) of a 3:4 page.

    Raises:
        UserError: the model cannot be built or takes no pages of that size, or the config says no
            size.
    """
    init_default_scope(config.get('default_scope') or 'mmocr')
    with config_errors(config.filename, config):
        model = _build(config.model)
        batch = config.train_dataloader.batch_size
        size = _page_size(config, input_size)
        optimizer_bytes = _optimizer_bytes(model, config.optim_wrapper)
        try:
            flops = count_flops(model, size)
            activations = saved_bytes(model, batch, size)
        except RuntimeError as error:
            raise UserError(
                f'{config.filename}: its model takes no pages of {size[0]} x {size[1]} '
                f'({str(error).splitlines()[0]}); give another --input-size'
            ) from error
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    return Complexity(
        size,
        batch,
        {name: count for name, part in model.named_children() if (count := _count(part))},
        flops,
        {
            'weights': _nbytes([*model.parameters(), *model.buffers()]),
            'gradients': _nbytes(trained),
            'optimizer state': optimizer_bytes,
            'activations': activations,
        },
    )


def count_flops(model: nn.Module, size: tuple[int, int]) -> int:
    """Return the floating-point operations from one page to its probability map."""
    model.eval()
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        _maps(model, 1, size, 'predict')
    return counter.get_total_flops()


def saved_bytes(model: nn.Module, batch: int, size: tuple[int, int]) -> int:
    """Return how much a forward pass keeps for the backward pass, up to the head's logits.

    Tensors that share memory count once, and weights not at all. Left out are the loss, a few
    maps a page, and what single operations need in passing.
    """
    weights = {_storage(tensor) for tensor in (*model.parameters(), *model.buffers())}
    kept = {}

    def keep(tensor: Tensor) -> Tensor:
        if _storage(tensor) not in weights:
            # Holding it keeps its address from being given to another.
            kept[_storage(tensor)] = tensor.untyped_storage()
        return tensor

    model.train()
    with saved_tensors_hooks(keep, lambda tensor: tensor):
        maps = _maps(model, batch, size, 'loss')
    del maps
    return sum(storage.nbytes() for storage in kept.values())


def _build(model: dict) -> nn.Module:
    model = {**model, 'backbone': {**model['backbone']}}
    if model['backbone']['type'] == 'TimmBackbone':
        model['backbone'].update(pretrained=False, checkpoint=None)
    with torch.device('meta'):
        return MODELS.build(model)


def _page_size(config: Config, input_size: Sequence[int] | None) -> tuple[int, int]:
    input_size = input_size or [config.train_dataloader.dataset.get('input_size')]
    if len(input_size) == 1:
        (longer,) = input_size
        if longer is None:
            raise UserError(f'{config.filename}: names no input_size; give --input-size PIXELS')
        input_size = (longer, round(longer * _WIDTH_OVER_HEIGHT))
    divisor = config.model.data_preprocessor.get('pad_size_divisor', 1)
    height, width = (-(-length // divisor) * divisor for length in input_size)
    if min(height, width) < 1:
        raise UserError(f'--input-size {" ".join(map(str, input_size))}: give 1 pixel or more')
    return height, width


def _maps(model: nn.Module, batch: int, size: tuple[int, int], mode: str) -> object:
    device = next(model.parameters()).device
    features = model.extract_feat(torch.zeros(batch, 3, *size, device=device))
    return model.det_head(features, None, mode=mode)


def _optimizer_bytes(model: nn.Module, optim_wrapper: dict) -> int:
    """Return the size of what the optimizer remembers, by letting it take a step."""
    # Mixed precision is no part of an estimate in single precision, and wants a GPU.
    optimizer = build_optim_wrapper(model, {**optim_wrapper, 'type': 'OptimWrapper'}).optimizer
    for group in optimizer.param_groups:
        for parameter in group['params']:
            parameter.grad = torch.zeros_like(parameter)
    optimizer.step()
    optimizer.zero_grad()
    states = (value for state in optimizer.state.values() for value in state.values())
    return _nbytes(value for value in states if isinstance(value, Tensor))


def _count(part: nn.Module) -> int:
    return sum(parameter.numel() for parameter in part.parameters())


def _nbytes(tensors: Iterable[Tensor]) -> int:
    return sum(tensor.nbytes for tensor in tensors)


def _storage(tensor: Tensor) -> int:
    return tensor.untyped_storage()._cdata
