"""Curves of trainings as one figure."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator
from scipy.ndimage import gaussian_filter1d

from ..functional.errors import UserError
from ..functional.files import atomic_path
from ..functional.training import SCORE, SIZE, Run, short_names
from .axis_ticks import open_logarithmically, open_towards_one, scientific, spread_out

DEFAULT_KEYS = ('loss', 'lr', SIZE, SCORE, 'val/precision', 'val/recall')
_TITLES = {
    'loss': 'training loss',
    'lr': 'learning rate',
    SIZE: 'longest side of the training pages (pixels)',
    SCORE: 'validation H-mean',
    'val/precision': 'validation precision',
    'val/recall': 'validation recall',
}
# Given by a schedule, hence often the same for all runs, and nothing that noise is in.
_SCHEDULES = ('lr', 'base_lr', 'momentum', SIZE)
# Okabe and Ito, "Color Universal Design" (2008), without the yellow, which is too light on white.
_COLORS = ('#0072B2', '#D55E00', '#009E73', '#CC79A7', '#E69F00', '#56B4E9', '#000000')
_DASHES = ('-', (0, (5, 1.5)), (0, (1.5, 1)))
_INK, _MUTED, _GREY, _BAND = '#2B2B2B', '#6B6B6B', '#555555', '#F0F2F5'
_STYLE = {
    'font.size': 10,
    'text.color': _INK,
    'axes.edgecolor': '#B5B5B5',
    'axes.labelcolor': _MUTED,
    'axes.spines.top': False,
    'axes.spines.right': False,
    'axes.titlelocation': 'left',
    'axes.titlesize': 11,
    'axes.titlecolor': _INK,
    'axes.axisbelow': True,
    'grid.color': '#E2E2E2',
    'grid.linewidth': 0.7,
    'xtick.color': _MUTED,
    'ytick.color': _MUTED,
}


@dataclass(frozen=True)
class _Line:
    """A run and how it is drawn, the same in every panel."""

    run: Run
    color: str
    dashes: str | tuple


def write_curves(path: str | os.PathLike, runs: Sequence[Run], keys: Sequence[str]) -> None:
    """Draw one panel a key and write them as a PNG, PDF or SVG, by the suffix of ``path``.

    Raises:
        UserError: the suffix is another, no run has one of the keys, or the file cannot be written.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in ('.png', '.pdf', '.svg'):
        raise UserError(f'{path}: curves are written as .png, .pdf or .svg; name it so')
    with matplotlib.rc_context(_STYLE), atomic_path(path, follow_link=False) as temporary:
        draw_curves(runs, keys).savefig(temporary, dpi=150, format=suffix[1:])


