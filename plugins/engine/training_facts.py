"""What a checkpoint says of its training: by which optimizers it was, and on which pages."""

from typing import Any

from mmengine.optim import OptimWrapper, OptimWrapperDict
from mmengine.runner import Runner
from torch.utils.data import Dataset

from ..datasets.page_names import page_names
from ..functional.errors import UserError, counted
from ..functional.files import checksum
from .checkpoint_loading import Checkpoint

FACTS = 'trained_on'  # in the message hub
ANEW = 'start a new training from its weights with --load-from'


def note_facts(runner: Runner) -> None:
    """Have checkpoints say by which optimizers, and on which pages, they were trained."""
    loops = {'train': runner.train_loop, 'val': runner.val_loop}
    pages = {part: _pages(loop.dataloader.dataset) for part, loop in loops.items() if loop}
    names = [type(wrapper.optimizer).__name__ for wrapper in wrappers(runner).values()]
    runner.message_hub.update_info(FACTS, {**pages, 'optimizer': names})


def facts_of(checkpoint: Checkpoint) -> dict[str, Any]:
    """Return what :func:`note_facts` left in a checkpoint, nothing where it left nothing."""
    facts = checkpoint.content['message_hub']['runtime_info'].get(FACTS)
    return facts if isinstance(facts, dict) else {}


def check_pages(runner: Runner, checkpoint: Checkpoint) -> None:
    """Refuse to go on with other pages than :func:`note_facts` noted: scores would not compare.

    Raises:
        UserError: the pages to train or to validate on are others than the checkpoint's.
    """
    then, now = facts_of(checkpoint), runner.message_hub.get_info(FACTS)
    for part, verb in (('train', 'trained'), ('val', 'validated')):
        before, new = then.get(part), now.get(part)
        if before is not None and new is not None and before != new:
            raise UserError(
                f'{checkpoint.path}: was {verb} on {counted(before["pages"], "page")} that are not '
                f'the {new["pages"]:,} of {part}_dataloader, so its scores would not compare; '
                f'use the data and the fold of then, or {ANEW}'
            )


def wrappers(runner: Runner) -> dict[str | None, OptimWrapper]:
    """Return the optimizers of a training by name; a single one has none."""
    wrapper = runner.optim_wrapper
    return dict(wrapper.items()) if isinstance(wrapper, OptimWrapperDict) else {None: wrapper}


def _pages(dataset: Dataset) -> dict[str, Any] | None:
    """Return how many pages a dataset has and a checksum of their names, wherever they are."""
    names = sorted(page_names(dataset))
    checked = checksum('\n'.join(names).encode('utf-8', 'surrogatepass'))
    return {'pages': len(names), 'names_sha256': checked} if names else None
