"""Checkpoints: read with care, and loaded only into the model they belong to."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from mmengine.logging import print_log
from mmengine.model import BaseTTAModel, is_model_wrapper
from torch import nn

from ..functional.errors import UserError


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """A checkpoint on the CPU: ``content`` is all that its file holds, ``weights`` a part of it."""

    path: str
    content: dict[str, Any]
    weights: dict[str, torch.Tensor]

    @property
    def config_text(self) -> str | None:
        """The config that it was trained with, or None where it does not say."""
        meta = self.content.get('meta')
        text = meta.get('cfg') if isinstance(meta, dict) else None
        return text if isinstance(text, str) else None


def read_checkpoint(path: str | os.PathLike) -> Checkpoint:
    """Read a checkpoint.

    Raises:
        UserError: the file is missing, empty, truncated, or holds no weights.
    """
    if not Path(path).is_file():
        raise UserError(f'{path}: no such checkpoint; give a .pth file of a training')
    if Path(path).stat().st_size == 0:
        raise UserError(f'{path}: the checkpoint is empty; copy it again or take an earlier one')
    try:
        # mmengine's checkpoints hold its own objects beside the weights.
        content = torch.load(path, map_location='cpu', weights_only=False)
    except Exception as error:
        raise UserError(
            f'{path}: not a readable checkpoint ({type(error).__name__}); it may be truncated, '
            'copy it again or take an earlier one'
        ) from error
    weights = content.get('state_dict', content) if isinstance(content, dict) else None
    tensors = weights.values() if isinstance(weights, dict) else ()
    if not tensors or not all(isinstance(value, torch.Tensor) for value in tensors):
        raise UserError(f'{path}: holds no weights; give a .pth file that a training wrote')
    return Checkpoint(str(path), content, weights)


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
    backbone = model.get('backbone') or {}
    if backbone.get('type') == 'TimmBackbone':
        backbone.update(pretrained=False, checkpoint=None)
    elif backbone.get('type') == 'OnnxBackbone':
        backbone.update(layers_of=checkpoint.path)


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
    print_log(f'{fitting} of {len(expected)} weights start from {checkpoint.path}{rest}', 'current')


def _bare(model: nn.Module) -> nn.Module:
    if is_model_wrapper(model):
        model = model.module
    return model.module if isinstance(model, BaseTTAModel) else model
