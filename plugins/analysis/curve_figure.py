"""Curves of trainings as one figure."""

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ..functional.errors import UserError
from ..functional.files import atomic_path
from ..functional.training import SCORE, SIZE, Run, short_names
from .axis_ticks import spread_out
from .curve_panels import (
    MUTED,
    Line,
    draw_noisy,
    draw_schedule,
    draw_scores,
    draw_stages,
    smoothed,
)

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
_INK = '#2B2B2B'
_STYLE = {
    'font.size': 10,
    'text.color': _INK,
    'axes.edgecolor': '#B5B5B5',
    'axes.labelcolor': MUTED,
    'axes.spines.top': False,
    'axes.spines.right': False,
    'axes.titlelocation': 'left',
    'axes.titlesize': 11,
    'axes.titlecolor': _INK,
    'axes.axisbelow': True,
    'grid.color': '#E2E2E2',
    'grid.linewidth': 0.7,
    'xtick.color': MUTED,
    'ytick.color': MUTED,
}


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
        Line(replace(run, name=name), _COLORS[i % 7], _DASHES[i // 7 % 3])
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


def _draw_column(figure: Figure, keys: Sequence[str], lines: Sequence[Line], named: bool) -> None:
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
        draw_stages(panel, lines, end, written=panel is panels[0])
        if key in _SCHEDULES:
            draw_schedule(panel, key, lines)
        elif _is_score(key):
            draw_scores(panel, key, lines)
        else:
            draw_noisy(panel, key, lines)
    if named:
        _label_ends(panels[0], keys[0], lines)


def _label_ends(panel: Axes, key: str, lines: Sequence[Line]) -> None:
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


def _is_score(key: str) -> bool:
    return key.startswith('val/')


def _logged(runs: Sequence[Run], key: str) -> bool:
    return any(len(run.series(key)[0]) for run in runs)
