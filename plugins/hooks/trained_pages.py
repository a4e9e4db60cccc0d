"""What a training leaves in its checkpoints about the pages that it saw."""

import numpy as np
import torch
from mmengine.hooks import Hook
from mmengine.runner import Runner
from numpy.typing import NDArray

from ..datasets.page_names import page_names
from ..engine.terminal_log import tell
from ..functional.errors import UserError
from ..functional.training import hash_pages, pages_among, refuse_seen

# Of a checkpoint: a tensor of what ``hash_pages`` gives.
KEY = 'trained_pages'


class TrainedPagesHook(Hook):
    """Keep in every checkpoint which pages it, and what it started from, was trained on.

    Args:
        allow_seen: validate on pages that the weights to start from were trained on, too.

    Raises:
        UserError: there are such pages, and it is not allowed.
    """

    def __init__(self, allow_seen: bool = False) -> None:
        self.allow_seen = allow_seen
        self.hashes = hash_pages([])

    def after_load_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Carry the pages of the weights to start from on, and check those of the validation."""
        path = str(runner._load_from)
        earlier = read_trained_pages(checkpoint, path)
        if earlier is None:
            tell(f'{path}: does not say which pages it was trained on')
            return
        self.hashes = np.union1d(self.hashes, earlier)
        # A training that goes on was checked when it began; its own pages are its own choice.
        if runner.val_loop is not None and not runner._resume:
            names = page_names(runner.val_loop.dataloader.dataset)
            seen = pages_among(names, earlier)
            refuse_seen(seen, len(names), path, 'validate on', self.allow_seen)

    def before_train(self, runner: Runner) -> None:
        """Add the pages of this training."""
        names = page_names(runner.train_loop.dataloader.dataset)
        self.hashes = np.union1d(self.hashes, hash_pages(names))

    def before_save_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Write them down."""
        checkpoint[KEY] = torch.from_numpy(self.hashes)


def read_trained_pages(content: dict, path: str) -> NDArray[np.int64] | None:
    """Return the hashed names of the pages that a checkpoint saw; None where it does not say.

    Args:
        content: of the checkpoint.
        path: of its file, for the message.

    Raises:
        UserError: there is something else in their place.
    """
    value = content.get(KEY)
    if value is None:
        return None
    if not isinstance(value, torch.Tensor) or value.dtype != torch.int64 or value.dim() != 1:
        raise UserError(f'{path}: {KEY} is no list of hashed page names; take another checkpoint')
    return value.numpy()
