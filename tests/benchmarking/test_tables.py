"""Tables."""

import numpy as np
import pytest

from plugins.benchmarking.tables import FigureTable, speed_table

COLUMNS = {'': '{name}', 'ms': '{ms:.1f}'}
TABLE = FigureTable(
    'Times', COLUMNS, ['Page', {'name': 'load', 'ms': 1}, None, {'name': 'all', 'ms': 2.54}], 'Why.'
)


def test_markdown_is_what_github_reads(capsys):
    TABLE.print(markdown=True)
    assert capsys.readouterr().out.splitlines() == [
        *('**Times**', ''),
        *('|  | ms |', '| --- | ---: |', '| Page |  |', '| load | 1.0 |', '| all | 2.5 |'),
        *('', 'Why.'),
    ]


def test_a_table_without_a_note_ends_with_its_rows(capsys):
    FigureTable('Times', COLUMNS, [{'name': 'b', 'ms': 3}]).print(markdown=True)
    assert capsys.readouterr().out.endswith('| b | 3.0 |\n')


def test_the_terminal_shows_all_of_it(capsys):
    TABLE.print()
    text = capsys.readouterr().out
    assert all(part in text for part in ('Times', 'Page', 'load', '1.0', '2.5', 'Why.'))


@pytest.mark.parametrize(
    ('whole', 'last'),
    [
        pytest.param(None, {'times as fast': [1, 4]}, id='4 / 1, 9 / 3 and 8 / 2'),
        pytest.param(1000, {'s for 1000 pages': [7, 2]}, id='the mean, a thousand times'),
    ],
)
def test_ways_are_compared_page_by_page(whole, last):
    table = speed_table('', ('slow', 'fast'), np.array([[4, 1], [9, 3], [8, 2]]), whole)
    first, second = table.records
    assert [(r['name'], r['median'], r['slowest']) for r in (first, second)] == [
        ('slow', 8, 9),
        ('fast', 2, 3),
    ]
    assert {list(table.columns)[-1]: [first['last'], second['last']]} == last
