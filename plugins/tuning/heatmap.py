"""Scores over decoding settings as heat maps."""

import math
import os
from collections.abc import Sequence
from typing import NamedTuple

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Colormap, Normalize
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from ..functional.errors import counted
from ..functional.files import atomic_path
from ..functional.geometry import Floats
from ..functional.tuning import MODES, Setting, Tuning

_INK, _MUTED, _EMPTY = '#2B2B2B', '#6B6B6B', '#EFEFEF'
_FRAME = '#D6202A'  # a colour that the scale does not have
_STYLE = {
    'font.size': 10,
    'text.color': _INK,
    'axes.edgecolor': '#B5B5B5',
    'axes.labelcolor': _MUTED,
    'axes.titlesize': 11,
    'axes.titlecolor': _INK,
    'xtick.color': _MUTED,
    'ytick.color': _MUTED,
}
_MAX_TICKS = 14
_LEAST_SPAN = 0.5  # of the colours, in points of H-mean
_MAX_WRITTEN = 14  # cells a side up to which each has its figure


class _Axes(NamedTuple):
    """The values along the sides of the panels, and the mode and ``unclip_ratio`` of each panel."""

    thresh: list[float]
    box_thresh: list[float]
    panels: list[tuple[str, float]]

    @classmethod
    def of(cls, settings: Sequence[Setting]) -> '_Axes':
        panels = {(setting.mode, setting.unclip_ratio) for setting in settings}
        return cls(
            sorted({setting.thresh for setting in settings}),
            sorted({setting.box_thresh for setting in settings}),
            sorted(panels, key=lambda panel: (MODES.index(panel[0]), panel[1])),
        )

    @property
    def titles(self) -> list[str]:
        """What each panel is of."""
        several = len({mode for mode, _ in self.panels}) > 1
        return [
            f'{mode}, unclip_ratio {ratio:g}' if several else f'unclip_ratio {ratio:g}'
            for mode, ratio in self.panels
        ]

    def hold(self, setting: Setting) -> bool:
        """Whether there is a cell for a setting."""
        return (
            setting.thresh in self.thresh
            and setting.box_thresh in self.box_thresh
            and (setting.mode, setting.unclip_ratio) in self.panels
        )

    def place(self, setting: Setting) -> tuple[int, float, float]:
        """Panel, column and row of a setting; between cells where it is not on the map."""
        distances = [
            (mode != setting.mode, abs(ratio - setting.unclip_ratio)) for mode, ratio in self.panels
        ]
        panel = distances.index(min(distances))
        column = _position(setting.box_thresh, self.box_thresh)
        return panel, column, _position(setting.thresh, self.thresh)


def _position(value: float, values: Sequence[float]) -> float:
    return float(np.interp(value, values, range(len(values)), -0.5, len(values) - 0.5))


def write_heatmap(path: str | os.PathLike, tuning: Tuning, caption: str = '') -> None:
    """Draw H-mean over thresh and box_thresh, a panel an unclip_ratio, and write it as PNG.

    Raises:
        UserError: the file cannot be written.
    """
    with matplotlib.rc_context(_STYLE), atomic_path(path, follow_link=False) as temporary:
        draw_heatmap(tuning, caption).savefig(temporary, dpi=150, format='png')


def draw_heatmap(tuning: Tuning, caption: str = '') -> Figure:
    """Return the figure; each cell is the best over ``max_candidates``."""
    on_map, axes = list(tuning.settings), _Axes.of(tuning.settings)
    full = len({s._replace(max_candidates=0) for s in on_map}) == math.prod(map(len, axes))
    if not full and len(on_map) > 1:
        # A current setting beside the grid is a mark, not a row and a column of empty cells.
        others = [s for s in on_map if s.numbers != tuning.current.numbers]
        if others and not _Axes.of(others).hold(tuning.current):
            on_map, axes = others, _Axes.of(others)
    cells = _cells(tuning, on_map, axes)
    colors, scale = matplotlib.colormaps['viridis'].with_extremes(bad=_EMPTY), _scale(cells)
    figure, panels = _panels(axes)
    for panel, values, title in zip(panels, cells, axes.titles, strict=False):
        _draw_panel(panel, values, axes, colors, scale)
        panel.set_title(title, loc='left')
    handles = _mark(panels, axes, tuning)
    used = panels[: len(cells)]
    extend = 'min' if np.nanmin(cells) < scale.vmin else 'neither'
    bar = figure.colorbar(
        ScalarMappable(scale, colors), ax=used, extend=extend, fraction=0.04, aspect=30, pad=0.015
    )
    bar.outline.set_visible(False)
    shown = int((cells >= scale.vmin).sum())
    bar.set_label(f'H-mean, %; {shown} of {int(np.isfinite(cells).sum())} cells are on the scale')
    pages = len(tuning.scores)
    figure.legend(
        handles=handles,
        title=f'{counted(len(tuning.settings), "decoding setting")} on {counted(pages, "page")}',
        title_fontproperties=dict(size=13, weight='bold'),
        loc='outside upper left',
        alignment='left',
        frameon=False,
        handlelength=1.6,
    )
    if caption:
        figure.supxlabel(caption, x=0.01, ha='left', size=9.5, color=_MUTED, wrap=True)
    return figure


