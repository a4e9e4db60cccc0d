"""What a tuning leaves for its user: tables, sentences, a picture and a line to paste."""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from ..functional.decoding import DECODING, DecodeParams, write_decoding
from ..functional.files import all_or_none, write_text
from ..functional.tuning import CrossValidation, Setting, Tuning, recommended, to_csv, verdict
from .heatmap import write_heatmap

TABLE, FIGURE = 'table.csv', 'heatmap.png'
# Short, for a terminal of 80 columns.
_COLUMNS = ['', 'thresh', 'box', 'unclip', 'max', 'H-mean', 'prec.', 'recall', 'gain (95 %)']
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
        write_heatmap(stage / FIGURE, tuning, verdict(tuning, validation))
        write_decoding(stage / DECODING, values, source)


def print_results(
    tuning: Tuning, validation: CrossValidation | None, values: Mapping[str, Any]
) -> None:
    """Print the ten best settings, how far to trust them, what to do, and what to paste."""
    # Files and pipes get the width that the table needs.
    console = Console(width=None if sys.stdout.isatty() else 100, highlight=False)
    console.print(_ten_best(tuning), '')
    for sentence in (*trust(tuning, validation), verdict(tuning, validation)):
        console.print(sentence, soft_wrap=True)
    pairs = ','.join(f'{name}={value}' for name, value in values.items())
    print('\nWhat to take, for tools/test.py, predict.py and ensemble.py:')
    print(f'--decode {pairs}')


def values_to_take(
    tuning: Tuning, validation: CrossValidation | None, params: DecodeParams, mode: str
) -> dict[str, Any]:
    """Return the recommended decoding values; ``mode`` where it is not the model's."""
    values = tuning.settings[recommended(tuning, validation)]._asdict()
    return values if mode == params.mode else {**values, 'mode': mode}


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
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False)
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
            'current' if current else f'{gain:+.4f}',
            style='bold' if current else None,
        )
    return table
