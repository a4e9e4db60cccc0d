"""Early stopping that a resumed training goes on counting for."""

from mmengine.hooks import EarlyStoppingHook
from mmengine.registry import HOOKS
from mmengine.runner import Runner

_STATE = 'early_stopping'


@HOOKS.register_module()
class ResumableEarlyStoppingHook(EarlyStoppingHook):
    """mmengine's EarlyStoppingHook, whose count is part of every checkpoint.

    A training that had stopped already stops again at once when it is resumed, unless ``patience``
    was raised.

    Args:
        monitor: the validation score that has to improve.
        rule: ``greater`` or ``less``, whichever is better.
        min_delta: by how much it has to.
        **options: see EarlyStoppingHook.
    """

    # Ahead of the hook that writes checkpoints; mmengine's comes after it.
    priority = 'LOW'

    def __init__(
        self,
        monitor: str = 'val/hmean',
        rule: str = 'greater',
        min_delta: float = 1e-4,
        **options,
    ) -> None:
        super().__init__(monitor, rule, min_delta, **options)

    def before_train(self, runner: Runner) -> None:
        """Take up the count of a resumed training."""
        state = runner.message_hub.runtime_info.get(_STATE) if runner._resume else None
        if state is not None:
            self.best_score, self.wait_count = state['best_score'], state['wait_count']
        if self.wait_count >= self.patience:
            runner.train_loop.stop_training = True

    def after_val_epoch(self, runner: Runner, metrics: dict[str, float] | None = None) -> None:
        """Stop where the monitored metric has not improved for long."""
        if metrics:  # empty where no page has words to be scored by
            super().after_val_epoch(runner, metrics)
        state = dict(best_score=self.best_score, wait_count=self.wait_count)
        runner.message_hub.update_info(_STATE, state)
