"""Checkpoints: read with care, and loaded only into the model they belong to."""

import logging
import os
from pathlib import Path

import torch
from mmengine.config import Config
from mmengine.logging import print_log
from mmengine.model import BaseTTAModel, is_model_wrapper
from torch import nn

from ..functional.errors import UserError
from ..functional.files import read_text
from ..functional.training import (
    numbered,
    read_record,
)

# What mmengine's Runner writes beside the weights and needs to go on.
_TRAINING_STATE = ('meta', 'optimizer', 'message_hub')


def best_checkpoint(work_dir: str | os.PathLike) -> Path:
    """Return the checkpoint with the best validation score of a training, finished or not.

    Raises:
        UserError: there is none, or it is not where the training left it.
    """
    work_dir = Path(work_dir)
    record = read_record(work_dir)
    if record is not None and record.best:
        path = work_dir / record.best[0].file
        if not path.is_file():
            raise UserError(f'{path}: the best checkpoint of this training is gone; train again')
        return path
    # A training with mmengine's own hook keeps one and writes no record.
    found = sorted(work_dir.glob('best_*.pth')) if record is None else []
    if len(found) != 1:
        raise UserError(
            f'{work_dir}: no best checkpoint, since no validation gave a score yet; '
            'train on, or name a checkpoint'
            if not found
            else f'{work_dir}: {len(found)} best checkpoints and no record of their scores; '
            'name one of them'
        )
    return found[0]


def find_checkpoint(path: str) -> Path:
    """Return the checkpoint that a file name, a pattern or a work folder stands for.

    Raises:
        UserError: it stands for none, or for several.
    """
    if Path(path).is_dir():
        return best_checkpoint(path)
    if Path(path).is_file():
        return Path(path)
    pattern = Path(path)
    found = sorted(Path(pattern.anchor or '.').glob(str(pattern.relative_to(pattern.anchor))))
    if not found:
        raise UserError(f'{path}: no such checkpoint; train it, or name another')
    if len(found) > 1:
        best = best_checkpoint(found[0].parent)
        if best not in found or {file.parent for file in found} != {best.parent}:
            raise UserError(
                f'{path}: {len(found)} files match it, first {found[0]} and {found[1]}, and it is '
                'not clear which is the best; name one'
            )
        return best
    return found[0]


def resumable_checkpoint(work_dir: str | os.PathLike) -> str | None:
    """Return the checkpoint to go on from: the last, or the newest that is whole; None without any.

    ``last_checkpoint`` names the last; a work folder may have been moved or copied in parts since.

    Raises:
        UserError: there were checkpoints, but none is left that a training could go on from.
    """
    folder, pointer = Path(work_dir), Path(work_dir) / 'last_checkpoint'
    patterns = ('epoch_{}.pth', 'iter_{}.pth')
    candidates = [path for p in patterns for path in reversed(numbered(folder, p).values())]
    if pointer.is_file():
        named = Path(read_text(pointer).strip())
        # A copy of a work folder still names the original's file.
        local = folder / named.name
        candidates = [named if named.is_file() and not local.is_file() else local, *candidates]
    faults = []
    for path in dict.fromkeys(candidates):
        try:
            _check_state(read_checkpoint(path), path)
        except UserError as error:
            faults.append(error.line)
            continue
        for fault in faults:
            print_log(f'{fault}; going on from {path.name}', level=logging.WARNING)
        return str(path)
    if faults:
        raise UserError(
            f'{faults[0]}, and {folder} holds no other to go on from; train without --resume, '
            'which keeps what is there'
        )
    return None


def is_finished(work_dir: str | os.PathLike, config: Config | None = None) -> bool:
    """Tell whether the training in a work folder ran to its end or stopped for want of progress.

    Args:
        work_dir: its output folder, there or not.
        config: what it is to be trained with; a training of fewer epochs is not finished then,
            unless it stopped early.

    Raises:
        UserError: its record is broken.
    """
    record = read_record(work_dir)
    if record is None or record.finished_epoch is None:
        return False
    files = [best.file for best in record.best] + ([record.last] if record.last else [])
    if not any((Path(work_dir) / name).is_file() for name in files):
        return False
    wanted = config.get('train_cfg', {}).get('max_epochs') if config is not None else None
    return record.stopped_early or wanted is None or record.finished_epoch >= wanted


