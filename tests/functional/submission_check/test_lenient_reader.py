"""The patient reader: everything that can be read, and every fault on the way."""

import re
from pathlib import Path

import pytest
from memory import at_most

from plugins.functional.errors import UserError
from plugins.functional.submission import read_csv, write_csv
from plugins.functional.submission_check import Kind, by_kind, scan_csv

GOOD = '0 0 10 0 10 10 0 10'


def scan(tmp_path: Path, text: str | bytes):
    path = tmp_path / 'in.csv'
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return scan_csv(path)


def places(found) -> list[tuple]:
    return [(problem.kind, problem.row, problem.polygon) for problem in found.problems]


def test_what_the_strict_reader_takes_is_read_alike_and_without_fault(tmp_path: Path) -> None:
    path = tmp_path / 'a.csv'
    write_csv(path, {'a,b.jpg': [[(0, 0), (10, 0), (10, 10), (-3, 10)]] * 2, '영수증.jpg': []})
    found, strict = scan_csv(path), read_csv(path)
    assert [row.file for row in found.rows] == list(strict)
    assert [p.tolist() for p in found.rows[0].polygons] == [p.tolist() for p in strict['a,b.jpg']]
    assert places(found) == [(Kind.NO_POLYGONS, 3, None)]


@pytest.mark.parametrize(
    ('polygon', 'kind'),
    [
        pytest.param('0 0 nan 0 10 10 0 10', Kind.NOT_FINITE, id='NaN'),
        pytest.param('0 0 -Inf 0 10 10 0 10', Kind.NOT_FINITE, id='infinite'),
        pytest.param('0 0 1e999 0 10 10 0 10', Kind.NOT_FINITE, id='overflow'),
        pytest.param('0 0 99999999 0 10 10 0 10', Kind.TOO_LARGE, id='a unit error'),
        pytest.param(f'0 0 {"9" * 5000} 0 10 10 0 10', Kind.TOO_LARGE, id='5000 digits'),
        pytest.param('0 0 1e9 0 10 10 0 10', Kind.TOO_LARGE, id='large float'),
        pytest.param('0 0 x 0 10 10 0 10', Kind.NOT_A_NUMBER, id='text'),
        pytest.param('0 0 1_0 0 10 10 0 10', Kind.NOT_A_NUMBER, id='only Python reads it'),
        pytest.param('0 0 10 0 10 10 0', Kind.ODD, id='seven coordinates'),
        pytest.param('0 0 10 0 10 10', Kind.FEW_VERTICES, id='triangle'),
        pytest.param('7 ' * 10_001 + '7', Kind.EXCESSIVE, id='too many vertices'),
        pytest.param('', Kind.EMPTY, id='nothing between the bars'),
    ],
)
def test_a_polygon_that_is_lost_costs_no_other(tmp_path: Path, polygon: str, kind) -> None:
    found = scan(tmp_path, f'filename,polygons\na.jpg,{GOOD}|{polygon}|{GOOD}\n')
    assert places(found) == [(kind, 2, 2)]
    assert kind.severity == 'error'
    (row,) = found.rows
    assert list(row.numbers) == [1, 3]
    assert found.num_polygons == 2


@pytest.mark.parametrize(
    ('polygon', 'kind'),
    [
        pytest.param('0 0 10.0 0 10 10 0 10', Kind.NOT_WHOLE, id='10.0'),
        pytest.param('0 0 1e1 0 10 10 0 10', Kind.NOT_WHOLE, id='exponent'),
        pytest.param('0 0  10 0 10 10 0 10', Kind.SPACING, id='two spaces'),
        pytest.param(' 0 0 10 0 10 10 0 10', Kind.SPACING, id='leading space'),
        pytest.param('0 0\t10 0 10 10 0 10', Kind.SPACING, id='tabulator'),
    ],
)
def test_a_polygon_in_an_odd_notation_is_read(tmp_path: Path, polygon: str, kind) -> None:
    found = scan(tmp_path, f'filename,polygons\na.jpg,{polygon}\n')
    assert places(found) == [(kind, 2, 1)]
    assert found.rows[0].polygons[0].tolist() == [[0, 0], [10, 0], [10, 10], [0, 10]]


def test_one_polygon_may_have_several_faults(tmp_path: Path) -> None:
    found = scan(tmp_path, 'filename,polygons\na.jpg,0  0 nan x 1.5\n')
    numbers = [Kind.NOT_A_NUMBER, Kind.NOT_FINITE, Kind.NOT_WHOLE]
    assert list(by_kind(found.problems)) == [*numbers, Kind.ODD, Kind.SPACING]