def _cells(tuning: Tuning, settings: Sequence[Setting], axes: _Axes) -> Floats:
    """(panels, rows, columns) of H-means in per cent, NaN where nothing was tried."""
    cells = np.full((len(axes.panels), len(axes.thresh), len(axes.box_thresh)), np.nan)
    means = dict(zip(tuning.settings, 100 * tuning.means[:, 0], strict=True))
    for setting in settings:
        panel, column, row = axes.place(setting)
        cell = panel, int(row), int(column)
        cells[cell] = np.fmax(cells[cell], means[setting])
    return cells


def _scale(cells: Floats) -> Normalize:
    """Colours for the best third: among the others, nobody chooses.

    They span half a point at least, so that a flat map looks flat.
    """
    known = cells[np.isfinite(cells)]
    top = known.max()
    return Normalize(min(np.quantile(known, 2 / 3), top - _LEAST_SPAN), top)


def _panels(axes: _Axes) -> tuple[Figure, list[Axes]]:
    number = len(axes.panels)
    columns = min(number, 3 if number != 4 else 2)
    rows = math.ceil(number / columns)
    wide = min(max(0.45 * len(axes.box_thresh), 2.4), 7.0)
    high = min(max(0.42 * len(axes.thresh), 1.0), 7.0)
    size = max(columns * (wide + 0.75) + 1.0, 8.4), rows * (high + 0.7) + 1.5
    figure = Figure(figsize=size, layout='constrained', facecolor='white')
    FigureCanvasAgg(figure)
    figure.get_layout_engine().set(w_pad=0.08, h_pad=0.08)
    panels = np.ravel(figure.subplots(rows, columns, squeeze=False))
    for panel in panels[number:]:
        panel.set_axis_off()
    return figure, list(panels)


def _draw_panel(
    panel: Axes, cells: Floats, axes: _Axes, colors: Colormap, scale: Normalize
) -> None:
    panel.imshow(cells, cmap=colors, norm=scale, origin='lower', aspect='auto')
    for axis, values in ((panel.xaxis, axes.box_thresh), (panel.yaxis, axes.thresh)):
        step = math.ceil(len(values) / _MAX_TICKS)
        axis.set_ticks(range(0, len(values), step), [f'{v:g}' for v in values[::step]])
    panel.tick_params(length=0, labelsize=9)
    panel.spines[:].set_visible(False)
    panel.set_xlabel('box_thresh')
    panel.set_ylabel('thresh')
    # White lines make cells of what would run into each other.
    panel.set_xticks(np.arange(len(axes.box_thresh) - 1) + 0.5, minor=True)
    panel.set_yticks(np.arange(len(axes.thresh) - 1) + 0.5, minor=True)
    few = max(cells.shape) <= _MAX_WRITTEN
    panel.grid(which='minor', color='white', lw=0.6 if few else 0.15)
    panel.tick_params(which='minor', length=0)
    if few:
        digits = 2 if scale.vmax - scale.vmin < 2 else 1
        for row, column in np.argwhere(np.isfinite(cells)):
            value = cells[row, column]
            ink = 'white' if scale(value) < 0.6 else _INK
            panel.text(
                column, row, f'{value:.{digits}f}', ha='center', va='center', size=7.5, color=ink
            )


def _mark(panels: Sequence[Axes], axes: _Axes, tuning: Tuning) -> list[Line2D]:
    """Frame the best and the current setting, and return what a legend says of them."""
    marks = {tuning.now: ('current', (0, (2, 1.2)))}
    marks[tuning.best] = ('best and current' if tuning.best in marks else 'best', '-')
    handles = []
    for position, (name, dashes) in marks.items():
        setting = tuning.settings[position]
        panel, column, row = axes.place(setting)
        if axes.hold(setting):
            _frame(panels[panel], column, row, dashes)
            handle = Line2D([], [], color=_FRAME, lw=2.2, ls=dashes)
        else:
            style = dict(marker='D', mfc=_EMPTY, mec=_INK, mew=1.8, ls='none')
            panels[panel].plot(column, row, ms=9, clip_on=False, **style)
            handle = Line2D([], [], ms=7, **style)
            name += ' (no cell)'
        values = ', '.join(f'{key} {value:g}' for key, value in setting.numbers.items())
        values += f', {setting.mode}' if len(tuning.modes) > 1 else ''
        handle.set_label(f'{name}: {100 * tuning.means[position, 0]:.2f} % with {values}')
        handles.append(handle)
    return handles[::-1]


def _frame(panel: Axes, column: float, row: float, dashes: str | tuple) -> None:
    """Frame a cell, with white beneath, which every colour of the scale sets off."""
    for color, width, style in (('white', 4.5, '-'), (_FRAME, 2.2, dashes)):
        frame = Rectangle((column - 0.5, row - 0.5), 1, 1, fill=False, ec=color, lw=width, ls=style)
        frame.set(clip_on=False, zorder=3)
        panel.add_patch(frame)
