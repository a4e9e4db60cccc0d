"""Checkpoints that are whole or absent: the last one and the best few."""

from pathlib import Path

from mmengine.dist import barrier, is_main_process
from mmengine.hooks import CheckpointHook
from mmengine.registry import HOOKS
from mmengine.runner import Runner

from ..functional.errors import UserError
from ..functional.files import write_text
from ..functional.training import (
    BestCheckpoint,
    TrainingRecord,
    remove_leftovers,
    remove_others,
    set_aside,
    step_of,
    synced_path,
    top_checkpoints,
    write_record,
)
from ..option_checks import check_choice, check_count

# Keys of the message hub, which is part of every checkpoint; one that starts with val is logged.
_BEST, _VALIDATED = 'best_checkpoints', 'last_scored_epoch'


@HOOKS.register_module()
class AtomicCheckpointHook(CheckpointHook):
    """mmengine's CheckpointHook for trainings that get killed and disks that run full.

    Every file takes its place in one step, and none is removed before its successor is there. All
    that a training needs to go on is in ``epoch_N.pth``. It is written after the epoch, and again
    after the validation, which changes the best scores and the patience of early stopping; a
    training killed between the two resumes with the validation. The best checkpoints hold weights
    alone. ``checkpoints.json`` says which of them is the best, and whether the training ended.

    A new training moves the checkpoints of an earlier one in its folder aside.

    Args:
        interval: epochs (or iterations) from one checkpoint to the next.
        by_epoch: count epochs; a training resumed by iterations repeats the epoch it was in.
        max_keep_ckpts: how many of the last to keep, -1 for all.
        save_best: the metric that ``keep_best`` goes by, or None.
        rule: whether the ``'greater'`` or the ``'less'`` score is better.
        keep_best: how many of the best to keep.

    Raises:
        UserError: a number is out of range, a file cannot be written, or no validation gives
            ``save_best``.
    """

    def __init__(
        self,
        interval: int = 1,
        by_epoch: bool = True,
        max_keep_ckpts: int = 1,
        save_best: str | None = None,
        rule: str = 'greater',
        keep_best: int = 3,
    ) -> None:
        check_choice(self, ('greater', 'less'), rule=rule)
        check_count(self, keep_best=keep_best)
        super().__init__(interval=interval, by_epoch=by_epoch, max_keep_ckpts=max_keep_ckpts)
        self.metric, self.rule, self.keep_best = save_best, rule, keep_best
        self.best_pattern = f'best_{(save_best or "").replace("/", "_")}_{self.filename_tmpl}'
        # None while there is no training.
        self.best: tuple[BestCheckpoint, ...] | None = None

    def before_train(self, runner: Runner) -> None:
        """Take up the state of a resumed training, and put its folder in order."""
        folder, known = Path(runner.work_dir), runner.message_hub.runtime_info
        self.out_dir = str(folder)
        resumed = Path(runner._load_from) if runner._resume and runner._load_from else None
        step = None
        if resumed is not None and resumed.resolve().parent == folder.resolve():
            step = step_of(resumed, self.filename_tmpl)
            if step is None:  # what NonFiniteLossHook rescued has a name of its own
                step = runner.epoch if self.by_epoch else runner.iter
        last = folder / self.filename_tmpl.format(step)
        self.last_ckpt = str(last) if step is not None and last.is_file() else None
        # No process may still be reading what is moved.
        barrier()
        if is_main_process():
            remove_leftovers(folder)
            moved = set_aside(folder, self.filename_tmpl, after=step, name=runner.timestamp)
            if moved is not None:
                runner.logger.warning(f'Checkpoints that were in {folder} are now in {moved}.')
        best = known.get(_BEST, []) if step is not None else []
        found = [self._best_of(*entry) for entry in best]
        self.best = tuple(each for each in found if (folder / each.file).is_file())
        if is_main_process():
            self._tidy(runner)
        if resumed is not None and self.by_epoch and self._validation_is_missing(runner):
            runner.logger.info(f'Epoch {runner.epoch} was not validated to the end: once more.')
            runner.val_loop.run()

    def after_val_epoch(self, runner: Runner, metrics: dict[str, float] | None = None) -> None:
        """Keep the checkpoint if it is among the best; write the state after the validation."""
        if self.best is None:  # a validation without a training
            return
        step = runner.epoch if self.by_epoch else runner.iter
        meta = dict(epoch=runner.epoch, iter=runner.iter)
        if self.metric and metrics:
            self._keep_if_best(runner, step, meta, metrics)
        runner.message_hub.update_info(_VALIDATED, runner.epoch)
        if self.last_ckpt is not None and step_of(self.last_ckpt, self.filename_tmpl) == step:
            self._save_checkpoint_with_step(runner, step, meta)
        elif is_main_process():
            self._tidy(runner)

    def after_train(self, runner: Runner) -> None:
        """Record that the training ended by itself."""
        if is_main_process():
            early = runner.train_loop.stop_training and runner.epoch < runner.max_epochs
            self._record(runner, finished_epoch=runner.epoch, stopped_early=early)

    def _keep_if_best(self, runner: Runner, step: int, meta: dict, metrics: dict) -> None:
        if self.metric not in metrics:
            raise UserError(
                f'default_hooks.checkpoint.save_best is {self.metric!r}, but a validation gives '
                f'{", ".join(metrics)}; name one of these'
            )
        new = self._best_of(step, float(metrics[self.metric]), runner.epoch)
        earlier = [each for each in self.best if each.file != new.file]
        self.best = top_checkpoints([*earlier, new], self.keep_best, self.rule)
        if new not in self.best:
            return
        path = Path(self.out_dir) / new.file
        self._write(runner, path, meta, save_optimizer=False, save_param_scheduler=False)
        hub = runner.message_hub
        pairs = zip(self._steps_of_best(), self.best, strict=True)
        hub.update_info(_BEST, [[at, each.score, each.epoch] for at, each in pairs])
        hub.update_info('best_score', self.best[0].score)
        hub.update_info('best_ckpt', str(Path(self.out_dir) / self.best[0].file))
        rank = self.best.index(new) + 1
        runner.logger.info(f'{new.file}: {self.metric} {new.score:.4f}, number {rank} so far')

    def _save_checkpoint_with_step(self, runner: Runner, step: int, meta: dict) -> None:
        path = Path(self.out_dir) / self.filename_tmpl.format(step)
        self.last_ckpt = str(path)
        runner.message_hub.update_info('last_ckpt', self.last_ckpt)
        self._write(runner, path, meta)
        if is_main_process():
            self._tidy(runner)

    def _write(self, runner: Runner, path: Path, meta: dict, **parts: bool) -> None:
        if is_main_process():
            with synced_path(path) as temporary:
                folder, name = str(temporary.parent), temporary.name
                runner.save_checkpoint(folder, name, meta=meta, by_epoch=self.by_epoch, **parts)

    def _tidy(self, runner: Runner) -> None:
        """Say which files count, then remove the others."""
        pointer = Path(self.out_dir) / 'last_checkpoint'
        if self.last_ckpt is not None:
            write_text(pointer, self.last_ckpt)
        else:
            pointer.unlink(missing_ok=True)
        self._record(runner)
        remove_others(self.out_dir, self.best_pattern, self._steps_of_best())
        if self.last_ckpt is not None and self.max_keep_ckpts > 0:
            remove_others(self.out_dir, self.filename_tmpl, self.max_keep_ckpts)

    def _record(self, runner: Runner, **end: int | bool) -> None:
        last = Path(self.last_ckpt).name if self.last_ckpt is not None else None
        write_record(self.out_dir, TrainingRecord(self.metric, self.best, last, **end))

    def _best_of(self, step: int, score: float, epoch: int | None = None) -> BestCheckpoint:
        """Return what is known of a best checkpoint; trainings begun earlier kept no epoch."""
        file = self.best_pattern.format(step)
        return BestCheckpoint(file, step if epoch is None else epoch, score)

    def _steps_of_best(self) -> list[int]:
        return [step_of(each.file, self.best_pattern) for each in self.best]

    def _validation_is_missing(self, runner: Runner) -> bool:
        loop = runner.train_loop
        due = loop.epoch % loop.val_interval == 0 or loop.epoch == loop.max_epochs
        done = runner.message_hub.runtime_info.get(_VALIDATED)
        return (
            runner.val_loop is not None
            and loop.epoch >= max(loop.val_begin, 1)
            and due
            and done != loop.epoch
        )
