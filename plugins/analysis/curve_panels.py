"""The panels of curves: noisy ones, schedules, scores, and the stages behind them all."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator
from scipy.ndimage import gaussian_filter1d

from ..functional.errors import counted
from ..functional.training import SCORE, SIZE, Run
from .axis_ticks import open_logarithmically, scientific, score_axis

MUTED = '#6B6B6B'
_GREY, _BAND = '#555555', '#F0F2F5'


@dataclass(frozen=True)
class Line:
    """A run and how it is drawn, the same in every panel."""

    run: Run
    color: str
    dashes: str | tuple


def draw_noisy(panel: Axes, key: str, lines: Sequence[Line]) -> None:
    """A smooth line over the faint one it comes from."""
    series = [line.run.series(key) for line in lines]
    for line, (x, y) in zip(lines, series, strict=True):
        panel.plot(x, y, color=line.color, alpha=0.25 / len(lines) ** 0.3, lw=0.8)
        panel.plot(x, smoothed(y), color=line.color, ls=line.dashes, lw=1.6)
    values = np.concatenate([y for _, y in series])
    values = values[np.isfinite(values)]
    if not len(values):
        return
    logarithmic = values.min() > 0 and values.max() / values.min() > 4
    if logarithmic:
        open_logarithmically(panel, values.min(), values.max())
    low, high = panel.get_ylim()
    _tell_range(panel, f'{low:.2g} to {high:.2g}{", logarithmic" if logarithmic else ""}')


def draw_schedule(panel: Axes, key: str, lines: Sequence[Line]) -> None:
    """Runs of the same schedule share a line."""
    groups = _alike(key, lines)
    for below, group in enumerate(groups):
        longest = max(group, key=lambda line: line.run.end)
        x, y = longest.run.series(key)
        if key == SIZE:
            starts, y = np.array(longest.run.sizes).T
            x, y = np.append(starts, longest.run.end), np.append(y, y[-1])
        color = longest.color if len(group) == 1 else _GREY
        style = 'steps-post' if key == SIZE else 'default'
        # Sizes often coincide; the wider line below is still seen then.
        width = 1.8 + (1.6 * (len(groups) - 1 - below) if key == SIZE else 0)
        panel.plot(x, y, color=color, lw=width, drawstyle=style)
        if len(group) > 1:
            names = 'all runs' if len(group) == len(lines) else ', '.join(g.run.name for g in group)
            panel.annotate(
                names, (x[-1], y[-1]), (-3, 5 - 17 * below), textcoords='offset points',
                color=color, ha='right', size=9,
            )  # fmt: skip
    panel.margins(y=0.2)
    if key == SIZE:
        sizes = sorted({size for line in lines for _, size in line.run.sizes})
        panel.yaxis.set_major_locator(FixedLocator(sizes))
    else:
        panel.set_ylim(bottom=0)
        panel.yaxis.set_major_locator(MaxNLocator(5))
        panel.yaxis.set_major_formatter(FuncFormatter(lambda value, _: scientific(value)))


def draw_scores(panel: Axes, key: str, lines: Sequence[Line]) -> None:
    """Scores of validations, on an even axis that holds what good runs differ in."""
    curves = [line.run.series(key) for line in lines]
    end = max(line.run.end for line in lines)
    for line, (x, y) in zip(lines, curves, strict=True):
        marker = 'o' if len(lines) == 1 else None
        panel.plot(x, y, color=line.color, ls=line.dashes, lw=1.6, marker=marker, ms=3)
        best = line.run.best()
        if best is not None and key in best:
            at = (best['step'], best[key])
            mark = dict(ms=8, mfc='white', mec=line.color, mew=1.8)
            panel.plot(*at, 'o', zorder=4, clip_on=False, **mark)
            if len(lines) == 1:
                text = f'{best[key]:.4f}' + (f', epoch {best["step"]}' if key == SCORE else '')
                side = 'right' if at[0] > 0.9 * end else 'center'
                panel.annotate(
                    text, at, (0, 8), textcoords='offset points', ha=side, color=line.color
                )
    axis = score_axis([y for _, y in curves])
    panel.set_ylim(axis.low, axis.high)
    panel.yaxis.set_major_locator(MaxNLocator(5))
    text = f'{axis.low:.3f} to {axis.high:.3f}'
    if axis.below:
        text += f'; {counted(axis.below, "score")} below, the lowest {axis.lowest:.3f}'
    _tell_range(panel, text)


def _tell_range(panel: Axes, text: str) -> None:
    panel.set_title(f'axis {text}', loc='right', size=8.5, color=MUTED)


def draw_stages(panel: Axes, lines: Sequence[Line], end: float, written: bool) -> None:
    """Shade the stages where all runs have the same, else mark each run's switches."""
    groups = [group for group in _alike(SIZE, lines) if group[0].run.sizes]
    if len(groups) == 1 and len(groups[0]) == len(lines):
        stages = max((line.run for line in lines), key=lambda run: run.end).sizes
        for i, ((start, size), (stop, _)) in enumerate(pairwise([*stages, (end, 0)])):
            if i % 2:
                panel.axvspan(start, stop, color=_BAND, lw=0, zorder=0)
            if written and len(stages) > 1:
                panel.annotate(
                    f'{size} px', ((start + stop) / 2, 0), (0, 4), ha='center',
                    xycoords=('data', 'axes fraction'), textcoords='offset points',
                    color=MUTED, size=9,
                )  # fmt: skip
        return
    for line in lines:
        for start, _ in line.run.sizes[1:]:
            panel.axvline(start, color=line.color, lw=0.9, ls=':', alpha=0.8, zorder=1)


def _alike(key: str, lines: Sequence[Line]) -> list[list[Line]]:
    """Group runs with the same values in all epochs that they share, the longest first."""
    groups: list[tuple[dict, list[Line]]] = []
    for line in sorted(lines, key=lambda line: -line.run.end):
        x, y = line.run.series(key)
        if not len(x) and key != SIZE:
            continue
        values = dict(zip(np.ceil(x), y, strict=True))
        for other, group in groups:
            if bool(values) == bool(other) and all(
                np.isclose(other.get(epoch, value), value, rtol=1e-6, atol=0)
                for epoch, value in values.items()
            ):
                group.append(line)
                break
        else:
            groups.append((values, [line]))
    return [group for _, group in groups]


def smoothed(values: np.ndarray, share: float = 0.015) -> np.ndarray:
    """Return values (n,) averaged with their neighbours, under a Gaussian of ``share`` of them.

    Centred, so that a curve is where its points are; a value that is not finite is left out.
    """
    width = max(share * len(values), 1e-3)
    finite = np.isfinite(values)
    parts = np.stack([np.where(finite, values, 0.0), finite])
    total, weight = gaussian_filter1d(parts, width, mode='constant', truncate=3)
    return np.where(finite, total / np.maximum(weight, 1e-12), np.nan)
