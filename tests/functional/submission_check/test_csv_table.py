"""The rows of a file, whatever it holds; what is wrong with it as a whole is noted."""

from pathlib import Path

import pytest

from plugins.functional.submission_check import Kind
from plugins.functional.submission_check.csv_table import CsvTable


@pytest.mark.parametrize(
    ('data', 'rows', 'kinds'),
    [
        pytest.param(b'a,b\r\n\r\nc,d', [(1, ['a', 'b']), (3, ['c', 'd'])], [], id='blank line'),
        pytest.param(b'a;b\nc;d\n', [(1, ['a', 'b']), (2, ['c', 'd'])], [Kind.HEADER], id=';'),
        pytest.param(b'a,"b\nc",d\n', [(1, ['a', 'b\nc', 'd'])], [], id='a quoted line feed'),
        pytest.param(
            b'a,"b"x\nc,d\n', [(1, ['a', 'bx']), (2, ['c', 'd'])], [Kind.QUOTES], id='after a quote'
        ),
        pytest.param(
            b'\xef\xbb\xbfa,\xff\n', [(1, ['a', '\ufffd'])], [Kind.BYTE_ORDER_MARK, Kind.ENCODING],
            id='wrong bytes',
        ),
    ],
)  # fmt: skip
def test_rows_and_faults(tmp_path: Path, data: bytes, rows: list, kinds: list) -> None:
    (tmp_path / 'a.csv').write_bytes(data)
    problems = []
    table = CsvTable.read(tmp_path / 'a.csv', problems)
    assert list(table.rows()) == list(table.rows()) == rows
    assert [problem.kind for problem in problems] == kinds
    assert (table.header, table.last) == (rows[0][1], rows[-1][0])
    assert table.width == max(len(row) for _, row in rows)


def test_a_wrong_byte_far_into_the_file_is_told_by_its_line(tmp_path: Path) -> None:
    lines = b'a.jpg,' + b'1 ' * 1000 + b'\n'
    (tmp_path / 'a.csv').write_bytes(lines * 2000 + '가'.encode('euc-kr') + b',\n')
    problems = []
    CsvTable.read(tmp_path / 'a.csv', problems)
    assert problems[0].detail == f'byte {2000 * len(lines)}, in line 2001, is not UTF-8'
