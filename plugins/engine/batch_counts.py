"""How many batches the epochs of a training have, and that there are any."""

from mmengine.runner import EpochBasedTrainLoop, Runner
from torch.utils.data import DataLoader

from ..functional.errors import UserError, counted
from ..functional.training import SizeStage, epoch_batches


def training_batches(runner: Runner) -> list[int]:
    """Return the number of batches of each epoch; empty where a training counts no epochs."""
    loop = runner.train_loop
    if not isinstance(loop, EpochBasedTrainLoop):
        return []
    stages = [s for hook in runner.hooks for s in hook.stages if isinstance(s, SizeStage)]
    sampler = loop.dataloader.batch_sampler
    if all(stage.batch is None for stage in stages):
        return [len(loop.dataloader)] * loop.max_epochs
    pages = len(sampler.sampler)
    return epoch_batches(stages, loop.max_epochs, pages, sampler.batch_size, sampler.drop_last)


def check_training_batches(runner: Runner) -> None:
    """Refuse a training of which an epoch, or the whole, has no step.

    Raises:
        UserError: a number of epochs or iterations is not 1 or more, or an epoch has no batch.
    """
    loop = runner.train_loop
    for name in ('max_epochs', 'max_iters', 'val_interval'):
        number = runner.cfg.train_cfg.get(name)
        if number is not None and number < 1:
            raise UserError(f'train_cfg.{name} is {number!r}; give 1 or more')
    batches = training_batches(runner) or [len(loop.dataloader)]
    if 0 in batches:
        # The sizes of later stages are theirs.
        place = f'epoch {batches.index(0) + 1} has' if any(batches) else 'an epoch has'
        raise UserError(
            f'train_dataloader: {place} no batch, since {_left_out(loop.dataloader)}; '
            'lower train_dataloader.batch_size, or set drop_last=False'
        )


def check_scored_batches(loader: DataLoader, name: str) -> None:
    """Refuse a loader of pages to score that leaves some of them out.

    Raises:
        UserError: it drops the batch that is not full.
    """
    sampler = loader.batch_sampler
    if getattr(sampler, 'drop_last', False) and len(loader.dataset) % sampler.batch_size:
        raise UserError(
            f'{name}: {_left_out(loader)}, and pages would go unscored; set drop_last=False'
        )


def _left_out(loader: DataLoader) -> str:
    sampler = loader.batch_sampler
    pages = counted(len(loader.dataset), 'page')
    return f'batch_size is {sampler.batch_size} for {pages} and drop_last leaves the rest out'
