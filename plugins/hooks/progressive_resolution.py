"""Training that starts on small pages."""

from collections.abc import Sequence

from mmengine.hooks import Hook
from mmengine.registry import HOOKS
from mmengine.runner import Runner
from torch.utils.data import DataLoader

from ..datasets.batch_sampler import ReceiptBatchSampler
from ..engine import tell
from ..functional.errors import UserError
from ..functional.training import check_stages, epoch_batches, stage_at
from ..option_checks import check_choice


@HOOKS.register_module()
class ProgressiveResolutionHook(Hook):
    """Set the size of the training pages, and how many make a batch, by the epoch.

    Both follow from the epoch alone, so a resumed training needs no replay. They are told to the
    batch sampler, which sends the size along with every page's index: persistent workers live on.

    Args:
        stages: (first epoch, input size) or (first epoch, input size, batch size), epochs counted
            from 0 and increasing. A stage without a batch size has that of the loader.
        validation: ``'final'`` leaves validation at the size of its dataset; with ``'stage'`` it
            follows the training.

    Raises:
        UserError: the stages are malformed, a loader concerned has no ReceiptBatchSampler, or a
            scheduler was laid out for batches of one size where stages name several.
    """

    # With the hooks that order an epoch's data, all of them before its first batch is asked for.
    priority = 'NORMAL'

    def __init__(self, stages: Sequence[Sequence[int]], validation: str = 'final') -> None:
        check_choice(self, ('final', 'stage'), validation=validation)
        self.stages = check_stages(stages)
        self.validation = validation
        self.batch_size: int | None = None

    def before_train(self, runner: Runner) -> None:
        """Check the loaders, and correct how many iterations the training counts on."""
        sampler = _batch_sampler(runner.train_dataloader, 'train_dataloader')
        if self.validation == 'stage':
            # A resumed training may begin with the validation of the epoch before.
            self._validate_at(runner, max(runner.epoch - 1, 0))
        self.batch_size = sampler.batch_size
        if all(stage.batch is None for stage in self.stages):
            return
        _refuse_schedules_by_batch(runner)
        loop = runner.train_loop
        batches = epoch_batches(
            self.stages, loop.max_epochs, len(sampler.sampler), self.batch_size, sampler.drop_last
        )
        # The loop, which took its first epoch's length for every epoch's, has no setter for it.
        loop._max_iters = loop.iter + sum(batches[runner.epoch :])
        runner.optim_wrapper.initialize_count_status(runner.model, loop.iter, loop.max_iters)

    def before_train_epoch(self, runner: Runner) -> None:
        """Tell the batch sampler what the epoch is made of."""
        stage = stage_at(self.stages, runner.epoch)
        sampler = _batch_sampler(runner.train_dataloader, 'train_dataloader')
        if sampler.input_size != stage.size:
            # How a training begins is said when it does.
            say = tell if runner.epoch else runner.logger.info
            say(
                f'Training pages are {stage.size} pixels from epoch {runner.epoch + 1} on, '
                f'{stage.batch or self.batch_size} a batch.'
            )
        sampler.input_size = stage.size
        sampler.batch_size = stage.batch or self.batch_size
        if self.validation == 'stage':
            self._validate_at(runner, runner.epoch)
        runner.message_hub.update_scalar('train/input_size', stage.size)

    def _validate_at(self, runner: Runner, epoch: int) -> None:
        sampler = _batch_sampler(runner.val_dataloader, 'val_dataloader')
        sampler.input_size = stage_at(self.stages, epoch).size


def _batch_sampler(loader: DataLoader, name: str) -> ReceiptBatchSampler:
    sampler = loader.batch_sampler
    if not isinstance(sampler, ReceiptBatchSampler):
        raise UserError(
            f'ProgressiveResolutionHook: {name} has a {type(sampler).__name__}; '
            f"set {name}.batch_sampler=dict(type='ReceiptBatchSampler')"
        )
    return sampler


def _refuse_schedules_by_batch(runner: Runner) -> None:
    schedulers = runner.cfg.get('param_scheduler') or []
    for config in [schedulers] if isinstance(schedulers, dict) else schedulers:
        if config.get('convert_to_iter_based'):
            raise UserError(
                f'{runner.cfg.filename}: {config["type"]} has convert_to_iter_based, but epochs '
                'differ in batches where stages name batch sizes; drop one of the two'
            )
