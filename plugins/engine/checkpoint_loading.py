"""Checkpoints: read with care, and loaded only into the model they belong to."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from mmengine.model import BaseTTAModel, is_model_wrapper
from torch import nn

from ..functional.errors import UserError
from .checkpoint_file import fetched_content, read_content
from .terminal_log import tell

# Where others keep their weights: mmengine; torchvision and timm; PyTorch's tutorial.
_PARTS = ('state_dict', 'model', 'model_state_dict')
# What torch puts before all names of a model that it wraps.
_WRAPPERS = ('module.', '_orig_mod.')
# Arguments of mmengine's and timm's models that name weights to start from.
_INITIAL = {'init_cfg', 'pretrained', 'checkpoint', 'checkpoint_path', 'layers_of', 'trust'}


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """A checkpoint on the CPU: ``content`` is all that its file holds, ``weights`` a part of it.

    ``trusted`` tells whether what it holds may be run.
    """

    path: str
    content: dict[str, Any]
    weights: dict[str, torch.Tensor]
    trusted: bool = False

    @property
    def config_text(self) -> str | None:
        """The config that it was trained with, or None where it does not say."""
        meta = self.content.get('meta')
        text = meta.get('cfg') if isinstance(meta, dict) else None
        return text if isinstance(text, str) else None


def read_checkpoint(path: str | os.PathLike, trust: bool = False) -> Checkpoint:
    """Read a checkpoint, of which nothing is run.

    Args:
        path: a file, or an address that it is fetched from once.
        trust: let the file run what it likes.

    Raises:
        UserError: the file is missing, empty, truncated, cannot be fetched, or holds no weights or
            other than plain ones; or it holds more than data and is not trusted.
    """
    path = str(path)
    content = fetched_content(path, trust) if '://' in path else read_content(path, trust)
    weights = _weights_of(content)
    if not weights:
        raise UserError(f'{path}: holds no weights; give a .pth file that a training wrote')
    for part in (weights, content.get('ema_state_dict')):
        _check_plain(path, part or {})
    beside = {} if content is weights else content
    # Where mmengine looks for them, and nowhere else.
    beside = {key: value for key, value in beside.items() if value is not weights}
    weights = _unwrapped(weights)
    content = {**beside, 'state_dict': weights}
    if isinstance(content.get('meta'), dict):
        # mmengine runs this text when it resumes; its name for what it writes is cfg.
        content['meta'].pop('config', None)
    return Checkpoint(path, content, weights, trust)


def _weights_of(content: object) -> dict[str, torch.Tensor]:
    """Return the state dict in what a file holds, empty where there is none."""
    if not isinstance(content, dict):
        return {}
    for candidate in (*(content.get(part) for part in _PARTS), content):
        if isinstance(candidate, dict) and candidate:
            values = candidate.items()
            if all(isinstance(k, str) and isinstance(v, torch.Tensor) for k, v in values):
                return candidate
    return {}


def _check_plain(path: str, weights: Mapping[str, torch.Tensor]) -> None:
    for name, weight in weights.items():
        kind = None
        if weight.layout != torch.strided:
            kind = str(weight.layout).removeprefix('torch.')
        elif weight.is_quantized or weight.is_complex():
            kind = str(weight.dtype).removeprefix('torch.')
        # One number may be said to stand for thousands of millions.
        elif weight.is_meta or weight.nbytes > weight.untyped_storage().nbytes():
            kind = 'without all its numbers'
        if kind is not None:
            raise UserError(
                f'{path}: weight {name!r} is {kind}; save it as a dense tensor of real numbers'
            )


def _unwrapped(weights: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Return weights by the names that they have in the model itself."""
    for prefix in _WRAPPERS * len(_WRAPPERS):
        if all(name.startswith(prefix) for name in weights):
            weights = {name.removeprefix(prefix): value for name, value in weights.items()}
    return weights


def load_weights(model: nn.Module, checkpoint: Checkpoint) -> None:
    """Load all weights of a model, distributed or not, from a checkpoint that fits it exactly.

    Raises:
        UserError: see :func:`check_weights`.
    """
    check_weights(model, checkpoint)
    _bare(model).load_state_dict(checkpoint.weights)


def without_initial_weights(model: dict, checkpoint: Checkpoint) -> None:
    """Let a detector's config fetch nothing that a checkpoint replaces at once.

    Args:
        model: config of the detector.
        checkpoint: what is loaded next; it may say which layers the detector has.
    """
    drop_initial_weights(model)
    backbone = model.get('backbone') or {}
    if backbone.get('type') == 'TimmBackbone':
        backbone.update(pretrained=False, checkpoint=None)
    with_own_layers(model, checkpoint)


def with_own_layers(model: dict, checkpoint: Checkpoint) -> None:
    """Let a detector from an ONNX file take its layers from a checkpoint of it instead."""
    backbone = model.get('backbone') or {}
    if backbone.get('type') == 'OnnxBackbone':
        backbone.update(layers_of=checkpoint.path, trust=checkpoint.trusted)


def drop_initial_weights(node: object) -> None:
    """Take all that names weights to start from out of the config of a detector."""
    if isinstance(node, dict):
        for key in _INITIAL & node.keys():
            del node[key]
        node = list(node.values())
    for child in node if isinstance(node, list | tuple) else ():
        drop_initial_weights(child)


def check_weights(model: nn.Module, checkpoint: Checkpoint) -> None:
    """Refuse a checkpoint of another model, which mmengine would load in parts with a warning.

    Raises:
        UserError: a weight is missing, extra or of another shape.
    """
    weights, expected = checkpoint.weights, _bare(model).state_dict()
    wrong = sorted(
        name
        for name in expected.keys() | weights.keys()
        if name not in expected
        or name not in weights
        or expected[name].shape != weights[name].shape
    )
    if wrong:
        raise UserError(
            f'{checkpoint.path}: {len(wrong)} weights do not fit the {len(expected)} of the model, '
            f'first {wrong[0]!r}; use the config that this checkpoint was trained with'
        )


def check_initial(model: nn.Module, checkpoint: Checkpoint) -> None:
    """Say how many of the weights to start from fit, and refuse those of which not one does.

    Raises:
        UserError: nothing fits.
    """
    weights, expected = checkpoint.weights, _bare(model).state_dict()
    others = [
        name
        for name in expected
        if name not in weights or weights[name].shape != expected[name].shape
    ]
    fitting = len(expected) - len(others)
    if not fitting:
        raise UserError(
            f'{checkpoint.path}: none of its {len(weights)} weights fits the model, first '
            f'{next(iter(weights))!r}; load_from wants a checkpoint of a similar detector'
        )
    rest = f'; {len(others)} start anew, first {others[0]!r}' if others else ''
    tell(f'{fitting} of {len(expected)} weights start from {checkpoint.path}{rest}')


def _bare(model: nn.Module) -> nn.Module:
    if is_model_wrapper(model):
        model = model.module
    return model.module if isinstance(model, BaseTTAModel) else model
