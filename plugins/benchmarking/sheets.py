"""Tables for the terminal and for a Markdown page."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Sheet:
    """A table; the first column is text, the others are figures. An empty row draws a line."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ''


def print_sheet(sheet: Sheet, console: Console) -> None:
    """Print a table to a terminal."""
    table = Table(
        title=sheet.title, caption=sheet.note or None, title_justify='left', caption_justify='left'
    )
    for column, heading in enumerate(sheet.headings):
        table.add_column(heading, justify='right' if column else 'left')
    for row in sheet.rows:
        if row:
            table.add_row(*row)
        else:
            table.add_section()
    console.print(table)


def to_markdown(sheet: Sheet) -> str:
    """Return a table in GitHub's Markdown, its title above and its note below."""
    lines = [
        _line(sheet.headings),
        _line(['---', *['---:'] * (len(sheet.headings) - 1)]),
        *(_line(row) for row in sheet.rows if row),
    ]
    parts = [f'**{sheet.title}**', '\n'.join(lines), sheet.note]
    return '\n\n'.join(part for part in parts if part)


def _line(cells: Sequence[str]) -> str:
    return f'| {" | ".join(cells)} |'
