"""How far to trust means over pages: percentile intervals of the bootstrap."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ..errors import UserError
from ..geometry import Floats

_AT_ONCE = 4_000_000  # drawn pages, or resampled means, held in memory


@dataclass(frozen=True)
class Interval:
    """A mean over pages, and the bounds between which resampled means lie.

    As a text, each of them as the format says: ``0.985 (0.981 to 0.989)`` for ``.3f``.
    """

    mean: float
    low: float
    high: float

    def __format__(self, form: str) -> str:
        mean, low, high = (format(each, form) for each in (self.mean, self.low, self.high))
        return f'{mean} ({low} to {high})'


def mean_interval(
    values: ArrayLike, level: float = 0.95, resamples: int = 10_000, seed: int = 0
) -> Interval:
    """Return the mean of one value a page (P,) with its percentile bootstrap interval.

    Two systems are compared page by page: the interval of ``b - a`` says whether b is better, and
    is far narrower than those of a and b, because pages that are hard for one are hard for both.
    Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 13; paired by test case
    as in Koehn, "Statistical Significance Tests for Machine Translation Evaluation" (EMNLP 2004).

    Raises:
        UserError: there are no values, or one is not finite.
        ValueError: ``level`` is not between 0 and 1, or ``resamples`` under 1.
    """
    return mean_intervals(np.reshape(values, (-1, 1)), level, resamples, seed)[0]


def mean_intervals(
    values: ArrayLike, level: float = 0.95, resamples: int = 10_000, seed: int = 0
) -> list[Interval]:
    """Return :func:`mean_interval` of every column of (P, S), all from the same draws.

    Raises:
        UserError: as :func:`mean_interval`.
        ValueError: as :func:`mean_interval`.
    """
    values = np.asarray(values, float)
    if not 0 < level < 1:
        raise ValueError(f'level must be between 0 and 1, but got {level}')
    if resamples < 1:
        raise ValueError(f'resamples must be 1 or more, but got {resamples}')
    if not len(values):
        raise UserError('no pages to take an interval over: score at least one')
    finite = np.isfinite(values).all(axis=1)
    if not finite.all():
        raise UserError(f'the score of page {finite.argmin()} is not finite')
    tail = (1 - level) / 2
    width = max(1, _AT_ONCE // resamples)
    intervals = []
    for start in range(0, values.shape[1], width):
        part = values[:, start : start + width]
        low, high = np.quantile(_resampled(part, resamples, seed), (tail, 1 - tail), axis=0)
        intervals += map(Interval, part.mean(axis=0).tolist(), low.tolist(), high.tolist())
    return intervals


def _resampled(values: Floats, resamples: int, seed: int) -> Floats:
    """Means (R, S) of the columns of (P, S) over as many pages, drawn with replacement."""
    rng, pages, means = np.random.default_rng(seed), len(values), []
    rows = max(1, _AT_ONCE // pages)
    for start in range(0, resamples, rows):
        drawn = rng.integers(pages, size=(min(rows, resamples - start), pages))
        # How often each page was drawn: means of many columns are one product of matrices then.
        numbered = drawn + pages * np.arange(len(drawn))[:, None]
        counts = np.bincount(numbered.ravel(), minlength=drawn.size).reshape(drawn.shape)
        means.append(counts.astype(float) @ values / pages)
    return np.concatenate(means)
