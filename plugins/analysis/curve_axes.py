"""Axes, smoothing and labels of curves."""

from collections.abc import Iterator, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

_SCORE_TICKS = (0, 0.3, 0.5, 0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.96, 0.97, 0.98, 0.99, 1)


def open_towards_one(panel: Axes, low: float, high: float) -> None:
    """Give the scores from ``low`` to ``high`` an axis that is widest near 1."""
    # 0.02 keeps a perfect score on the panel.
    panel.set_yscale(
        'function',
        functions=(lambda y: -np.log(np.maximum(1.02 - y, 1e-9)), lambda z: 1.02 - np.exp(-z)),
    )
    depth = -np.log(1.02 - np.array([low, high]))
    margin = max(0.08 * np.ptp(depth), 0.05)
    bottom, top = 1.02 - np.exp(-(depth + margin * np.array([-2, 2])))
    panel.set_ylim(max(bottom, 0), top)
    panel.yaxis.set_major_locator(FixedLocator(list(_spaced_ticks(max(bottom, 0), top))))
    panel.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f'{value:g}'))
    panel.yaxis.set_minor_locator(NullLocator())


def _spaced_ticks(low: float, high: float) -> Iterator[float]:
    """Yield the ticks within limits, the highest first, that do not crowd each other."""
    depth = -np.log(1.02 - np.array([low, high]))
    last = np.inf
    for tick in reversed(_SCORE_TICKS):
        at = -np.log(1.02 - tick)
        if low <= tick <= high and last - at > 0.13 * np.ptp(depth):
            yield tick
            last = at


def round_ticks(low: float, high: float) -> list[float]:
    """Return round numbers within positive limits, for a logarithmic axis."""
    decades = 10.0 ** np.arange(np.floor(np.log10(low)), np.ceil(np.log10(high)) + 1)
    steps = (1, 1.5, 2, 3, 5, 7) if high / low < 20 else (1, 2, 5) if high / low < 300 else (1,)
    return [tick for decade in decades for tick in decade * np.array(steps) if low <= tick <= high]


def scientific(value: float) -> str:
    """Return a number in short: 0, 8e-4, 1.6e-3."""
    if value == 0:
        return '0'
    mantissa, exponent = f'{value:.1e}'.split('e')
    return f'{mantissa.removesuffix(".0")}e{int(exponent)}'


def smoothed(values: np.ndarray, share: float = 0.015) -> np.ndarray:
    """Return values (n,) averaged with their neighbours, under a Gaussian of ``share`` of them.

    Centred, so that a curve is where its points are; a value that is not finite is left out.
    """
    width = max(share * len(values), 1e-3)
    reach = min(int(np.ceil(3 * width)), len(values))
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / width) ** 2)
    finite = np.isfinite(values)
    middle = slice(reach, reach + len(values))
    total = np.convolve(np.where(finite, values, 0.0), kernel)[middle]
    weight = np.convolve(finite.astype(float), kernel)[middle]
    return np.where(finite, total / np.maximum(weight, 1e-12), np.nan)


def spread_out(heights: Sequence[float], gap: float, top: float = 1.0) -> list[float]:
    """Return heights moved to be ``gap`` apart and under ``top``, no more than that takes."""
    order = np.argsort(heights, kind='stable')
    steps = gap * np.arange(len(order))
    # Isotonic regression by pooling neighbours; heights less their steps must not decrease.
    pools: list[list[float]] = []
    for value in np.asarray(heights, float)[order] - steps:
        pools.append([value])
        while len(pools) > 1 and np.mean(pools[-2]) > np.mean(pools[-1]):
            pools[-2:] = [pools[-2] + pools[-1]]
    apart = np.concatenate([[np.mean(pool)] * len(pool) for pool in pools] or [[]]) + steps
    result = np.empty(len(order))
    result[order] = np.minimum(apart, top - steps[::-1])
    return result.tolist()
