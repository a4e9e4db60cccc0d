"""Models that are built for a checkpoint are as large as its weights, and no larger."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn
from torch.nn.modules import module as hooks

from ..functional.errors import UserError
from .checkpoint_loading import Checkpoint

# Backbones may be tried in several ways, and layers be replaced, before a model is ready.
_TRIES = 10
_SLACK = 1_000_000  # numbers


@contextmanager
def built_for(checkpoint: Checkpoint) -> Iterator[None]:
    """Stop while a model is built that has far more numbers than the checkpoint, see below.

    A config of few lines may ask for more memory than there is. A layer is stopped when it is
    registered, before its memory is written to and thus taken.

    Raises:
        UserError: the model is too large for the checkpoint, or for the memory.
    """
    held = sum(weight.numel() for weight in checkpoint.weights.values())
    built = 0

    def count(module: nn.Module, name: str, value: torch.Tensor | None) -> None:
        nonlocal built
        built += 0 if value is None else value.numel()
        if built > _TRIES * held + _SLACK:
            raise _too_large(checkpoint, f'{name!r} of {type(module).__name__}')

    registered = [
        hooks.register_module_parameter_registration_hook(count),
        hooks.register_module_buffer_registration_hook(count),
    ]
    try:
        yield
    except RuntimeError as error:
        if "can't allocate memory" not in str(error) and not isinstance(
            error, torch.OutOfMemoryError
        ):
            raise
        raise _too_large(checkpoint, 'one of its layers') from error
    finally:
        for handle in registered:
            handle.remove()


def _too_large(checkpoint: Checkpoint, layer: str) -> UserError:
    return UserError(
        f'{checkpoint.path}: its weights are far fewer than those of the model, which was stopped '
        f'at {layer}; use the config that this checkpoint was trained with'
    )
