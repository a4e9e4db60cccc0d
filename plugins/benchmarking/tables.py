"""Tables of figures, for the terminal and for a Markdown page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class FigureTable:
    """A row for each record; the first column is text, the others are figures.

    ``columns`` maps a heading to the format of its cells, such as ``'{ms:.1f}'``, which is filled
    from a record's values. A text instead of a record heads those that follow; None draws a line.
    """

    title: str
    columns: Mapping[str, str]
    records: Sequence[Mapping[str, Any] | str | None]
    note: str = ''

    def print(self, *, markdown: bool = False) -> None:
        """Print it for a terminal, or in GitHub's Markdown."""
        if markdown:
            print(self._markdown())
            return
        table = Table(title=self.title, caption=self.note or None)
        table.title_justify = table.caption_justify = 'left'
        for column, heading in enumerate(self.columns):
            table.add_column(heading, justify='right' if column else 'left')
        for row in self._rows():
            if row:
                table.add_row(*row)
            else:
                table.add_section()
        Console().print(table)

    def _rows(self) -> list[list[str]]:
        rows: list[list[str]] = []
        for record in self.records:
            if record is None:
                rows.append([])
            elif isinstance(record, str):
                rows.append([record, *[''] * (len(self.columns) - 1)])
            else:
                rows.append([cell.format(**record) for cell in self.columns.values()])
        return rows

    def _markdown(self) -> str:
        ruler = ['---', *['---:'] * (len(self.columns) - 1)]
        rows = [list(self.columns), ruler, *filter(None, self._rows())]
        table = '\n'.join(f'| {" | ".join(row)} |' for row in rows)
        return '\n\n'.join(part for part in (f'**{self.title}**', table, self.note) if part)


def speed_table(
    title: str,
    names: Sequence[str],
    milliseconds: Sequence[Sequence[float]],
    whole: int | None = None,
) -> FigureTable:
    """Return what several ways take of the same pages; ``milliseconds`` are (pages, ways).

    The last column says how much faster than the first each is, or, if ``whole`` is given, the
    seconds that so many pages take.
    """
    times = np.array(milliseconds)
    columns = {
        '': '{name}',
        'median CPU ms a page': '{median:.1f}',
        'slowest page, ms': '{slowest:.1f}',
        f's for {whole} pages' if whole else 'times as fast': '{last:.1f}',
    }
    records = [
        {
            'name': name,
            'median': np.median(taken),
            'slowest': taken.max(),
            'last': whole * taken.mean() / 1e3 if whole else np.median(times[:, 0] / taken),
        }
        for name, taken in zip(names, times.T, strict=True)
    ]
    return FigureTable(title, columns, records)
