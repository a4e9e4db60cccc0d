"""The points of words: what is read, and what is refused in which words."""

import time

import numpy as np
import pytest
from shapes import circle

from plugins.functional.annotations import parse_coordinate, parse_outlines

SQUARE = [[0, 0], [10, 0], [10, 10], [0, 10]]


def test_points_become_arrays_and_null_is_none_of_them():
    words = {'a': {'points': SQUARE}, 'b': {'points': None}, 'c': {'points': [[0.1, 2]]}}
    arrays = parse_outlines(words)
    assert [array.tolist() for array in arrays] == [SQUARE, [], [[0.1, 2]]]
    assert {(array.dtype, array.shape[1]) for array in arrays} == {(np.dtype(float), 2)}
    assert parse_outlines({}) == []


@pytest.mark.parametrize(
    'point',
    [
        pytest.param([np.nan, 1], id='NaN'),
        pytest.param([1, -np.inf], id='infinite'),
        pytest.param([1e300, 1], id='huge'),
        pytest.param(['3', 1], id='number as a string'),
        pytest.param([True, 1], id='bool'),
        pytest.param([None, 1], id='null coordinate'),
        pytest.param([[1, 2], 1], id='nested too deep'),
        pytest.param([1, 2, 3], id='3-D'),
        pytest.param([1], id='one coordinate'),
        pytest.param(5, id='flat list'),
        pytest.param({'x': 1, 'y': 2}, id='object'),
    ],
)
def test_the_bad_point_is_found_among_good_ones(point):
    words = {f'{n:04d}': {'points': SQUARE} for n in range(100)}
    words['0042'] = {'points': [*SQUARE, point]}
    with pytest.raises(ValueError, match="word '0042': point 5 is ") as caught:
        parse_outlines(words)
    assert repr(point) in str(caught.value)


@pytest.mark.parametrize(
    ('record', 'message'),
    [
        pytest.param({'points': [[10**400, 1]]}, 'point 1 is .1000', id='huge integer'),
        pytest.param({'points': '0,0,1,1'}, "points are '0,0,1,1'", id='string'),
        pytest.param({'points': {}}, 'points are {}', id='points an object'),
        pytest.param({}, 'no key "points"', id='no points key'),
        pytest.param({'points': circle(5001).tolist()}, '5,001 vertices', id='no outline'),
        pytest.param([1], r'is \[1\]', id='word a list'),
    ],
)
def test_a_word_without_a_list_of_points_is_refused(record, message):
    with pytest.raises(ValueError, match=f"word 'w'.*{message}"):
        parse_outlines({'w': record})


@pytest.mark.parametrize('text', ['nan', 'inf', '1e999', '1_0', '', 'x', '0x1', '12345678', '٣'])
def test_text_that_is_no_coordinate(text):
    with pytest.raises(ValueError, match=f"'{text}'"):
        parse_coordinate(text)


def test_coordinates_in_text():
    assert [parse_coordinate(text) for text in ('7', '-1.5', '+.5', '1e1')] == [7, -1.5, 0.5, 10]


@pytest.mark.parametrize('text', ['1' * 2_000_000 + 'x', '1' * 2_000_000], ids=['text', 'number'])
def test_long_text_takes_time_by_its_length(text):
    start = time.process_time()
    with pytest.raises(ValueError, match='is no finite number'):
        parse_coordinate(text)
    assert time.process_time() - start < 1
