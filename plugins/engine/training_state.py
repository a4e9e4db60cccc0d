"""What a checkpoint knows of its training, beside weights, fitted to the config that goes on.

mmengine puts schedules and the settings of the optimizer back as they were, whatever the config
says now, and takes a state of another optimizer for its own.
"""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from mmengine.optim import OptimWrapper
from mmengine.optim.scheduler.param_scheduler import ReduceOnPlateauParamScheduler
from mmengine.runner import Runner
from torch import Tensor

from ..functional.errors import UserError, counted
from .batch_counts import training_batches
from .checkpoint_loading import Checkpoint
from .training_facts import ANEW, FACTS, check_pages, facts_of, wrappers

# What schedulers change as they go on; the rest of their state are settings.
_PROGRESS = (
    *('last_step', '_global_step', '_last_value'),
    *('best', 'num_bad_epochs', 'cooldown_counter', 'verbose'),
)
# Settings that some versions of torch lack, or schedules add; any state goes with them.
_NO_MATTER = {
    *('params', 'lr', 'initial_lr', 'momentum', 'initial_momentum', 'param_names'),
    *('foreach', 'maximize', 'capturable', 'differentiable', 'fused', 'decoupled_weight_decay'),
}
# States of an optimizer that have the shape of the weight that they are of.
_LIKE_WEIGHTS = ('exp_avg', 'exp_avg_sq', 'max_exp_avg_sq', 'momentum_buffer', 'square_avg', 'sum')
_SAME_STATE = {'Adam', 'AdamW'}


class _Part(NamedTuple):
    """An optimizer and its schedulers, as they are built and as they are stored."""

    wrapper: OptimWrapper
    schedulers: Sequence[Any]
    state: dict[str, Any]
    schedules: list[dict[str, Any]]


def fit_state(runner: Runner, checkpoint: Checkpoint) -> None:
    """Let a training go on as its config says: what a checkpoint has of the old one gives way.

    The optimizer keeps what it gathered and takes its settings from the config; a schedule that is
    not that of the checkpoint is where it would be, had it held from the beginning.

    Raises:
        UserError: the checkpoint is further than the training is to go, was trained by another
            optimizer or on other pages, or its state is not what a training wrote.
    """
    content, path = checkpoint.content, checkpoint.path
    epoch, iteration = _position(runner, checkpoint)
    check_pages(runner, checkpoint)
    batches, loop = training_batches(runner), runner.train_loop
    if batches:
        # Past epochs may have had other batches.
        loop._max_iters = iteration + sum(batches[epoch:])
    for part in _parts(runner, checkpoint):
        _check_optimizer(part, checkpoint)
        same = len(part.schedulers) == len(part.schedules) and all(
            _settings(scheduler.state_dict()) == _settings(stored)
            for scheduler, stored in zip(part.schedulers, part.schedules, strict=True)
        )
        if not same:
            _check_replayable(part, path)
            _replay(part.schedulers, batches[:epoch], 0 if batches else iteration)
            part.schedules[:] = [scheduler.state_dict() for scheduler in part.schedulers]
        _take_settings(part, same)
        if not same:
            done = counted(epoch, 'epoch') if batches else counted(iteration, 'iteration')
            rate = part.wrapper.param_groups[0]['lr']
            runner.logger.warning(
                f'{path}: its schedule was another one; the learning rate goes on with {rate:.4g}, '
                f'where that of this config is after {done}'
            )
    seed = (runner.cfg.get('randomness') or {}).get('seed')
    if seed is not None:
        content['meta']['seed'] = seed
    content['message_hub']['runtime_info'][FACTS] = runner.message_hub.get_info(FACTS)


def _position(runner: Runner, checkpoint: Checkpoint) -> tuple[int, int]:
    """Return how many epochs and iterations a checkpoint has behind it."""
    meta, hub = checkpoint.content['meta'], checkpoint.content['message_hub']
    numbers = [meta.get(key) for key in ('epoch', 'iter')] if isinstance(meta, dict) else []
    sound = [type(number) is int and number >= 0 for number in numbers]
    if not (sound and all(sound)):
        raise UserError(
            f'{checkpoint.path}: does not say after which epoch and iteration it was written; '
            f'{ANEW}'
        )
    parts = ('log_scalars', 'runtime_info', 'resumed_keys')
    if not (isinstance(hub, dict) and all(isinstance(hub.get(part), dict) for part in parts)):
        raise UserError(f'{checkpoint.path}: its message_hub is no log of a training; {ANEW}')
    names = (('epoch', 'max_epochs'), ('iteration', 'max_iters'))
    for (noun, name), done in zip(names, numbers, strict=True):
        wanted = runner.cfg.train_cfg.get(name)
        if wanted is not None and done > wanted:
            raise UserError(
                f'{checkpoint.path}: has {done:,} {noun}s behind it, but train_cfg.{name} is '
                f'{wanted}; raise that, or {ANEW}'
            )
    return numbers[0], numbers[1]