def draw_curves(runs: Sequence[Run], keys: Sequence[str]) -> Figure:
    """Return a figure with what training does on the left and what it yields on the right.

    Keys that no run has logged are left out.

    Raises:
        UserError: no run has logged any of the keys.
    """
    columns = [
        column
        for wanted in (False, True)
        if (column := [key for key in keys if _is_score(key) == wanted and _logged(runs, key)])
    ]
    if not columns:
        raise UserError(f'{", ".join(keys)}: none of the runs logged any of these')
    shared, names = short_names([run.name for run in runs])
    lines = [
        _Line(replace(run, name=name), _COLORS[i % 7], _DASHES[i // 7 % 3])
        for i, (run, name) in enumerate(zip(runs, names, strict=True))
    ]
    height = 1.6 + 2.4 * max(map(len, columns))
    figure = Figure(figsize=(7.2 * len(columns), height), layout='constrained', facecolor='white')
    FigureCanvasAgg(figure)
    figure.get_layout_engine().set(w_pad=0.12, h_pad=0.08)
    title = shared if len(runs) > 1 else names[0]
    if title:
        figure.suptitle(title, x=0.01, ha='left', size=13, weight='bold')
    parts = np.ravel(figure.subfigures(1, len(columns)))
    for part, column in zip(parts, columns, strict=True):
        # Runs are named beside one panel; colours do the rest.
        _draw_column(part, column, lines, named=part is parts[-1] and len(runs) > 1)
    return figure


def smoothed(values: np.ndarray, share: float = 0.015) -> np.ndarray:
    """Return values (n,) averaged with their neighbours, under a Gaussian of ``share`` of them.

    Centred, so that a curve is where its points are; a value that is not finite is left out.
    """
    width = max(share * len(values), 1e-3)
    finite = np.isfinite(values)
    parts = np.stack([np.where(finite, values, 0.0), finite])
    total, weight = gaussian_filter1d(parts, width, mode='constant', truncate=3)
    return np.where(finite, total / np.maximum(weight, 1e-12), np.nan)


def _draw_column(figure: Figure, keys: Sequence[str], lines: Sequence[_Line], named: bool) -> None:
    # The first panel is what one looks at.
    ratios = [1.5, *[1] * (len(keys) - 1)]
    panels = figure.subplots(len(keys), 1, sharex=True, squeeze=False, height_ratios=ratios)[:, 0]
    end = max(line.run.end for line in lines)
    panels[0].set_xlim(0, end + 0.01)
    panels[0].xaxis.set_major_locator(MaxNLocator(11, integer=True))
    panels[-1].set_xlabel('epoch')
    for panel, key in zip(panels, keys, strict=True):
        panel.set_title(_TITLES.get(key, key))
        panel.grid(axis='y')
        _draw_stages(panel, lines, end, written=panel is panels[0])
        if key in _SCHEDULES:
            _draw_schedule(panel, key, lines)
        elif _is_score(key):
            _draw_scores(panel, key, lines)
        else:
            _draw_noisy(panel, key, lines)
    if named:
        _label_ends(panels[0], keys[0], lines)


def _draw_noisy(panel: Axes, key: str, lines: Sequence[_Line]) -> None:
    """A smooth line over the faint one it comes from."""
    series = [line.run.series(key) for line in lines]
    for line, (x, y) in zip(lines, series, strict=True):
        panel.plot(x, y, color=line.color, alpha=0.25 / len(lines) ** 0.3, lw=0.8)
        panel.plot(x, smoothed(y), color=line.color, ls=line.dashes, lw=1.6)
    values = np.concatenate([y for _, y in series])
    values = values[np.isfinite(values)]
    if len(values) and values.min() > 0 and values.max() / values.min() > 4:
        open_logarithmically(panel, values.min(), values.max())


def _draw_schedule(panel: Axes, key: str, lines: Sequence[_Line]) -> None:
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


def _draw_scores(panel: Axes, key: str, lines: Sequence[_Line]) -> None:
    """Scores of validations; the axis opens up towards 1, where good runs differ."""
    values = []
    for line in lines:
        x, y = line.run.series(key)
        values.extend(y)
        marker = 'o' if len(lines) == 1 else None
        panel.plot(x, y, color=line.color, ls=line.dashes, lw=1.6, marker=marker, ms=3)
        best = line.run.best()
        if best is not None and key in best:
            at = (best['step'], best[key])
            panel.plot(*at, 'o', ms=8, mfc='white', mec=line.color, mew=1.8, zorder=4)
            if len(lines) == 1:
                text = f'{best[key]:.4f}' + (f', epoch {best["step"]}' if key == SCORE else '')
                panel.annotate(
                    text, at, (0, 8), textcoords='offset points', ha='center', color=line.color
                )
    if values and min(values) >= 0 and max(values) <= 1:
        open_towards_one(panel, min(values), max(values))


def _draw_stages(panel: Axes, lines: Sequence[_Line], end: float, written: bool) -> None:
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
                    color=_MUTED, size=9,
                )  # fmt: skip
        return
    for line in lines:
        for start, _ in line.run.sizes[1:]:
            panel.axvline(start, color=line.color, lw=0.9, ls=':', alpha=0.8, zorder=1)


def _label_ends(panel: Axes, key: str, lines: Sequence[_Line]) -> None:
    """Write each run's name, and its best score, on the right at the height of its end."""
    ends = []
    for line in lines:
        x, y = line.run.series(key)
        y = y if _is_score(key) else smoothed(y)
        if np.isfinite(y).any():
            ends.append((line, x[np.isfinite(y)][-1], y[np.isfinite(y)][-1]))
    to_axes = panel.transData + panel.transAxes.inverted()
    heights = [to_axes.transform((x, y))[1] for _, x, y in ends]
    for (line, x, y), height in zip(ends, spread_out(heights, 0.085), strict=True):
        best = line.run.best()
        score = f'  {best[SCORE]:.4f}, epoch {best["step"]}' if best and key == SCORE else ''
        # A line to where a run stopped long before others would cross theirs.
        at_end = x > 0.97 * panel.get_xlim()[1]
        panel.annotate(
            line.run.name + score, (x, y), (1.03, height), textcoords='axes fraction',
            color=line.color, va='center', size=9.5, annotation_clip=False,
            arrowprops=dict(arrowstyle='-', color=line.color, lw=0.7, shrinkA=1, shrinkB=2)
            if at_end else None,
        )  # fmt: skip


def _alike(key: str, lines: Sequence[_Line]) -> list[list[_Line]]:
    """Group runs with the same values in all epochs that they share, the longest first."""
    groups: list[tuple[dict, list[_Line]]] = []
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


def _is_score(key: str) -> bool:
    return key.startswith('val/')


def _logged(runs: Sequence[Run], key: str) -> bool:
    return any(len(run.series(key)[0]) for run in runs)
