"""What running an ensemble leaves: files, and a table of members, vote and average side by side."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich import box
from rich.console import Console
from rich.table import Table

from ..functional.cleval import Interval, PageScore, mean_interval
from ..functional.files import (
    all_or_none,
    csv_text,
    refuse_file,
    refuse_overwrite,
    write_text,
)
from ..functional.geometry import Detection
from ..functional.submission import FILES, write_csv, write_predictions

TABLE = 'results.csv'
_NARROW, _WIDE = 80, 100  # columns of a terminal
_SCORES = ('hmean', 'precision', 'recall')


@dataclass(frozen=True)
class SystemScore:
    """A system's scores over the pages, and its gain in H-mean over the best single member."""

    name: str
    hmean: Interval
    precision: Interval
    recall: Interval
    gain: Interval | None


def system_scores(
    scores: Mapping[str, Mapping[str, PageScore]], members: Sequence[str]
) -> list[SystemScore]:
    """Return a row for each system of system -> page -> score, all on the same pages.

    The best member is the one of the highest H-mean, the first of equals; it has no gain.
    """
    values = {
        name: {key: np.array([getattr(page, key) for page in pages.values()]) for key in _SCORES}
        for name, pages in scores.items()
    }
    best = max(members, key=lambda name: values[name]['hmean'].mean())
    return [
        SystemScore(
            name,
            *(mean_interval(value[key]) for key in _SCORES),
            None if name == best else mean_interval(value['hmean'] - values[best]['hmean']),
        )
        for name, value in values.items()
    ]


def refuse_outputs(out: Path, systems: Sequence[str], scored: bool, force: bool) -> None:
    """Refuse to replace what an earlier run wrote.

    Raises:
        UserError: a file is there and ``force`` is not given, or ``out`` is no folder.
    """
    refuse_file(out)
    for name in outputs(systems, scored):
        refuse_overwrite(out / name, force)


def write_outputs(
    out: Path, found: Mapping[str, Mapping[str, Sequence[Detection]]], rows: Sequence[SystemScore]
) -> None:
    """Write predictions and submission of each system, and the table of ``rows``: all or none.

    Raises:
        UserError: the folder cannot be written.
    """
    with all_or_none(out, outputs(list(found), bool(rows))) as stage:
        for system, pages in found.items():
            write_predictions(stage / system / FILES[0], pages)
            polygons = {name: [each.polygon for each in page] for name, page in pages.items()}
            write_csv(stage / system / FILES[1], polygons)
        if rows:
            write_text(stage / TABLE, to_csv(rows))


def to_csv(rows: Sequence[SystemScore]) -> str:
    """Return one line a system: mean, low and high of each score, then the gain's."""
    bounds = [f'{key}{end}' for key in (*_SCORES, 'gain') for end in ('', '_low', '_high')]
    lines = [['system', *bounds]]
    for row in rows:
        intervals = (row.hmean, row.precision, row.recall, row.gain)
        figures = ((i.mean, i.low, i.high) if i else ('', '', '') for i in intervals)
        lines.append([row.name, *(f'{x:.6f}' if x != '' else '' for f in figures for x in f)])
    return csv_text(lines)


def print_scores(rows: Sequence[SystemScore], pages: int) -> None:
    """Print the rows as a table, gains that may be chance dimmed."""
    console = Console(width=None if sys.stdout.isatty() else _NARROW, highlight=False)
    # Else names would be cut; results.csv has all intervals.
    wide = console.width >= _WIDE
    title = f'CLEval on {pages} page{"s" * (pages != 1)}, 95 % bootstrap intervals'
    table = Table(title=title, box=box.SIMPLE_HEAD, title_justify='left', padding=(0, 1, 0, 0))
    table.add_column('', overflow='fold')
    for heading in ('H-mean', 'P', 'R', 'gain over the best'):
        table.add_column(heading, justify='right', no_wrap=True)
    top = max(row.hmean.mean for row in rows)
    for row in rows:
        hmean = f'{row.hmean:.3f}' if wide else f'{row.hmean.mean:.3f}'
        scores = [hmean, f'{row.precision.mean:.3f}', f'{row.recall.mean:.3f}']
        style = 'bold' if row.hmean.mean == top else None
        table.add_row(row.name, *scores, _gain(row.gain), style=style)
    console.print(table)


def _gain(gain: Interval | None) -> str:
    if gain is None:
        return 'best member'
    text = f'{gain:+.4f}'
    return text if gain.low > 0 or gain.high < 0 else f'[dim]{text}[/dim]'


def outputs(systems: Sequence[str], scored: bool) -> list[Path]:
    """Return the files that are written, within the folder for them."""
    files = [Path(system, name) for system in systems for name in FILES]
    return [*files, *([Path(TABLE)] if scored else [])]
