"""Which input size, and which batch size, an epoch trains at."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from ..errors import UserError

_MIN_SIZE = 32
_FORM = 'give (first epoch, size) or (first epoch, size, batch), such as [(0, 640, 16), (4, 960)]'


class SizeStage(NamedTuple):
    """From an epoch on, counted from 0: longer side in pixels, and the batch size if it says."""

    epoch: int
    size: int
    batch: int | None = None


def check_stages(stages: Sequence[Sequence[int]]) -> tuple[SizeStage, ...]:
    """Return (first epoch, size) or (first epoch, size, batch) of a config as stages.

    Raises:
        UserError: there is none, the first does not start at epoch 0, epochs do not increase, a
            size is under 32 pixels, or a batch is empty.
    """
    try:
        checked = tuple(SizeStage(*(_whole(number) for number in stage)) for stage in stages)
    except (TypeError, ValueError, OverflowError) as error:
        raise UserError(f'stages is {stages!r}; {_FORM}') from error
    if not checked or checked[0].epoch != 0:
        raise UserError(f'stages is {stages!r}; its first must start at epoch 0')
    if any(earlier.epoch >= later.epoch for earlier, later in pairwise(checked)):
        raise UserError(f'stages is {stages!r}; its epochs must increase')
    if min(stage.size for stage in checked) < _MIN_SIZE:
        raise UserError(f'stages is {stages!r}; its sizes must be {_MIN_SIZE} pixels or more')
    if any(stage.batch is not None and stage.batch < 1 for stage in checked):
        raise UserError(f'stages is {stages!r}; its batches must hold 1 page or more')
    return checked


def stage_at(stages: Sequence[SizeStage], epoch: int) -> SizeStage:
    """Return the stage that an epoch, counted from 0, is in."""
    return next(stage for stage in reversed(stages) if stage.epoch <= epoch)


def epoch_batches(
    stages: Sequence[SizeStage], epochs: int, pages: int, batch: int, drop_last: bool = False
) -> list[int]:
    """Return how many batches each epoch has; ``batch`` holds for stages that name none."""
    sizes = [(stage_at(stages, epoch).batch or batch) for epoch in range(epochs)]
    return [pages // size if drop_last else -(-pages // size) for size in sizes]


def _whole(number: object) -> int:
    if isinstance(number, bool) or int(number) != number:
        raise ValueError(number)
    return int(number)