def read_checkpoint(path: str | os.PathLike) -> dict:
    """Return a checkpoint's content on the CPU.

    Raises:
        UserError: the file is missing, empty, truncated, or holds no weights.
    """
    if not Path(path).is_file():
        raise UserError(f'{path}: no such checkpoint; give a .pth file of a training')
    if Path(path).stat().st_size == 0:
        raise UserError(f'{path}: the checkpoint is empty; copy it again or take an earlier one')
    try:
        # mmengine's checkpoints hold its own objects beside the weights.
        checkpoint = torch.load(path, map_location='cpu', weights_only=False)
    except Exception as error:
        raise UserError(
            f'{path}: not a readable checkpoint ({type(error).__name__}); it may be truncated, '
            'copy it again or take an earlier one'
        ) from error
    if not _weights(checkpoint):
        raise UserError(f'{path}: holds no weights; give a .pth file that a training wrote')
    return checkpoint


def load_weights(model: nn.Module, path: str | os.PathLike) -> None:
    """Load all weights of a model, distributed or not, from a checkpoint that fits it exactly.

    Raises:
        UserError: see :func:`read_checkpoint` and :func:`check_weights`.
    """
    checkpoint = read_checkpoint(path)
    check_weights(model, checkpoint, path)
    _bare(model).load_state_dict(_weights(checkpoint))


def without_initial_weights(model: dict) -> None:
    """Let a detector's config fetch no weights that those of a checkpoint replace at once."""
    backbone = model.get('backbone') or {}
    if backbone.get('type') == 'TimmBackbone':
        backbone.update(pretrained=False, checkpoint=None)


def check_weights(model: nn.Module, checkpoint: dict, path: str | os.PathLike) -> None:
    """Refuse a checkpoint of another model, which mmengine would load in parts with a warning.

    Raises:
        UserError: a weight is missing, extra or of another shape.
    """
    weights, expected = _weights(checkpoint), _bare(model).state_dict()
    wrong = sorted(
        name
        for name in expected.keys() | weights.keys()
        if name not in expected
        or name not in weights
        or expected[name].shape != weights[name].shape
    )
    if wrong:
        raise UserError(
            f'{path}: {len(wrong)} weights do not fit the {len(expected)} of the model, first '
            f'{wrong[0]!r}; use the config that this checkpoint was trained with'
        )


def check_resumable(model: nn.Module, path: str | os.PathLike) -> None:
    """Refuse what a training cannot go on from.

    Raises:
        UserError: see :func:`read_checkpoint` and :func:`check_weights`; also when the file has
            weights alone.
    """
    checkpoint = read_checkpoint(path)
    _check_state(checkpoint, path)
    check_weights(model, checkpoint, path)


def check_initial(model: nn.Module, path: str | os.PathLike) -> None:
    """Refuse weights to start from of which not one fits; some may be missing.

    Raises:
        UserError: see :func:`read_checkpoint`; also when nothing fits.
    """
    if '://' in str(path):
        return  # mmengine fetches it
    weights, expected = _weights(read_checkpoint(path)), _bare(model).state_dict()
    if not any(
        name in weights and weights[name].shape == expected[name].shape for name in expected
    ):
        raise UserError(
            f'{path}: none of its {len(weights)} weights fits the model, first '
            f'{next(iter(weights))!r}; load_from wants a checkpoint of a similar detector'
        )


def _check_state(checkpoint: dict, path: str | os.PathLike) -> None:
    missing = [key for key in _TRAINING_STATE if key not in checkpoint]
    if missing:
        raise UserError(
            f'{path}: has no {missing[0]!r}, only weights; start a new training from them with '
            f'--cfg-options load_from={path}'
        )


def _weights(checkpoint: object) -> dict[str, torch.Tensor] | None:
    """Return the weights in a checkpoint, or None when it has none."""
    weights = checkpoint.get('state_dict', checkpoint) if isinstance(checkpoint, dict) else None
    if not isinstance(weights, dict) or not weights:
        return None
    return weights if all(isinstance(value, torch.Tensor) for value in weights.values()) else None


def _bare(model: nn.Module) -> nn.Module:
    if is_model_wrapper(model):
        model = model.module
    return model.module if isinstance(model, BaseTTAModel) else model
