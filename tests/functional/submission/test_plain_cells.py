"""Cells that are read at once: as the polygons one by one, or not at all."""

import time

import numpy as np
import pytest
from memory import at_most
from shapes import scribble

from plugins.functional.submission import PackedPolygons, plain_polygons

SQUARE = '0 0 10 0 10 10 0 10'


@pytest.mark.parametrize(
    ('cell', 'expected'),
    [
        pytest.param(SQUARE, [[[0, 0], [10, 0], [10, 10], [0, 10]]], id='one'),
        pytest.param(
            f'-1 -0 9999999 007 1 2 3 4 5 6|{SQUARE}',
            [
                [[-1, 0], [9999999, 7], [1, 2], [3, 4], [5, 6]],
                [[0, 0], [10, 0], [10, 10], [0, 10]],
            ],
            id='five vertices and four',
        ),
    ],
)
def test_plain_cells(cell, expected):
    polygons = plain_polygons(cell)
    assert [polygon.tolist() for polygon in polygons] == expected
    assert [polygons[i].tolist() for i in range(len(polygons))] == expected
    assert {polygon.dtype for polygon in [*polygons, polygons[-1], *polygons[:1]]} == {
        np.dtype(float)
    }


@pytest.mark.parametrize(
    'cell',
    [
        pytest.param('', id='empty'),
        pytest.param(f'{SQUARE}|', id='nothing after the bar'),
        pytest.param(f'{SQUARE}||{SQUARE}', id='nothing between bars'),
        pytest.param('0 0 10 0 10 10 0', id='odd'),
        pytest.param('0 0 10 0 10 10', id='triangle'),
        pytest.param('0 0  10 0 10 10 0 10', id='two spaces'),
        pytest.param(f'{SQUARE} ', id='a space at the end'),
        pytest.param('0 0 10.0 0 10 10 0 10', id='decimals'),
        pytest.param('0 0 +10 0 10 10 0 10', id='a plus'),
        pytest.param('0 0 12345678 0 10 10 0 10', id='large'),
        pytest.param('0 0 ١٠ 0 10 10 0 10', id='other digits'),
        pytest.param(' '.join(map(str, scribble(400).astype(int).ravel())), id='no outline'),
    ],
)
def test_other_cells_need_a_closer_look(cell):
    assert plain_polygons(cell) is None


def test_a_long_cell_takes_little_memory_and_time():
    cell = '|'.join([SQUARE] * 50_000)  # 1 MB
    start = time.process_time()
    with at_most(12):
        assert len(plain_polygons(cell)) == 50_000
        assert plain_polygons(cell + '|x') is None
    assert time.process_time() - start < 2


def test_packed_as_they_come():
    polygons = [np.full((4, 2), 0.5), np.full((6, 2), -1.5)]
    packed = PackedPolygons.of(polygons)
    assert all(np.array_equal(*pair) for pair in zip(packed, polygons, strict=True))
    assert len(PackedPolygons.of([])) == 0
