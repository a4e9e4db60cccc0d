"""Training that starts on small pages."""

from collections.abc import Iterator, Sequence

from mmengine.hooks import Hook
from mmengine.registry import HOOKS
from mmengine.runner import Runner
from torch.utils.data import DataLoader, Dataset

from plugins.functional.errors import UserError
from plugins.functional.resolution import check_stages, size_at


@HOOKS.register_module()
class ProgressiveResolutionHook(Hook):
    """Set the training pages' ``input_size`` by the epoch; validation and test stay as they are.

    The size follows from the epoch alone, so a resumed training needs no replay. Persistent workers
    hold a copy of the dataset and are started anew when the size changes, as mmpretrain's
    ``SwitchRecipeHook`` does.

    Args:
        stages: (first epoch, input size) pairs, epochs counted from 0 and increasing.

    Raises:
        UserError: the stages are malformed, or the training is not by epochs or not on a
            ReceiptDataset.
    """

    # After hooks that change the epoch's data order, before the first batch is fetched.
    priority = 'NORMAL'

    def __init__(self, stages: Sequence[tuple[int, int]]) -> None:
        self.stages = check_stages(stages)

    def before_train_epoch(self, runner: Runner) -> None:
        """Switch when a stage begins, or when training resumes within one."""
        size = size_at(self.stages, runner.epoch)
        loader = runner.train_dataloader
        datasets = list(_sized_datasets(loader.dataset))
        if not datasets:
            raise UserError(
                f'ProgressiveResolutionHook: the training set is a {type(loader.dataset).__name__} '
                'without input_size; use ReceiptDataset'
            )
        runner.message_hub.update_scalar('train/input_size', size)
        if all(dataset.input_size == size for dataset in datasets):
            return
        for dataset in datasets:
            dataset.input_size = size
        _restart_workers(loader)
        runner.logger.info(f'Training pages are {size} pixels from epoch {runner.epoch + 1} on.')


def _sized_datasets(dataset: Dataset) -> Iterator[Dataset]:
    """Yield the datasets with an ``input_size`` inside wrappers such as RepeatDataset."""
    if hasattr(dataset, 'input_size'):
        yield dataset
    for inner in (*getattr(dataset, 'datasets', ()), *filter(None, [vars(dataset).get('dataset')])):
        yield from _sized_datasets(inner)


def _restart_workers(loader: DataLoader) -> None:
    if loader.persistent_workers:
        # Dropping the iterator ends its workers; the next epoch makes new ones.
        loader._iterator = None
