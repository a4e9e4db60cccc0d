"""What the members of an ensemble count, and what a vote may ask of them."""

from collections.abc import Sequence

import numpy as np

from ..files import is_number
from ..geometry import DIGITS, Floats

MERGES = ('best', 'mean')


def check_weights(members: int, weights: Sequence[float] | None) -> Floats:
    """Return the weights (members,) of an ensemble; 1 each where none are given.

    Raises:
        ValueError: there is no member, the weights are not one a member, or one is not positive
            and finite.
    """
    if members < 1:
        raise ValueError('an ensemble needs members, but there are none')
    if weights is None:
        return np.ones(members)
    try:
        shares = np.asarray(weights, np.float64)
    except (TypeError, ValueError):
        raise ValueError(f'weights must be numbers, but got {weights!r}') from None
    if shares.shape != (members,):
        raise ValueError(f'weights must be {members} numbers, one a member, but got {weights!r}')
    if not (np.isfinite(shares) & (shares > 0)).all():
        raise ValueError(f'weights must be positive and finite, but got {weights!r}')
    return shares


def check_rule(min_votes: float, iou_threshold: float, merge: str) -> None:
    """Refuse the rule of a vote that would fit no members at all.

    Raises:
        ValueError: ``min_votes`` is 0 or less, ``iou_threshold`` not in (0, 1], ``merge`` unknown.
    """
    if not is_number(min_votes) or not min_votes > 0:
        raise ValueError(f'min_votes must be a number over 0, but got {min_votes!r}')
    if not is_number(iou_threshold) or not 0 < iou_threshold <= 1:
        raise ValueError(f'iou_threshold must be over 0 and at most 1, but got {iou_threshold!r}')
    if merge not in MERGES:
        raise ValueError(f"merge must be 'best' or 'mean', but got {merge!r}")


def check_votes(members: int, min_votes: float, weights: Sequence[float] | None) -> Floats:
    """Return the weights (members,) of a vote that so many members can win.

    Raises:
        ValueError: see :func:`check_weights`; also when ``min_votes`` is over their sum.
    """
    shares = check_weights(members, weights)
    total = round(float(shares.sum()), DIGITS)
    if min_votes > total:
        of = f'{members} members' if weights is None else f'the weights {list(weights)}'
        raise ValueError(f'min_votes must be at most {total:g}, all of {of}, but got {min_votes}')
    return shares
