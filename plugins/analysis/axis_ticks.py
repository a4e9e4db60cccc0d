"""Axes of curves: where their ticks are, and the labels at their ends."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, Locator, LogLocator, NullLocator
from numpy.typing import ArrayLike
from scipy.optimize import isotonic_regression

_SCORE_TICKS = (0, 0.3, 0.5, 0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.96, 0.97, 0.98, 0.99, 1)


def open_towards_one(panel: Axes, low: float, high: float) -> None:
    """Give the scores from ``low`` to ``high`` an axis that is widest near 1."""
    panel.set_yscale('function', functions=(_depth, lambda depth: 1.02 - np.exp(-depth)))
    margin = max(0.08 * (_depth(high) - _depth(low)), 0.05)
    bottom = max(1.02 - np.exp(2 * margin - _depth(low)), 0)
    top = 1.02 - np.exp(-2 * margin - _depth(high))
    panel.set_ylim(bottom, top)
    ticks: list[float] = []
    for tick in reversed([tick for tick in _SCORE_TICKS if bottom <= tick <= top]):
        # The highest first; others stay if they do not crowd it.
        if not ticks or _depth(ticks[-1]) - _depth(tick) > 0.13 * (_depth(top) - _depth(bottom)):
            ticks.append(tick)
    _set_ticks(panel, FixedLocator(ticks))


def _depth(score: ArrayLike) -> np.ndarray:
    """Where scores are on the axis; 0.02 keeps a perfect one on the panel."""
    return -np.log(np.maximum(1.02 - np.asarray(score), 1e-9))


def open_logarithmically(panel: Axes, low: float, high: float) -> None:
    """Give positive values from ``low`` to ``high`` a logarithmic axis with round numbers."""
    panel.set_yscale('log')
    steps = (1, 1.5, 2, 3, 5, 7) if high / low < 20 else (1, 2, 5) if high / low < 300 else (1,)
    _set_ticks(panel, LogLocator(subs=steps))


def _set_ticks(panel: Axes, locator: Locator) -> None:
    """Label the ticks of ``locator`` alone, as plain numbers."""
    panel.yaxis.set_major_locator(locator)
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
