"""``--epochs N``: a training made shorter or longer, and what goes by its epochs along with it."""

from collections.abc import Callable, Iterator
from itertools import accumulate, pairwise
from typing import Any

from mmengine.config import Config
from mmengine.optim.scheduler.param_scheduler import INF

from ..functional.errors import UserError
from ..functional.training import check_stages

# What hooks begin with, in epochs and in iterations.
_HOOK_EPOCHS = ('begin_epoch', 'switch_epoch', 'save_begin')
_HOOK_ITERATIONS = ('begin_iter',)

Place = Callable[[float], float]


def set_epochs(config: Config, epochs: int) -> None:
    """Let a training last ``epochs``, and scale schedules, warm-up, stages and hooks with it.

    A point in time between the first epoch and the last stays between them: a warm-up of one epoch
    does not vanish. How often is validated and the patience of an early stop stay as they are.

    Raises:
        UserError: the training of this config does not count epochs, or its stages are malformed.
    """
    before = (config.get('train_cfg') or {}).get('max_epochs')
    if not before:
        raise UserError(
            f'{config.filename}: --epochs {epochs}: train_cfg has no max_epochs; '
            'set what it counts by --cfg-options train_cfg.max_iters=N'
        )
    config.train_cfg.max_epochs = epochs

    def epoch(point: float) -> int:
        scaled = round(point * epochs / before)
        return min(max(scaled, 1), epochs - 1) if 0 < point < before else scaled

    def iteration(point: float) -> int:
        return max(round(point * epochs / before), 1) if point > 0 else 0

    _scale_loop(config.train_cfg, epoch)
    if config.get('param_scheduler'):
        config.param_scheduler = _scaled(config.param_scheduler, epoch, iteration, epochs / before)
    for hook in hooks(config):
        _scale_hook(hook, epoch, iteration)


def hooks(config: Config) -> Iterator[dict[str, Any]]:
    """Yield the configs of all hooks that a config names."""
    named = (config.get('default_hooks') or {}).values()
    yield from (hook for hook in (*named, *(config.get('custom_hooks') or ())) if hook)


def schedulers(config: Config) -> Iterator[dict[str, Any]]:
    """Yield the configs of all schedulers, those of several optimizers as well."""

    def walk(node: Any) -> Iterator[dict[str, Any]]:
        if isinstance(node, dict) and 'type' in node:
            yield node
        elif isinstance(node, dict | list | tuple):
            for each in node.values() if isinstance(node, dict) else node:
                yield from walk(each)

    yield from walk(config.get('param_scheduler'))


def _scale_loop(loop: dict[str, Any], epoch: Place) -> None:
    if loop.get('val_begin', 1) > 1:
        loop['val_begin'] = max(epoch(loop['val_begin']), 1)
    if loop.get('dynamic_intervals'):
        loop['dynamic_intervals'] = [
            (epoch(point), interval) for point, interval in loop['dynamic_intervals']
        ]


def _scaled(node: Any, epoch: Place, iteration: Place, ratio: float) -> Any:
    """Return schedulers, one or several in lists and by optimizer, for the new length."""
    if isinstance(node, dict) and 'type' in node:
        by_epoch = node.get('by_epoch', True)
        return _scale_scheduler(node, epoch if by_epoch else iteration, ratio)
    if isinstance(node, dict):
        return {key: _scaled(each, epoch, iteration, ratio) for key, each in node.items()}
    scaled = (_scaled(each, epoch, iteration, ratio) for each in node)
    return [each for each in scaled if each is not None]


def _scale_scheduler(scheduler: dict[str, Any], place: Place, ratio: float) -> dict | None:
    """Return a scheduler for the new length; None where no whole epoch is left of a warm-up."""
    if scheduler.get('convert_to_iter_based'):
        # Parts of epochs mean something here.
        place = ratio.__mul__
    begin, end = scheduler.get('begin', 0), scheduler.get('end', INF)
    if end < INF and place(begin) >= place(end):
        return None
    scheduler.update(
        {key: place(scheduler[key]) for key in ('begin', 'end') if scheduler.get(key, INF) < INF}
    )

    def after_begin(duration: float) -> int:
        return max(round(place(begin + duration) - place(begin)), 1)

    for key in ('T_max', 'total_steps'):
        if scheduler.get(key):
            scheduler[key] = after_begin(scheduler[key])
    if scheduler.get('step_size'):
        scheduler['step_size'] = max(round(scheduler['step_size'] * ratio), 1)
    if scheduler.get('milestones'):
        scheduler['milestones'] = [after_begin(point) for point in scheduler['milestones']]
    if scheduler.get('periods'):
        ends = [0, *map(after_begin, accumulate(scheduler['periods']))]
        scheduler['periods'] = [max(later - earlier, 1) for earlier, later in pairwise(ends)]
    return scheduler


def _scale_hook(hook: dict[str, Any], epoch: Place, iteration: Place) -> None:
    for keys, place in ((_HOOK_EPOCHS, epoch), (_HOOK_ITERATIONS, iteration)):
        for key in keys:
            if hook.get(key):
                hook[key] = place(hook[key])
    if hook.get('type') == 'ProgressiveResolutionHook':
        # Of stages that now begin together, the last.
        starts = {epoch(stage.epoch): stage for stage in check_stages(hook['stages'])}
        hook['stages'] = [
            tuple(part for part in stage._replace(epoch=start) if part is not None)
            for start, stage in starts.items()
        ]
