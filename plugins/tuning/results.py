"""What a tuning leaves for its user: tables, sentences, a picture and a line to paste."""

import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from ..functional.decoding import DecodeParams
from ..functional.files import write_text
from ..functional.tuning import CrossValidation, Setting, Tuning, to_csv, verdict
from .heatmap import write_heatmap

TABLE, FIGURE = 'table.csv', 'heatmap.png'
# Short, for a terminal of 80 columns.
_COLUMNS = ['', 'thresh', 'box', 'unclip', 'max', 'H-mean', 'prec.', 'recall', 'gain', 'interval']
_BEST = 10


def write_results(out: Path, tuning: Tuning, validation: CrossValidation | None) -> None:
    """Write the table of all settings and the heat maps."""
    write_text(out / TABLE, to_csv(tuning))
    write_heatmap(out / FIGURE, tuning, verdict(tuning, validation))


def print_results(tuning: Tuning, validation: CrossValidation | None, options: str) -> None:
    """Print the ten best settings, how far to trust them, what to do, and what to paste."""
    # Files and pipes get the width that the table needs.
    console = Console(width=None if sys.stdout.isatty() else 100, highlight=False)
    console.print(_ten_best(tuning), '')
    for sentence in (*trust(tuning, validation), verdict(tuning, validation)):
        console.print(sentence, soft_wrap=True)
    print(f'\nThe best setting, for tools/test.py:\n--cfg-options {options}')


def cfg_options(setting: Setting, params: DecodeParams, mode: str) -> str:
    """Return ``--cfg-options`` that decode with a setting; ``mode`` where it is not the model's."""
    values = setting._asdict()
    if mode != params.mode:
        values['mode'] = mode
    return ' '.join(
        f'model.det_head.postprocessor.{name}={value}' for name, value in values.items()
    )


def trust(tuning: Tuning, validation: CrossValidation | None) -> Iterator[str]:
    """Yield what the figures of the best setting are worth, a sentence or two each."""
    settings, pages = len(tuning.settings), len(tuning.scores)
    yield (
        f'As good as the best, as far as {pages} page{"s" * (pages > 1)} can tell (95 % paired '
        f'bootstrap): {tuning.as_good} of {settings} settings, itself included.'
    )
    edges = tuning.at_edge()
    if edges:
        values = asdict(tuning.settings[tuning.best].within(DecodeParams()))
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
        f'times: {won} {describe(setting)}.'
    )


def describe(setting: Setting) -> str:
    """Return a setting in words."""
    return ', '.join(f'{name} {value}' for name, value in setting._asdict().items())


def _ten_best(tuning: Tuning) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    for column in _COLUMNS:
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
            *map(str, tuning.settings[position]),
            *(f'{mean:.4f}' for mean in tuning.means[position]),
            '' if current else f'{gain.mean:+.4f}',
            'current' if current else f'{gain.low:+.4f}…{gain.high:+.4f}',
            style='bold' if current else None,
        )
    return table
