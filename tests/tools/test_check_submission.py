"""tools/check_submission.py from the outside."""

import csv
from pathlib import Path

import pytest
from submission_data import make_submission_data
from tool_runner import assert_one_line_error, run_tool

TOOL = 'check_submission.py'
WORD = '10 10 50 10 50 20 10 20'
BELOW = '10 60 50 60 50 70 10 70'


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return make_submission_data(tmp_path)


def check(data: Path, monkeypatch, text: str, *args: object) -> int:
    (data / 'in.csv').write_text(text)
    return run_tool(monkeypatch, TOOL, data / 'in.csv', *args)


@pytest.mark.parametrize('pages', [('--images', 'images'), ('--ann', 'test.json')], ids=str)
def test_a_clean_file_has_status_0(data, monkeypatch, capsys, pages) -> None:
    option, place = pages
    assert run_tool(monkeypatch, TOOL, data / 'good.csv', option, data / place) == 0
    out = capsys.readouterr().out
    assert '3 rows, 6 polygons; 3 pages expected' in out
    assert out.endswith('no problems\n')


def test_every_problem_is_listed_with_its_place_and_cost(data, monkeypatch, capsys) -> None:
    text = (
        'filename,polygons\n'
        f'a.png,{WORD}|{WORD}|5 5 9 5 9 9\n'
        f'a.png,{WORD}\n'
        f'b.PNG,0 0 200 0 200 9 0 9|{WORD[:-3]} nan\n'
    )
    assert check(data, monkeypatch, text, '--images', data / 'images') == 1
    out = capsys.readouterr().out
    for part in (
        'error    missing row: 2\n         2 of 3 pages score 0: at most 0.6667 of H\n',
        "b.png: row 4 has 'b.PNG'",
        'error    doubled row: 1',
        'row 3, a.png: also in row 2',
        'row 2, a.png, polygon 3: 3 of them',
        "row 4, b.PNG, polygon 2: 'nan'",
        'warning  doubled polygon: 1',
        'row 2, a.png, polygon 2: the outline of polygon 1 once more',
    ):
        assert part in out
    assert out.endswith('6 errors, 1 warning\n')
    assert max(map(len, out.splitlines()[1:])) <= 100


def test_a_list_without_labels_gives_no_score(data, monkeypatch, capsys) -> None:
    pages = ('--ann', data / 'test.json')
    assert run_tool(monkeypatch, TOOL, data / 'good.csv', *pages) == 0
    assert 'test.json: has no labels, so nothing is scored' in capsys.readouterr().err
    status = run_tool(monkeypatch, TOOL, data / 'good.csv', '--json', data / 'test.json', *pages)
    assert_one_line_error(status, capsys.readouterr().err, 'test.json', 'labelled')


def test_pages_of_unknown_size_are_told(data, monkeypatch, capsys) -> None:
    (data / 'bare.json').write_text('{"images": {"a.png": {"words": {}}}}')
    text = 'filename,polygons\na.png,0 0 8100 0 8100 9 0 9\n'
    assert check(data, monkeypatch, text, '--json', data / 'bare.json') == 0
    assert 'size not known of 1 page' in capsys.readouterr().err


def test_labels_make_the_cost_exact(data, monkeypatch, capsys) -> None:
    # A copy of one of two words: recall (8 - 1) / 8, precision 8 / 12 on one of three pages.
    text = f'filename,polygons\na.png,{WORD}|{BELOW}|{WORD}\n' + ''.join(
        f'{name}.png,{WORD}|{BELOW}\n' for name in 'bc'
    )
    assert check(data, monkeypatch, text, '--ann', data / 'labels.json') == 1
    out = capsys.readouterr().out
    recall, precision = 7 / 8, 8 / 12
    hmean = (2 + 2 * recall * precision / (recall + precision)) / 3
    assert f'H without them 1.0000 ({1 - hmean:+.4f})' in ' '.join(out.split())
    assert f'H {hmean:.4f}' in out


def test_the_report_holds_what_is_not_printed(data, monkeypatch, capsys) -> None:
    text = 'filename,polygons\n'
    args = ('--json', data / 'test.json', '--places', 1, '--report', data / 'all.csv')
    assert check(data, monkeypatch, text, *args) == 1
    assert '... and 2 more' in capsys.readouterr().out
    with (data / 'all.csv').open() as file:
        rows = list(csv.DictReader(file))
    assert [(row['severity'], row['kind'], row['file']) for row in rows] == [
        ('error', 'missing row', f'{name}.png') for name in 'abc'
    ]
    assert check(data, monkeypatch, text, *args) == 2
    assert '--force' in capsys.readouterr().err


@pytest.mark.parametrize(
    ('data_in_csv', 'args', 'parts'),
    [
        pytest.param(b'', ('--json', 'test.json'), ('in.csv', 'empty'), id='empty'),
        pytest.param(b'x', ('--images', 'none'), ('none: ',), id='no folder'),
        pytest.param(b'x', ('--images', 'empty'), ('empty: ',), id='no image'),
        pytest.param(b'x', ('--json', 'none.json'), ('none.json: ',), id='no list'),
    ],
)
def test_what_cannot_be_checked_has_status_2(
    data, monkeypatch, capsys, data_in_csv, args, parts
) -> None:
    (data / 'in.csv').write_bytes(data_in_csv)
    (data / 'empty').mkdir()
    option, place = args
    status = run_tool(monkeypatch, TOOL, data / 'in.csv', option, data / place)
    assert_one_line_error(status, capsys.readouterr().err, *parts)


def test_a_folder_of_images_that_is_not_there_is_not_passed_over(data, monkeypatch, capsys) -> None:
    args = ('--json', data / 'test.json', '--images', data / 'none')
    status = run_tool(monkeypatch, TOOL, data / 'good.csv', *args)
    assert_one_line_error(status, capsys.readouterr().err, 'none: ')


def test_the_list_of_pages_is_asked_for(data, monkeypatch, capsys) -> None:
    assert run_tool(monkeypatch, TOOL, data / 'good.csv') == 2
    assert 'give --images DIR or --ann FILE' in capsys.readouterr().err
