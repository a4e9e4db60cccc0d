"""Tables."""

from rich.console import Console

from plugins.benchmarking.sheets import Sheet, print_sheet, to_markdown

SHEET = Sheet('Times', ('', 'ms'), [('load', '1.0'), (), ('all', '2.5')], 'On one core.')


def test_markdown_is_what_github_reads() -> None:
    assert to_markdown(SHEET).splitlines() == [
        *('**Times**', ''),
        *('|  | ms |', '| --- | ---: |', '| load | 1.0 |', '| all | 2.5 |'),
        *('', 'On one core.'),
    ]


def test_a_table_without_a_note_ends_with_its_rows() -> None:
    assert to_markdown(Sheet('Times', ('a',), [('b',)])).endswith('| b |')


def test_the_terminal_shows_all_of_it() -> None:
    console = Console(record=True, width=60)
    print_sheet(SHEET, console)
    text = console.export_text()
    assert all(part in text for part in ('Times', 'load', '1.0', '2.5', 'On one core.'))
