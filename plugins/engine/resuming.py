"""What a training starts from: its own last checkpoint, another one, or weights alone."""

import os
import re
from pathlib import Path

from mmengine.config import Config
from mmengine.logging import MMLogger
from mmengine.runner import Runner
from mmengine.runner.checkpoint import CheckpointLoader

from ..functional.errors import UserError
from ..functional.files import read_text
from ..functional.training import numbered
from .checkpoint_loading import Checkpoint, check_initial, check_weights, read_checkpoint
from .training_facts import note_facts
from .training_state import fit_state

# What mmengine's Runner writes beside the weights and needs to go on.
_TRAINING_STATE = ('meta', 'optimizer', 'message_hub')


def find_start(config: Config, resume: str | None = None, trust: bool = False) -> Checkpoint | None:
    """Read what a training starts from, and let its config name it; None where it starts anew.

    Args:
        config: of the training; its ``load_from`` are weights to start from, unless it says
            ``resume`` itself.
        resume: a checkpoint to go on from, or ``auto`` for the last of the work folder, if any.
        trust: what is found may run code.

    Raises:
        UserError: see :func:`.checkpoint_loading.read_checkpoint` and
            :func:`resumable_checkpoint`; also when a checkpoint to go on from has weights alone.
    """
    if resume is None and config.get('resume'):
        resume = config.get('load_from') or 'auto'
    checkpoint = None
    if resume == 'auto':
        checkpoint = resumable_checkpoint(config.work_dir, trust)
    elif resume is not None:
        checkpoint = _read_resumable(resume, trust)
    config.resume = checkpoint is not None
    if checkpoint is not None:
        config.load_from = checkpoint.path
    elif config.get('load_from'):
        checkpoint = read_checkpoint(config.load_from, trust)
    return checkpoint


def start_from(runner: Runner, checkpoint: Checkpoint | None) -> None:
    """Let a Runner start from what :func:`find_start` read for its config.

    Raises:
        UserError: the checkpoint does not belong to the model; or the training cannot go on from
            it, see :func:`.training_state.fit_state`.
    """
    note_facts(runner)
    if checkpoint is None:
        return
    if runner._resume:
        check_weights(runner.model, checkpoint)
        fit_state(runner, checkpoint)
    else:
        check_initial(runner.model, checkpoint)
    _hand_over(checkpoint)


def resumable_checkpoint(work_dir: str | os.PathLike, trust: bool = False) -> Checkpoint | None:
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
            checkpoint = _read_resumable(path, trust)
        except UserError as error:
            faults.append(error.line)
            continue
        for fault in faults:
            MMLogger.get_current_instance().warning(f'{fault}; going on from {path.name}')
        return checkpoint
    if faults:
        raise UserError(
            f'{faults[0]}, and {folder} holds no other to go on from; train without --resume, '
            'which keeps what is there'
        )
    return None


def _read_resumable(path: str | os.PathLike, trust: bool) -> Checkpoint:
    checkpoint = read_checkpoint(path, trust)
    missing = [key for key in _TRAINING_STATE if key not in checkpoint.content]
    if missing:
        raise UserError(
            f'{path}: has no {missing[0]!r}, only weights; start a new training from them with '
            f'--cfg-options load_from={path}'
        )
    return checkpoint


def _hand_over(checkpoint: Checkpoint) -> None:
    """Let mmengine have a checkpoint when it asks for the file, instead of reading it again."""
    contents, trust = [checkpoint.content], checkpoint.trusted

    def load_from_memory(filename: str, map_location: object) -> dict:
        # Once, so that it is not kept while the training goes on.
        return contents.pop() if contents else read_checkpoint(filename, trust).content

    CheckpointLoader.register_scheme(re.escape(checkpoint.path), load_from_memory, force=True)
