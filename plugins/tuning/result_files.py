"""What a tuning leaves for its user: tables, sentences, a picture and a line to paste."""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from ..cli import folded
from ..functional.decoding import DECODING, write_decoding
from ..functional.errors import counted
from ..functional.files import all_or_none, write_text
from ..functional.tuning import (
    CrossValidation,
    Setting,
    Tuning,
    compare_modes,
    is_flat,
    recommended,
    to_csv,
    verdict,
    what_is_flat,
)
from .heatmap import write_heatmap

TABLE, FIGURE = 'table.csv', 'heatmap.png'
# Short, for a terminal of 80 columns.
_SETTINGS = ('thresh', 'box', 'unclip', 'max', 'mode')
_SCORES = ('H-mean', 'prec.', 'recall', 'gain (95 %)')
_BEST = 10


def write_results(
    out: Path,
    tuning: Tuning,
    validation: CrossValidation | None,
    values: Mapping[str, Any],
    source: Mapping[str, Any],
) -> None:
    """Write the table of all settings, the heat maps, and the decoding ``values`` recommended.

    Raises:
        UserError: they cannot be written; none is, then.
    """
    with all_or_none(out, (TABLE, FIGURE, DECODING)) as stage:
        write_text(stage / TABLE, to_csv(tuning))
        modes = compare_modes(tuning)
        caption = f'{verdict(tuning, validation)} {modes or ""}'.strip()
        write_heatmap(stage / FIGURE, tuning, caption)
        write_decoding(stage / DECODING, values, source)


def print_results(
    tuning: Tuning, validation: CrossValidation | None, values: Mapping[str, Any]
) -> None:
    """Print the ten best settings, how far to trust them, what to do, and what to paste.

    Of a flat result, only that it is, and where.
    """
    console = Console(width=None if sys.stdout.isatty() else 80, highlight=False)
    modes = compare_modes(tuning)
    ending = [verdict(tuning, validation), *([str(modes)] if modes else [])]
    if is_flat(tuning, validation):
        for sentence in (*_flat(tuning), *ending):
            print(folded(sentence))
        return
    console.print(_ten_best(tuning), '')
    for sentence in (*trust(tuning, validation), *ending):
        print(folded(sentence))
    pairs = ','.join(f'{name}={value}' for name, value in values.items())
    print('\nWhat to take, for tools/test.py, predict.py and ensemble.py:')
    print(f'--decode {pairs}')


def values_to_take(tuning: Tuning, validation: CrossValidation | None) -> dict[str, Any]:
    """Return the recommended decoding values; the mode where it is not the current one."""
    setting = tuning.settings[recommended(tuning, validation)]
    return setting.numbers if setting.mode == tuning.current.mode else setting._asdict()


def _flat(tuning: Tuning) -> Iterator[str]:
    alike, settings = len(tuning.as_good), len(tuning.settings)
    yield (
        f'A flat result: {counted(len(tuning.scores), "page")} cannot tell {alike:,} of '
        f'{settings:,} settings from the best (95 % paired bootstrap): {what_is_flat(tuning)}.'
    )


def trust(tuning: Tuning, validation: CrossValidation | None) -> Iterator[str]:
    """Yield what the figures of the best setting are worth, a sentence or two each."""
    settings, pages = len(tuning.settings), len(tuning.scores)
    yield (
        f'As good as the best, as far as {pages} page{"s" * (pages > 1)} can tell (95 % paired '
        f'bootstrap): {len(tuning.as_good):,} of {settings:,} settings, itself included, within '
        f'{what_is_flat(tuning)}.'
    )
    edges = tuning.at_edge()
    if edges:
        values = tuning.settings[tuning.best].numbers
        named = ', '.join(f'{name} {values[name]:g}' for name in edges)
        yield f'The best lies at the edge of what was tried ({named}): widen the range there.'
    if validation is None:
        yield 'One page cannot be divided into those that choose and those that judge.'
        return
    choices = validation.folds * validation.repeats
    (setting, times), *others = validation.chosen
    won = f'{len(others) + 1} settings won, most often ({times} times)' if others else 'always'
    yield (
        f'Chosen on {validation.folds - 1} of {validation.folds} parts of the pages, {choices} '
        f'times: {won} {_describe(setting, len(tuning.modes) > 1)}.'
    )


def _describe(setting: Setting, with_mode: bool) -> str:
    values = setting._asdict() if with_mode else setting.numbers
    return ', '.join(f'{name} {value}' for name, value in values.items())


def _ten_best(tuning: Tuning) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False)
    # What is the same in all rows is told below the table.
    shown = [n for n, values in enumerate(zip(*tuning.settings, strict=True)) if len({*values}) > 1]
    for column in ('', *(_SETTINGS[n] for n in shown), *_SCORES):
        table.add_column(column, justify='right', no_wrap=True)
    ranking = tuning.ranking.tolist()
    rows = ranking[:_BEST]
    if tuning.now not in rows:
        rows.append(tuning.now)
    for position in rows:
        gain = tuning.gains[position]
        current = position == tuning.now
        table.add_row(
            str(ranking.index(position) + 1),
            *(str(tuning.settings[position][n]) for n in shown),
            *(f'{mean:.4f}' for mean in tuning.means[position]),
            'current' if current else f'{gain:+.4f}',
            style='bold' if current else None,
        )
    return table