FAULTS = {
    'no header: the line is a row': (f'a.jpg,{GOOD}\n', Kind.HEADER, 1),
    'other words': (f'file,polys\na.jpg,{GOOD}\n', Kind.HEADER, 1),
    'capitals': (f'Filename,Polygons\na.jpg,{GOOD}\n', Kind.HEADER, 1),
    'pandas index': (f',filename,polygons\n0,a.jpg,{GOOD}\n', Kind.HEADER, 1),
    'swapped': (f'polygons,filename\n{GOOD},a.jpg\n', Kind.HEADER, 1),
    'semicolons': (f'filename;polygons\na.jpg;{GOOD}\n', Kind.HEADER, 1),
    'BOM': (f'\ufefffilename,polygons\na.jpg,{GOOD}\n', Kind.BYTE_ORDER_MARK, 1),
    'open quote': (f'filename,polygons\na.jpg,"{GOOD}\nb.jpg,{GOOD}\n', Kind.QUOTES, 2),
    'bare comma': (f'filename,polygons\na,b.jpg,{GOOD}\n', Kind.BROKEN_ROW, 1),
    'cut off': (f'filename,polygons\na.jpg,{GOOD}\nb.', Kind.BROKEN_ROW, 2),
    'a path': (f'filename,polygons\nc/a.jpg,{GOOD}\n', Kind.BAD_NAME, 1),
    'no name': (f'filename,polygons\n,{GOOD}\n', Kind.BAD_NAME, 1),
}


@pytest.mark.parametrize(('text', 'kind', 'rows'), FAULTS.values(), ids=FAULTS)
def test_faults_of_the_file_leave_its_rows_readable(tmp_path: Path, text, kind, rows) -> None:
    found = scan(tmp_path, text)
    assert [problem.kind for problem in found.problems][:1] == [kind]
    assert len(found.rows) == rows
    if kind not in (Kind.BROKEN_ROW, Kind.BAD_NAME):
        assert all(len(row.polygons) == 1 for row in found.rows)
        assert found.rows[0].file == 'a.jpg'
    assert ('may be truncated' in found.problems[0].detail) == (kind is Kind.BROKEN_ROW)


def test_another_encoding_is_told_by_its_line(tmp_path: Path) -> None:
    text = f'filename,polygons\na.jpg,{GOOD}\n가.jpg,{GOOD}\n'
    found = scan(tmp_path, text.encode('euc-kr'))
    assert found.problems[0].kind is Kind.ENCODING
    assert 'in line 3' in found.problems[0].detail
    assert found.num_polygons == 2


def test_a_cell_of_megabytes_is_read(tmp_path: Path) -> None:
    found = scan(tmp_path, 'filename,polygons\na.jpg,' + '|'.join([GOOD] * 100_000))
    assert found.num_polygons == 100_000
    assert not found.problems


@pytest.mark.parametrize(
    ('data', 'message'),
    [
        pytest.param(b'', 'empty', id='empty'),
        pytest.param(b' \n \n', 'empty', id='blank'),
        pytest.param(b'\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'a binary file', id='a picture'),
        pytest.param(b'\xef\xbb\xbf{"images": {}}', 'is JSON', id='the other format'),
        pytest.param(b'\xb5,x\n1,2\n', 'no text with a header', id='binary without zeros'),
        pytest.param(b'nothing\nbut\ntext\n', 'no line has two columns', id='text'),
    ],
)
def test_what_is_no_such_file_is_refused(tmp_path: Path, data: bytes, message: str) -> None:
    with pytest.raises(UserError, match=message):
        scan(tmp_path, data)


@pytest.mark.parametrize('name', ['nowhere.csv', '.', 'a\0b'])
def test_what_cannot_be_read_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UserError, match='/' + re.escape(name)):
        scan_csv(f'{tmp_path}/{name}')


def test_a_large_file_takes_little_more_memory_than_itself(tmp_path: Path) -> None:
    path = tmp_path / 'in.csv'
    rows = (f'{n}.jpg,{"|".join([GOOD] * 100)}\n' for n in range(1000))
    path.write_text('filename,polygons\n' + ''.join(rows))
    with at_most(4.5 * path.stat().st_size / 1e6):
        assert scan_csv(path).num_polygons == 100_000
