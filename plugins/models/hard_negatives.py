"""The largest of many values, chosen without the host knowing how many that are."""

import torch
from torch import Tensor

# A float of 0 or more has 31 bits, which are found in two digits.
_UPPER, _LOWER = 15, 16


def share_of_largest(values: Tensor, count: Tensor) -> Tensor:
    """Return weights in [0, 1] that pick the ``count`` largest of some values of 0 or more.

    ``count`` is a scalar tensor, need not be whole, and stays on its device, which ``topk`` cannot
    do. Values equal to the smallest one picked share what is left for them. Non-negative floats
    sort as their bits do, so the smallest is found by its upper and then by its lower half.

    Returns:
        a tensor like ``values``; their sum is ``count``, or less where there are not as many.
    """
    bits = values.detach().float().abs().view(torch.int32)
    flat = bits.flatten()
    upper, lower = flat >> _LOWER, flat & (1 << _LOWER) - 1
    high, rest = _digit_of(upper, torch.ones_like(flat), count, 1 << _UPPER)
    low, _ = _digit_of(lower, (upper == high).int(), rest, 1 << _LOWER)
    smallest = (high << _LOWER) + low
    above, equal = bits > smallest, bits == smallest
    share = ((count - above.sum()) / equal.sum().clamp_min(1)).clamp(0, 1)
    return above + equal * share.to(values.dtype)


def _digit_of(digits: Tensor, members: Tensor, count: Tensor, base: int) -> tuple[Tensor, Tensor]:
    """Return the digit of the count-th largest member, and how many of that digit are picked."""
    histogram = members.new_zeros(base).index_add_(0, digits, members)
    at_least = histogram.flip(0).cumsum(0).flip(0)
    digit = ((at_least >= count).sum() - 1).clamp_min(0)
    # Not by histogram[digit], which would fetch the index.
    above = (at_least - histogram).index_select(0, digit[None])[0]
    return digit, count - above
