"""How far to trust a mean over pages."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ..errors import UserError

_AT_ONCE = 4_000_000  # drawn pages held in memory


@dataclass(frozen=True)
class Interval:
    """A mean over pages, and the bounds between which resampled means lie."""

    mean: float
    low: float
    high: float


def mean_interval(
    values: ArrayLike, level: float = 0.95, resamples: int = 10_000, seed: int = 0
) -> Interval:
    """Return the mean of one value a page (n,) with its percentile bootstrap interval.

    Two systems are compared page by page: the interval of ``b - a`` says whether b is better, and
    is far narrower than those of a and b, because pages that are hard for one are hard for both.
    Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 13; paired by test case
    as in Koehn, "Statistical Significance Tests for Machine Translation Evaluation" (EMNLP 2004).

    Raises:
        UserError: there are no values, or one is not finite.
        ValueError: ``level`` is not between 0 and 1, or ``resamples`` under 1.
    """
    values = np.asarray(values, float).ravel()
    if not 0 < level < 1:
        raise ValueError(f'level must be between 0 and 1, but got {level}')
    if resamples < 1:
        raise ValueError(f'resamples must be 1 or more, but got {resamples}')
    if not values.size:
        raise UserError('no pages to take an interval over: score at least one')
    if not np.isfinite(values).all():
        raise UserError(f'the score of page {np.isfinite(values).argmin()} is not finite')
    rng = np.random.default_rng(seed)
    rows = max(1, _AT_ONCE // values.size)
    means = [
        values[rng.integers(values.size, size=(min(rows, resamples - start), values.size))].mean(1)
        for start in range(0, resamples, rows)
    ]
    tail = (1 - level) / 2
    low, high = np.quantile(np.concatenate(means), (tail, 1 - tail))
    return Interval(float(values.mean()), float(low), float(high))
