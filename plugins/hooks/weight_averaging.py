"""Averaged weights (EMA) that are saved as they were validated, in several processes as in one."""

import mmengine.hooks
from mmengine.dist import all_reduce_params
from mmengine.runner import Runner
from mmocr.registry import HOOKS


@HOOKS.register_module()
class EMAHook(mmengine.hooks.EMAHook):
    """mmengine's EMAHook, which in MMOCR's scope this one takes the place of.

    The average takes over BatchNorm's statistics after every step, each process its own. Those of
    the model are averaged over the processes when an epoch ends (SyncBuffersHook) and serve for the
    validation; so they, and not the average's, go into checkpoints. With ``update_buffers`` the
    average has statistics of its own, which then are averaged over the processes as well.
    """

    def after_train_epoch(self, runner: Runner) -> None:
        """Let all processes have the same statistics in the average."""
        if self.ema_model.update_buffers:
            all_reduce_params(self.ema_model.module.buffers(), op='mean')

    def before_val_epoch(self, runner: Runner) -> None:
        """Let all processes validate the same average, where a training goes by iterations too."""
        self.after_train_epoch(runner)
        super().before_val_epoch(runner)

    def before_save_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Save the average with the statistics that it was, or would be, validated with."""
        if not self.ema_model.update_buffers:
            own = self.ema_model.module.buffers()
            for average, latest in zip(own, self.src_model.buffers(), strict=True):
                average.copy_(latest)
        super().before_save_checkpoint(runner, checkpoint)
