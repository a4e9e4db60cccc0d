"""What a training shows on the terminal while it goes on: a bar, and a line for each epoch."""

import time
from collections.abc import Mapping

from mmengine.dist import is_main_process
from mmengine.hooks import Hook
from mmengine.registry import HOOKS
from mmengine.runner import EpochBasedTrainLoop, Runner

from ..cli import TERMINAL
from ..engine import scores_of, swallowed_of, tell
from ..functional.training import clock, stage_at
from .progressive_resolution import ProgressiveResolutionHook

_HEAD = f'{"epoch":>9} {"loss":>8} {"H":>7} {"P":>6} {"R":>6} {"time":>9} {"left":>9}'


@HOOKS.register_module()
class EpochLinesHook(Hook):
    """One line for each epoch: mean loss, scores of its validation, time it took, time left.

    ``best`` marks what AtomicCheckpointHook keeps as the best so far. A training by iterations has
    a line for each validation.
    """

    # After the hook that keeps the best.
    priority = 'LOWEST'

    def __init__(self) -> None:
        self._headed = False
        self._began = 0.0
        self._batches = 0
        self._trained: float | None = None  # seconds, of an epoch without a line yet

    def before_train(self, runner: Runner) -> None:
        """Print what the columns are."""
        self._print_head()

    def before_train_epoch(self, runner: Runner) -> None:
        """Begin the bar."""
        self._finish(runner)
        self._begin(f'epoch {_position(runner, ahead=1)}', len(runner.train_dataloader))

    def after_train_epoch(self, runner: Runner) -> None:
        """Take the time."""
        TERMINAL.end()
        self._trained = time.monotonic() - self._began

    def before_val_epoch(self, runner: Runner) -> None:
        """Begin a bar for the validation, with which a resumed training may begin."""
        self._print_head()
        if not isinstance(runner.train_loop, EpochBasedTrainLoop):
            self._trained = time.monotonic() - self._began
        self._begin(f'epoch {_position(runner)}, validation', len(runner.val_dataloader))

    def after_val_epoch(self, runner: Runner, metrics: dict[str, float] | None = None) -> None:
        """Print the line of the epoch."""
        TERMINAL.end()
        self._line(runner, metrics or {}, time.monotonic() - self._began)

    def after_train(self, runner: Runner) -> None:
        """Print the line of the last epoch, where nothing validated it."""
        self._finish(runner)

    def before_test_epoch(self, runner: Runner) -> None:
        """Begin a bar for the test."""
        self._begin('testing', len(runner.test_dataloader))

    def after_test_epoch(self, runner: Runner, metrics: dict[str, float] | None = None) -> None:
        """Take the bar away."""
        TERMINAL.end()

    def _after_iter(
        self,
        runner: Runner,
        batch_idx: int,
        data_batch: dict | None = None,
        outputs: object = None,
        mode: str = 'train',
    ) -> None:
        if mode == 'train':
            self._batches += 1
        TERMINAL.advance(f'loss {_loss(runner, 1):.3f}' if mode == 'train' else '')

    def _print_head(self) -> None:
        if not self._headed:
            tell(_HEAD)
        self._headed = True

    def _begin(self, description: str, total: int) -> None:
        self._began = time.monotonic()
        if is_main_process():
            TERMINAL.start(description, total)

    def _finish(self, runner: Runner) -> None:
        if self._trained is not None:
            self._line(runner, {}, 0.0)

    def _line(self, runner: Runner, metrics: Mapping[str, float], validated: float) -> None:
        loss = f'{_loss(runner, self._batches):.3f}' if self._batches else '-'
        scores = [f'{value:.3f}' for value in scores_of(metrics) or ()] or ['-'] * 3
        trained = self._trained or 0.0
        took, left = clock(trained + validated), clock(_left(runner, trained, validated))
        hmean, precision, recall = scores
        line = f'{_position(runner):>9} {loss:>8} {hmean:>7} {precision:>6} {recall:>6}'
        tell(f'{line} {took:>9} {left:>9}{"  best" if _is_best(runner) and metrics else ""}')
        if warning := swallowed_of(metrics):
            tell(f'          {warning}')
        self._trained, self._batches = None, 0


def _loss(runner: Runner, batches: int) -> float:
    """Return the mean loss of the last batches."""
    return runner.message_hub.get_scalar('train/loss').mean(batches)


def _position(runner: Runner, ahead: int = 0) -> str:
    loop = runner.train_loop
    if isinstance(loop, EpochBasedTrainLoop):
        return f'{loop.epoch + ahead}/{loop.max_epochs}'
    return f'{loop.iter}/{loop.max_iters}'


def _is_best(runner: Runner) -> bool:
    best = runner.message_hub.runtime_info.get('best_checkpoints')
    return bool(best) and best[0][2] == runner.epoch


def _left(runner: Runner, trained: float, validated: float) -> float:
    """Return the seconds that are left, of pages that grow in later stages as their area does."""
    loop = runner.train_loop
    if not isinstance(loop, EpochBasedTrainLoop):
        return (trained + validated) * (loop.max_iters / max(loop.iter, 1) - 1)
    stages = [hook.stages for hook in runner.hooks if isinstance(hook, ProgressiveResolutionHook)]
    areas = [
        stage_at(stages[0], epoch).size ** 2 if stages else 1
        for epoch in range(max(loop.epoch - 1, 0), loop.max_epochs)
    ]
    return trained * sum(areas[1:]) / areas[0] + validated * (len(areas) - 1)
