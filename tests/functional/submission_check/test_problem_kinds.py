"""Kinds of problems: what they cost, where they are, how they are reported."""

import csv

import pytest

from plugins.functional.submission_check import (
    CsvProblem,
    CsvRow,
    Kind,
    by_kind,
    check_rows,
    write_report,
)


def test_errors_come_before_warnings() -> None:
    severities = [kind.severity for kind in Kind]
    assert severities == sorted(severities) and {*severities} == {'error', 'warning'}
    problems = [CsvProblem(kind) for kind in reversed(Kind)]
    assert list(by_kind(problems)) == list(Kind)


@pytest.mark.parametrize(
    ('problem', 'text'),
    [
        (CsvProblem(Kind.ODD, '7 of them', 2, 'a.jpg', 3), 'row 2, a.jpg, polygon 3: 7 of them'),
        (CsvProblem(Kind.MISSING_ROW, file='a\n.jpg'), r"'a\n.jpg'"),
        (CsvProblem(Kind.BYTE_ORDER_MARK, 'at the start'), 'at the start'),
    ],
    ids=['polygon', 'unprintable name', 'the whole file'],
)
def test_a_problem_says_where_it_is(problem, text) -> None:
    assert str(problem) == text


def test_the_report_has_a_row_a_problem(tmp_path) -> None:
    write_report(tmp_path / 'r.csv', [CsvProblem(Kind.SPACING, 'two, say', 2, 'a,b.jpg', 1)])
    with (tmp_path / 'r.csv').open(newline='') as file:
        (row,) = csv.DictReader(file)
    assert list(row.values()) == ['warning', 'spacing', '2', 'a,b.jpg', '1', 'two, say']


def test_a_broken_row_of_no_page_costs_no_page() -> None:
    problems = [CsvProblem(Kind.BROKEN_ROW, '', 2, file) for file in ('a', 'a', 'x')]
    assert Kind.BROKEN_ROW.cost_of(problems, 'ab').startswith('1 of 2 pages score 0')


def test_missing_rows_cost_their_share_of_the_pages() -> None:
    problems = check_rows([CsvRow(2, 'a'), CsvRow(3, 'b'), CsvRow(4, 'c')], ['a', 'b', 'c', 'd'])
    assert Kind.MISSING_ROW.cost_of(problems, 'abcd') == (
        '1 of 4 pages score 0: at most 0.2500 of H'
    )
