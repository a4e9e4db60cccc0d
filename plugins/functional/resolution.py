"""Which input size an epoch trains at."""

from collections.abc import Sequence
from itertools import pairwise

from .errors import UserError


def check_stages(stages: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Return (first epoch, input size) stages as a tuple of integer pairs.

    Raises:
        UserError: there is none, the first does not start at epoch 0, epochs do not increase, or a
            size is under 32 pixels.
    """
    try:
        pairs = tuple((int(epoch), int(size)) for epoch, size in stages)
    except (TypeError, ValueError) as error:
        raise UserError(
            f'stages is {stages!r}; give (first epoch, size) pairs such as [(0, 640), (4, 960)]'
        ) from error
    if not pairs or pairs[0][0] != 0:
        raise UserError(f'stages is {stages!r}; its first pair must start at epoch 0')
    if any(earlier[0] >= later[0] for earlier, later in pairwise(pairs)):
        raise UserError(f'stages is {stages!r}; its epochs must increase')
    if min(size for _, size in pairs) < 32:
        raise UserError(f'stages is {stages!r}; its sizes must be 32 pixels or more')
    return pairs


def size_at(stages: Sequence[tuple[int, int]], epoch: int) -> int:
    """Return the input size, in pixels, of an epoch counted from 0."""
    return next(size for first, size in reversed(stages) if first <= epoch)