def _parts(runner: Runner, checkpoint: Checkpoint) -> Iterator[_Part]:
    """Yield each optimizer of a training with what a checkpoint has of it."""
    content = checkpoint.content
    if not content.get('param_schedulers'):
        content['param_schedulers'] = [] if None in wrappers(runner) else {}
    schedules, schedulers = content['param_schedulers'], runner.param_schedulers or []
    for name, wrapper in wrappers(runner).items():
        state = content['optimizer']
        own, stored = schedulers, schedules
        if name is not None:
            state = state.get(name) if isinstance(state, dict) else None
            own = schedulers.get(name, []) if isinstance(schedulers, dict) else schedulers
            stored = schedules.setdefault(name, []) if isinstance(schedules, dict) else None
        groups = state.get('param_groups') if isinstance(state, dict) else None
        if not (
            isinstance(groups, list)
            and all(isinstance(group, dict) for group in groups)
            and isinstance(state.get('state'), dict)
            and isinstance(stored, list)
            and all(isinstance(each, dict) for each in stored)
        ):
            raise UserError(
                f'{checkpoint.path}: the state of its optimizer or schedule is not what a training '
                f'writes; {ANEW}'
            )
        yield _Part(wrapper, own, state, stored)


def _check_optimizer(part: _Part, checkpoint: Checkpoint) -> None:
    """Refuse the state of another optimizer, or of other weights."""
    optimizer, groups = part.wrapper.optimizer, part.state['param_groups']
    now = type(optimizer).__name__
    then = facts_of(checkpoint).get('optimizer')
    for stored, built in zip(groups, optimizer.param_groups, strict=False):
        odd = sorted((stored.keys() ^ built.keys()) - _NO_MATTER)
        if odd or (then and now not in then and not {now, *then} <= _SAME_STATE):
            what = ' and '.join(then) if then else f'one with other settings ({", ".join(odd)})'
            raise UserError(
                f'{checkpoint.path}: was trained by {what}, and {now} cannot go on with that '
                f'state; set optim_wrapper.optimizer.type back, or {ANEW}'
            )
    ids = [id_ for group in groups for id_ in group.get('params', ())]
    weights = [weight for group in optimizer.param_groups for weight in group['params']]
    sizes = [len(group.get('params', ())) for group in groups]
    fits = sizes == [len(group['params']) for group in optimizer.param_groups] and all(
        isinstance(state, Mapping) and _like(state, weight)
        for state, weight in zip(
            (part.state['state'].get(i, {}) for i in ids), weights, strict=True
        )
    )
    if not fits:
        raise UserError(
            f'{checkpoint.path}: the state of its optimizer is of other weights than those that '
            f'optim_wrapper trains now; set optim_wrapper back, or {ANEW}'
        )


def _like(state: Mapping[str, Any], weight: Tensor) -> bool:
    tensors = [state[key] for key in _LIKE_WEIGHTS if isinstance(state.get(key), Tensor)]
    return all(tensor.shape == weight.shape for tensor in tensors)


def _settings(state: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in state.items() if key not in _PROGRESS}


def _check_replayable(part: _Part, path: str) -> None:
    for scheduler in part.schedulers:
        if isinstance(scheduler, ReduceOnPlateauParamScheduler):
            raise UserError(
                f'{path}: the schedule was another one, and where {type(scheduler).__name__} would '
                f'be by now depends on scores of then; set param_scheduler back, or {ANEW}'
            )


def _replay(schedulers: Sequence[Any], batches: Sequence[int], iterations: int) -> None:
    """Step schedulers as ParamSchedulerHook does in epochs of so many ``batches``, or without any.

    ``iterations`` are those of a training that counts no epochs.
    """
    by_iteration = [scheduler for scheduler in schedulers if not scheduler.by_epoch]
    by_epoch = [scheduler for scheduler in schedulers if scheduler.by_epoch]
    with warnings.catch_warnings():
        # That no optimizer made a step in between.
        warnings.simplefilter('ignore')
        for count in batches:
            _step(by_iteration, count)
            _step(by_epoch, 1)
        _step(by_iteration, iterations)


def _step(schedulers: Sequence[Any], times: int) -> None:
    for _ in range(times if schedulers else 0):
        for scheduler in schedulers:
            scheduler.step()


def _take_settings(part: _Part, keep_schedule: bool) -> None:
    """Put the settings of the config's optimizer in place of stored ones."""
    scheduled = {scheduler.param_name for scheduler in part.schedulers} if keep_schedule else set()
    if 'momentum' in scheduled:
        scheduled.add('betas')  # the first of them is Adam's
    groups = part.state['param_groups']
    pairs = list(zip(groups, part.wrapper.optimizer.param_groups, strict=True))
    base = part.state.get('base_param_settings')
    if isinstance(base, dict) and part.wrapper.base_param_settings is not None:
        pairs.append((base, part.wrapper.base_param_settings))
    for stored, built in pairs:
        stored.update(
            {
                key: value
                for key, value in built.items()
                if key != 'params' and not (key in scheduled and key in stored)
            }
        )
