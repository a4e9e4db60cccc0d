"""A training that diverges stops at once, names the pages and leaves sound weights behind."""

import math
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from mmengine.dist import get_world_size, is_main_process
from mmengine.hooks import Hook
from mmengine.model import is_model_wrapper
from mmengine.registry import HOOKS
from mmengine.runner import Runner, find_latest_checkpoint, get_state_dict
from torch import Tensor, nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters

from ..functional.errors import UserError
from ..functional.files import atomic_path

RESCUED = 'before_nonfinite_loss.pth'
_REMEDIES = 'lower optim_wrapper.optimizer.lr, train without --amp, or look at these pages'


@HOOKS.register_module()
class NonFiniteLossHook(Hook):
    """Stop as soon as a loss is NaN or infinite, before the optimizer spoils the weights by it.

    The losses are read between backward pass and optimizer step. There the host has waited for the
    device already, to clip gradients or to unscale them, and right after the step mmengine reads
    every loss for its log; so no step waits more often than before. The norm of the gradients is
    looked at when they are clipped. Infinite gradients that AMP's scaler skips are no error.

    On stopping, weights and training state from before the step go to ``before_nonfinite_loss.pth``
    in the work folder. Weights that are not finite are never written, here or by another hook.

    Raises:
        UserError: a loss, the norm of the gradients or a weight is not finite.
    """

    # After mmengine took the losses for its log, before that is printed and checkpoints are saved.
    priority = 'ABOVE_NORMAL'

    def __init__(self) -> None:
        self._losses: dict[str, Tensor] = {}
        self._statistics = torch.zeros(0)
        # The place in the epoch and the page names of this batch and of the one before.
        self._batches: deque[tuple[int, list[str]]] = deque(maxlen=2)

    def before_train(self, runner: Runner) -> None:
        """Have the losses kept as the model returns them, and looked at before each step."""
        model = runner.model.module if is_model_wrapper(runner.model) else runner.model
        model.register_forward_hook(self._keep_losses)
        optimizer = runner.optim_wrapper.optimizer
        optimizer.register_step_pre_hook(lambda *_: self._before_step(runner))

    def before_train_iter(
        self, runner: Runner, batch_idx: int, data_batch: dict | None = None
    ) -> None:
        """Keep the names of the pages, and BatchNorm's statistics, which a forward pass changes."""
        self._batches.append((batch_idx + 1, page_names(data_batch)))
        statistics = _statistics(runner)
        # In one copy: a network has hundreds of them.
        self._statistics = parameters_to_vector(statistics) if statistics else torch.zeros(0)

    def after_train_iter(
        self,
        runner: Runner,
        batch_idx: int,
        data_batch: dict | None = None,
        outputs: dict | None = None,
    ) -> None:
        """Look at the losses where no step was taken: accumulating, or skipped by the scaler."""
        hub = runner.message_hub
        names = [name for name in outputs or {} if 'loss' in name]
        self._check(runner, {name: hub.get_scalar(f'train/{name}').current() for name in names})

    def after_train_epoch(self, runner: Runner) -> None:
        """Refuse weights that the last step broke before a checkpoint is made of them."""
        self._check_weights(runner, get_state_dict(runner.model))

    def before_save_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Refuse to write weights that are not finite."""
        self._check_weights(runner, checkpoint['state_dict'])

    def _keep_losses(self, model: nn.Module, inputs: tuple, output: object) -> None:
        if model.training and isinstance(output, dict):
            with torch.no_grad():
                self._losses = model.parse_losses(output)[1]

    def _before_step(self, runner: Runner) -> None:
        hub = runner.message_hub
        losses = torch.stack([*self._losses.values()]).tolist()
        values = dict(zip(self._losses, losses, strict=True))
        norm = runner.optim_wrapper.grad_name if runner.optim_wrapper.clip_grad_kwargs else None
        if norm is not None and f'train/{norm}' in hub.log_scalars:
            values[norm] = hub.get_scalar(f'train/{norm}').current()
        self._check(runner, values)

    def _check(self, runner: Runner, values: Mapping[str, float]) -> None:
        wrong = {name: value for name, value in values.items() if not math.isfinite(value)}
        if len(wrong) > 1:
            wrong.pop('loss', None)  # the sum of the others
        if wrong:
            what = ', '.join(f'{name} is {value}' for name, value in wrong.items())
            where = self._place(runner)
            # Processes share their gradients, not their losses.
            if get_world_size() > 1 and not any('loss' in name for name in wrong):
                where += ' or the pages of another process'
            raise UserError(f'{what} {where}; {_REMEDIES}; {self._rescue(runner)}')

    def _check_weights(self, runner: Runner, weights: Mapping[str, Tensor]) -> None:
        floats = {name: each for name, each in weights.items() if each.is_floating_point()}
        finite = torch.stack([each.isfinite().all() for each in floats.values()]).tolist()
        wrong = [name for name, sound in zip(floats, finite, strict=True) if not sound]
        if wrong:
            raise UserError(
                f'weight {wrong[0]} is not finite ({len(wrong)} of {len(floats)} are) '
                f'{self._place(runner)}; {_REMEDIES}; {_latest(runner)}'
            )

    def _place(self, runner: Runner) -> str:
        if not self._batches:
            return 'before the first batch'
        iteration, names = self._batches[-1]
        return f'in epoch {runner.epoch + 1}, iteration {iteration}, on {", ".join(names)}'

    def _rescue(self, runner: Runner) -> str:
        """Write what there was before this batch, and say where it is."""
        vector_to_parameters(self._statistics, _statistics(runner))
        if not is_main_process():
            return _latest(runner)
        path = Path(runner.work_dir) / RESCUED
        meta = dict(epoch=runner.epoch, iter=runner.iter)
        try:
            with atomic_path(path) as temporary:
                folder, name = str(temporary.parent), temporary.name
                runner.save_checkpoint(folder, name, meta=meta, by_epoch=False)
        except UserError:
            suspects = ', '.join(self._batches[0][1])
            return f'the weights were broken before, perhaps by {suspects}; {_latest(runner)}'
        return f'the weights from before this step are in {path}'


def page_names(batch: object) -> list[str]:
    """Return the file names of a batch's pages."""
    samples: Sequence = batch.get('data_samples', ()) if isinstance(batch, dict) else ()
    return [Path(sample.get('img_path', 'a page without a name')).name for sample in samples]


def _statistics(runner: Runner) -> list[Tensor]:
    return [each for each in runner.model.buffers() if each.is_floating_point()]


def _latest(runner: Runner) -> str:
    path = find_latest_checkpoint(runner.work_dir)
    return f'the last checkpoint is {path}' if path else 'there is no checkpoint yet'
