"""Which values of a config results depend on, and whether a training was made with the same."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mmengine.config import Config

from ..functional.errors import UserError
from .checkpoint_loading import read_checkpoint
from .checkpoints import best_checkpoint, is_finished
from .resuming import resumable_checkpoint
from .stored_config import stored_settings

# What weights and the choice of the best follow from; the rest is how a training is logged.
TRAINING = (
    *('model', 'train_dataloader', 'val_dataloader', 'val_evaluator', 'train_cfg', 'val_cfg'),
    *('optim_wrapper', 'param_scheduler', 'auto_scale_lr', 'default_hooks', 'custom_hooks'),
    *('randomness', 'load_from'),
)
TESTING = ('model', 'test_dataloader', 'test_evaluator', 'test_cfg')
_NO_MATTER = (
    *('num_workers', 'persistent_workers', 'pin_memory', 'prefetch_factor'),
    *('force', 'collect_device', 'max_keep_ckpts', 'keep_best'),
    # Where the layers of an ONNX file come from, if not from there.
    *('layers_of', 'trust'),
    # Among default_hooks.
    *('logger', 'timer', 'visualization', 'runtime_info'),
)


def settings(config: Mapping[str, Any], parts: Sequence[str]) -> dict[str, str]:
    """Return the values of some parts of a config that results depend on, by dotted name."""
    flat: dict[str, str] = {}

    def walk(node: object, name: str) -> None:
        if isinstance(node, dict):
            items = node.items()
        elif isinstance(node, list | tuple):
            items = enumerate(node)
        else:
            if name.endswith('.data_root') and node:
                node = os.path.abspath(node)
            flat[name] = repr(node)
            return
        for key, value in items:
            if key not in _NO_MATTER:
                walk(value, f'{name}.{key}')

    for part in parts:
        if config.get(part) is not None:
            walk(config.get(part), part)
    return flat


def check_trained_alike(work_dir: Path, config: Config) -> None:
    """Refuse to go on with, or to take for done, a training that was made differently.

    Raises:
        UserError: a setting differs, or the training does not say.
    """
    if is_finished(work_dir):
        checkpoint = read_checkpoint(best_checkpoint(work_dir))
    else:
        checkpoint = resumable_checkpoint(work_dir)
    if checkpoint is None:
        return
    if checkpoint.config_text is None:
        raise UserError(f'{checkpoint.path}: does not say how it was trained; remove {work_dir}')
    recorded = stored_settings(checkpoint)
    then, now = settings(recorded, TRAINING), settings(config, TRAINING)
    # A resumed training started from its own checkpoint.
    keys = sorted(
        key
        for key in then.keys() | now.keys()
        if then.get(key) != now.get(key) and not (key == 'load_from' and recorded.get('resume'))
    )
    if keys:
        more = f' and {len(keys) - 1} more differ' if len(keys) > 1 else ''
        raise UserError(
            f'{work_dir}: trained with {keys[0]}={then.get(keys[0])}, not '
            f'{now.get(keys[0])}{more}; use the settings of then, remove the folder to train it '
            'anew, or name another --work-dir'
        )
