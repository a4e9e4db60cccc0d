"""Axes of curves: where their ticks are, and the labels at their ends."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator
from numpy.typing import ArrayLike
from scipy.optimize import isotonic_regression

_LEAST_SPAN = 0.02  # of scores: a thousandth is a twentieth of it, seen and no cliff
_MOST_SPAN = 0.1  # up to which the first epochs are on the axis


class ScoreAxis(NamedTuple):
    """From where to where an axis of scores goes, how many are below it, and the lowest."""

    low: float
    high: float
    below: int
    lowest: float


def score_axis(curves: Sequence[ArrayLike]) -> ScoreAxis:
    """Return an even axis for the scores of some runs, each (n,) in the order of epochs.

    It holds all scores, or where the first epochs of a run are far below, those of the second half
    of each run; in any case from the best one 0.02 down.
    """
    finite = [curve[np.isfinite(curve)] for curve in map(np.asarray, curves)]
    finite = [curve for curve in finite if len(curve)]
    if not finite:
        return ScoreAxis(0, 1, 0, 0)
    values = np.concatenate(finite)
    high, low = values.max(), values.min()
    if high - low > _MOST_SPAN:
        low = min(curve[len(curve) // 2 :].min() for curve in finite)
    span = max(high - low, _LEAST_SPAN)
    bottom = max(high - 1.12 * span, min(0.0, low))
    return ScoreAxis(bottom, high + 0.2 * span, int((values < bottom).sum()), values.min())


def open_logarithmically(panel: Axes, low: float, high: float) -> None:
    """Give positive values from ``low`` to ``high`` a logarithmic axis with round numbers."""
    panel.set_yscale('log')
    steps = (1, 1.5, 2, 3, 5, 7) if high / low < 20 else (1, 2, 5) if high / low < 300 else (1,)
    panel.yaxis.set_major_locator(LogLocator(subs=steps))
    panel.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f'{value:g}'))
    panel.yaxis.set_minor_locator(NullLocator())


def scientific(value: float) -> str:
    """Return a number in short: 0, 8e-4, 1.6e-3."""
    if value == 0:
        return '0'
    mantissa, exponent = f'{value:.1e}'.split('e')
    return f'{mantissa.removesuffix(".0")}e{int(exponent)}'


def spread_out(heights: Sequence[float], gap: float, top: float = 1.0) -> list[float]:
    """Return heights moved to be ``gap`` apart and under ``top``, no more than that takes."""
    order = np.argsort(heights, kind='stable')
    steps = gap * np.arange(len(order))
    # Heights less their steps must not decrease.
    apart = isotonic_regression(np.asarray(heights, float)[order] - steps).x + steps
    result = np.empty(len(order))
    result[order] = np.minimum(apart, top - steps[::-1])
    return result.tolist()
