"""The leaderboard CSV: written to the letter, read strictly."""

import csv
from pathlib import Path

import numpy as np
import pytest

from plugins.functional.errors import UserError
from plugins.functional.geometry import Detection
from plugins.functional.submission import as_submitted, read_csv, write_csv, write_predictions

SQUARE = np.array([[0, 0], [10, 0], [10, 10], [0, 10]])


def test_the_csv_is_written_to_the_letter(tmp_path: Path) -> None:
    path = tmp_path / 'out.csv'
    write_csv(path, {'a.jpg': [SQUARE, SQUARE + 20], 'b.jpg': []})
    assert path.read_bytes() == (
        b'filename,polygons\na.jpg,0 0 10 0 10 10 0 10|20 20 30 20 30 30 20 30\nb.jpg,\n'
    )


def test_coordinates_are_rounded_half_to_even(tmp_path: Path) -> None:
    path = tmp_path / 'out.csv'
    write_csv(path, {'a.jpg': [[[0.5, 1.5], [2.5, -0.4], [2.51, -0.5], [-1.5, 3.49]]]})
    assert path.read_text().splitlines()[1] == 'a.jpg,0 2 2 0 3 0 -2 3'


def test_what_is_scored_is_what_the_csv_holds(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    polygons = list(rng.uniform(-20, 1000, (510, 5, 2)))
    write_csv(tmp_path / 'a.csv', {'a.jpg': polygons})
    submitted = as_submitted(polygons)
    assert np.array_equal(submitted, np.rint(polygons[:500]))
    assert np.array_equal(read_csv(tmp_path / 'a.csv')['a.jpg'], submitted)


def test_any_sequence_of_arrays_or_lists_is_written(tmp_path: Path) -> None:
    as_float32 = SQUARE.astype(np.float32)
    write_csv(tmp_path / 'a.csv', {'a.jpg': (SQUARE.tolist(), as_float32)})
    write_csv(tmp_path / 'b.csv', {'a.jpg': np.stack([SQUARE, SQUARE])})
    assert (tmp_path / 'a.csv').read_bytes() == (tmp_path / 'b.csv').read_bytes()


def test_file_names_with_commas_and_quotes_survive(tmp_path: Path) -> None:
    names = ['a,b.jpg', 'the "best".jpg', '가나 다.jpg', "it's.jpg", ' .jpg', '|.jpg']
    write_csv(tmp_path / 'out.csv', {name: [SQUARE] for name in names})
    assert list(read_csv(tmp_path / 'out.csv')) == names


def test_reading_and_writing_is_the_identity(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    pages = {
        f'{n},.jpg': [rng.integers(-50, 1300, (rng.integers(4, 15), 2)) for _ in range(n * 10)]
        for n in (3, 0, 50, 1)
    }
    one, two = tmp_path / 'one.csv', tmp_path / 'two.csv'
    write_csv(one, pages)
    write_csv(two, read_csv(one))
    assert one.read_bytes() == two.read_bytes()
    read = read_csv(one)
    assert list(read) == list(pages)
    for name, polygons in pages.items():
        assert [p.tolist() for p in read[name]] == [p.tolist() for p in polygons]
        assert all(p.dtype == np.float64 for p in read[name])


def test_cells_beyond_the_csv_module_s_limit_are_read(tmp_path: Path) -> None:
    turn = np.linspace(0, 2 * np.pi, 120, endpoint=False)
    page = [np.round(9000 * np.stack([np.cos(turn), np.sin(turn)], 1)) + 10000] * 500
    before = csv.field_size_limit()
    write_csv(tmp_path / 'out.csv', {'a.jpg': page})
    assert (tmp_path / 'out.csv').stat().st_size > before
    assert np.array_equal(read_csv(tmp_path / 'out.csv')['a.jpg'], page)
    assert csv.field_size_limit() == before


GOOD = '0 0 10 0 10 10 0 10'


@pytest.mark.parametrize(
    'text',
    [
        pytest.param(f'\ufefffilename,polygons\na.jpg,{GOOD}\n', id='byte-order mark'),
        pytest.param(f'filename,polygons\r\na.jpg,{GOOD}\r\n', id='Windows line ends'),
        pytest.param(f'filename,polygons\na.jpg,{GOOD}', id='no line end at the end'),
        pytest.param(f'filename,polygons\n\na.jpg,{GOOD}\n\n', id='blank lines'),
        pytest.param(f'filename,polygons\n"a.jpg","{GOOD}"\n', id='everything quoted'),
        pytest.param('filename,polygons\na.jpg,0.0 0. 1e1 +0 10 10 -0 10\n', id='floats'),
    ],
)
def test_other_writers_habits_are_read(tmp_path: Path, text: str) -> None:
    (tmp_path / 'in.csv').write_bytes(text.encode())
    assert [p.tolist() for p in read_csv(tmp_path / 'in.csv')['a.jpg']] == [SQUARE.tolist()]


WRONG = {
    'empty': ('', '', 'empty'),
    'no header': ('a.jpg,\n', 'row 1', "'a.jpg,'"),
    'case': ('Filename,polygons\n', 'row 1', "'Filename,polygons'"),
    'third column': ('filename,polygons,score\n', 'row 1', 'polygons,score'),
    'semicolon': ('filename;polygons\n', 'row 1', "'filename;polygons'"),
    'twice': ('filename,polygons\na.jpg,\nb.jpg,\na.jpg,\n', 'row 4', "'a.jpg'"),
    'no cell': ('filename,polygons\na.jpg\n', 'row 2', '1 columns'),
    'bare comma': ('filename,polygons\na,b.jpg,\nc.jpg,\n', 'row 2', 'quote names'),
    'no name': ('filename,polygons\n,\n', 'row 2', "''"),
    'a path': ('filename,polygons\n../a,\n', 'row 2', "'../a'"),
    'odd number': (
        f'filename,polygons\na.jpg,{GOOD}|1 2 3 4 5 6 7 8 9\n',
        "row 2: 'a.jpg', column polygons, polygon 2",
        '9 coordinates',
    ),
    'triangle': ('filename,polygons\na.jpg,0 0 1 0 1 1\n', 'polygons, polygon 1', '3 vertices'),
    'trailing bar': (f'filename,polygons\na.jpg,{GOOD}|\n', 'polygon 2', '0 vertices'),
    'NaN': ('filename,polygons\na.jpg,0 0 1 nan 1 1 0 1\n', 'polygon 1', "'nan'"),
    'inf': ('filename,polygons\na.jpg,0 0 1 inf 1 1 0 1\n', 'polygon 1', "'inf'"),
    'huge': ('filename,polygons\na.jpg,0 0 1 1e999 1 1 0 1\n', 'polygon 1', "'1e999'"),
    '1_0': ('filename,polygons\na.jpg,0 0 1 1_0 1 1 0 1\n', 'polygon 1', "'1_0'"),
    'commas': ('filename,polygons\na.jpg,"0,0,1,0,1,1,0,1"\n', 'polygon 1', "'0,0,1,0,1,1,0,1'"),
    'truncated row': (f'filename,polygons\na.jpg,{GOOD}\nb.jpg,1 2 3 4 5', 'row 3', 'truncated'),
    'cut name': (f'filename,polygons\na.jpg,{GOOD}\nb.j', 'row 3', 'truncated'),
    'quote never closed': ('filename,polygons\na.jpg,"0 0', 'line 2', 'not valid CSV'),
}


@pytest.mark.parametrize(('text', 'place', 'message'), WRONG.values(), ids=WRONG)
def test_csv_errors_name_row_column_and_polygon(tmp_path, text, place, message) -> None:
    path = tmp_path / 'in.csv'
    path.write_text(text)
    with pytest.raises(UserError) as caught:
        read_csv(path)
    line = caught.value.line
    assert line.startswith(f'{path}: {place if place.startswith("row") else ""}')
    assert place in line
    assert message in line


def test_csv_in_another_encoding_or_missing(tmp_path: Path) -> None:
    path = tmp_path / 'in.csv'
    path.write_bytes('filename,polygons\n가.jpg,\n'.encode('euc-kr'))
    with pytest.raises(UserError, match=r'in\.csv: byte 18 '):
        read_csv(path)
    with pytest.raises(UserError, match=r'nowhere\.csv: '):
        read_csv(tmp_path / 'nowhere.csv')


@pytest.mark.parametrize(
    ('polygon', 'message'),
    [
        pytest.param(SQUARE[:3], r"'a\.jpg': polygon 2.* \(3, 2\)", id='triangle'),
        pytest.param(SQUARE.ravel(), r'polygon 2.* \(8,\)', id='flat'),
        pytest.param(np.zeros((4, 3)), r'polygon 2.* \(4, 3\)', id='3-D'),
        pytest.param(np.full((4, 2), np.nan), 'not finite', id='NaN'),
        pytest.param(np.full((4, 2), np.inf), 'not finite', id='infinite'),
        pytest.param(np.full((4, 2), 1e30), 'not finite', id='beyond any image'),
    ],
)
def test_a_polygon_that_cannot_be_submitted_is_refused(tmp_path, polygon, message) -> None:
    with pytest.raises(ValueError, match=message):
        write_csv(tmp_path / 'out.csv', {'a.jpg': [SQUARE, polygon]})
    with pytest.raises(ValueError, match=message):
        found = [Detection(SQUARE, 1), Detection(polygon, 1)]
        write_predictions(tmp_path / 'out.json', {'a.jpg': found})
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize('write', [write_csv, write_predictions])
def test_an_existing_file_is_replaced_only_with_force(tmp_path: Path, write) -> None:
    path = tmp_path / 'out'
    path.write_text('precious')
    with pytest.raises(UserError, match='--force'):
        write(path, {})
    assert path.read_text() == 'precious'
    write(path, {}, force=True)
    assert path.read_text() != 'precious'
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize('write', [write_csv, write_predictions])
def test_a_name_that_leads_elsewhere_is_not_written(tmp_path: Path, write) -> None:
    with pytest.raises(ValueError, match=r"'a/b\.jpg'"):
        write(tmp_path / 'out', {'a/b.jpg': []})
