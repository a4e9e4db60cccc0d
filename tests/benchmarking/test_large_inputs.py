"""Large files in small: they are what the readers read, and commands are measured."""

import pytest

from plugins.benchmarking.large_inputs import (
    cost_of,
    empty_pages,
    write_annotation,
    write_scribbles,
    write_submission,
)
from plugins.functional.annotations import load_pages
from plugins.functional.errors import UserError
from plugins.functional.submission import read_csv


def test_annotation(tmp_path):
    write_annotation(tmp_path / 'a.json', 3, 5)
    pages = load_pages(tmp_path / 'a.json')
    assert [len(page.polygons) for page in pages.values()] == [5, 5, 5]
    assert list(pages) == [name for name, _ in empty_pages(3)]


def test_submission(tmp_path):
    path = tmp_path / 'a.csv'
    assert write_submission(path, 7, pages=4) == 4
    pages = read_csv(path)
    assert {len(page) for page in pages.values()} == {7}
    assert list(pages) == [name for name, _ in empty_pages(4)]
    assert write_submission(path, 100, megabytes=1) == len(read_csv(path))
    assert 1e6 < path.stat().st_size < 1.01e6


def test_scribbles(tmp_path):
    write_scribbles(tmp_path / 'a.csv', 3, 70)
    (page,) = read_csv(tmp_path / 'a.csv').values()
    assert [len(polygon) for polygon in page] == [70] * 3


def test_the_cost_of_a_command():
    idle, busy = (cost_of(['-c', f'b = bytearray({size}); sum(b)']) for size in (1, 60_000_000))
    assert busy.seconds > idle.seconds + 0.1
    assert busy.megabytes == pytest.approx(idle.megabytes + 60, rel=0.2)


def test_a_command_that_fails():
    with pytest.raises(UserError, match='-c: ZeroDivisionError'):
        cost_of(
            ['-c', 'import sys, traceback\ntry: 1/0\nexcept: traceback.print_exc(); sys.exit(3)']
        )
