"""tools/submission_diff.py from the outside."""

import unicodedata
from pathlib import Path

import cv2
import pytest
from submission_data import WORD, make_submission_data
from tool_runner import assert_one_line_error, run_tool

from plugins.functional.submission import write_csv

TOOL = 'submission_diff.py'


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return make_submission_data(tmp_path)


def test_pages_that_differ_most_come_first_in_table_and_pictures(data, monkeypatch, capsys) -> None:
    pictures = ('--images', data / 'images', '--out', data / 'out')
    args = (data / 'good.json', data / 'poor.csv', *pictures)
    assert run_tool(monkeypatch, TOOL, *args) == 0
    lines = capsys.readouterr().out.splitlines()
    assert 'on the 3 common pages: 3 polygons only in A, 0 only in B, 3 in both' in '\n'.join(lines)
    assert 'identical: 1 page' in lines
    rows = [line.split() for line in lines if line.endswith('.png')]
    # B has half of b.png: recall 1 / 2 and precision 1, or the other way round.
    assert rows == [
        ['2', '0', '0', '-', '0.000', '1.000', '0.000', '0.000', 'c.png'],
        ['1', '0', '1', '1.000', '0.667', '1.000', '0.667', '1.000', 'b.png'],
    ]
    assert [path.name for path in sorted((data / 'out').iterdir())] == ['01_c.png', '02_b.png']
    assert cv2.imread(str(data / 'out/01_c.png')) is not None
    assert run_tool(monkeypatch, TOOL, *args) == 2
    assert '--force' in capsys.readouterr().err


def test_pages_of_one_file_are_named(data, monkeypatch, capsys) -> None:
    write_csv(data / 'part.csv', {'a.png': [WORD], 'x.png': []})
    assert run_tool(monkeypatch, TOOL, data / 'good.csv', data / 'part.csv') == 0
    out = capsys.readouterr().out
    assert 'only in A, not compared: 2 pages (b.png, c.png)' in out
    assert 'only in B, not compared: 1 page (x.png)' in out


def test_names_in_another_unicode_form_are_told(data, monkeypatch, capsys) -> None:
    for name, form in (('mac.csv', 'NFD'), ('other.csv', 'NFC')):
        write_csv(data / name, {'a.png': [], unicodedata.normalize(form, '가.png'): []})
    assert run_tool(monkeypatch, TOOL, data / 'mac.csv', data / 'other.csv') == 0
    assert 'Unicode form' in capsys.readouterr().out


def test_pages_without_polygons_are_left_out_of_the_means(data, monkeypatch, capsys) -> None:
    write_csv(data / 'empty.csv', {'c.png': []})
    assert run_tool(monkeypatch, TOOL, data / 'poor.csv', data / 'empty.csv') == 0
    out = capsys.readouterr().out
    assert '1 page without a polygon in either' in out
    assert 'were A the truth' not in out


@pytest.mark.parametrize(
    ('args', 'parts'),
    [
        pytest.param(('good.csv', 'other.csv'), ('other.csv', "'x.png'"), id='other pages'),
        pytest.param(('none.csv', 'good.csv'), ('none.csv: ',), id='no file'),
        pytest.param(
            ('good.csv', 'poor.csv', '--images', 'some', '--out', 'out'),
            ('some/c.png',),
            id='an image is missing',
        ),
    ],
)
def test_mistakes_are_one_line(data, monkeypatch, capsys, args, parts) -> None:
    write_csv(data / 'other.csv', {'x.png': [WORD]})

    (data / 'some').mkdir()
    paths = [arg if arg.startswith('--') else data / arg for arg in args]
    status = run_tool(monkeypatch, TOOL, *paths)
    assert_one_line_error(status, capsys.readouterr().err.splitlines()[-1], *parts)
    assert not (data / 'out').exists()


def test_an_out_that_is_a_file_is_refused_before_comparing(data, monkeypatch, capsys) -> None:
    args = ('--images', data / 'images', '--out', data / 'good.csv')
    status = run_tool(monkeypatch, TOOL, data / 'good.csv', data / 'poor.csv', *args)
    out, errors = capsys.readouterr()
    assert_one_line_error(status, errors, 'good.csv', '--out')
    assert not out


def test_pictures_need_images_and_a_place(data, monkeypatch, capsys) -> None:
    args = (data / 'good.csv', data / 'poor.csv', '--out', data / 'out')
    assert run_tool(monkeypatch, TOOL, *args) == 2
    assert 'go together' in capsys.readouterr().err
