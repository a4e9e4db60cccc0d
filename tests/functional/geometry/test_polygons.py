"""Single polygons as outlines: simple or not, the same or not."""

import numpy as np
import pytest
import shapely
from shapes import ARROW, BOW_TIE, DIAMOND, LETTER_C, LINE, SQUARE, SQUARE_TWICE

from plugins.functional.geometry import (
    Rings,
    beginning_near,
    first_equal,
    is_simple,
    largest_outline,
)


@pytest.mark.parametrize(
    ('polygon', 'simple'),
    [
        pytest.param(SQUARE, True, id='square'),
        pytest.param(SQUARE[::-1], True, id='the other way round'),
        pytest.param(SQUARE + 1e7, True, id='far from the origin'),
        pytest.param(SQUARE[:3], True, id='triangle'),
        pytest.param(ARROW, True, id='not convex'),
        pytest.param(LETTER_C, True, id='letter C'),
        pytest.param(BOW_TIE, False, id='bow-tie: its halves cancel out'),
        pytest.param(SQUARE_TWICE, False, id='outline twice'),
        pytest.param(LINE, False, id='on one line'),
        pytest.param(np.ones((4, 2)), False, id='one point'),
        pytest.param(np.insert(SQUARE, 1, [5, 5], axis=0), True, id='with a dent'),
        pytest.param(np.insert(SQUARE, 2, [15, 15], axis=0), True, id='with a horn'),
        pytest.param(
            np.insert(SQUARE, 3, [[10, 20], [10, 10]], axis=0), False, id='with a whisker'
        ),
    ],
)
def test_simple(polygon, simple):
    assert is_simple(polygon) is simple


@pytest.mark.parametrize(
    'polygon',
    [
        pytest.param([[0, 0], [1, 1]], id='two points'),
        pytest.param([], id='no points'),
        pytest.param([[0, 0], [1, 0], [1, np.nan]], id='not a number'),
        pytest.param([0, 0, 1, 0, 1, 1], id='flat list'),
    ],
)
def test_what_is_no_polygon_is_not_simple(polygon):
    assert not is_simple(polygon)


def test_outlines_are_equal_whatever_their_start_and_direction():
    turned, negative_zero = np.roll(SQUARE, 1, axis=0), np.where(SQUARE == 0, -0.0, SQUARE)
    outlines = [SQUARE + 1, SQUARE, turned, turned[::-1], negative_zero, SQUARE * 1.01, SQUARE + 1]
    assert first_equal(Rings.of(outlines)).tolist() == [0, 1, 1, 1, 1, 5, 0]


@pytest.mark.parametrize(
    ('outlines', 'expected'),
    [
        pytest.param([SQUARE, DIAMOND, SQUARE + 5], [0, 1, 2], id='all different'),
        pytest.param([SQUARE, BOW_TIE, SQUARE[::-1]], [0, 1, 0], id='another of the same box'),
        pytest.param([SQUARE, [*SQUARE, SQUARE[0]]], [0, 0], id='one is closed'),
        pytest.param([SQUARE], [0], id='one'),
        pytest.param([], [], id='none'),
    ],
)
def test_equal_outlines_have_equal_boxes(outlines, expected):
    assert first_equal(Rings.of([np.asarray(o, float) for o in outlines])).tolist() == expected


LARGEST = {
    'clockwise, from the nearest vertex': (shapely.box(0, 0, 10, 10), SQUARE),
    'the largest piece': (
        shapely.union_all([shapely.box(0, 0, 10, 10), shapely.box(20, 0, 29, 10)]),
        SQUARE,
    ),
    'without its hole': (shapely.Polygon(SQUARE, [SQUARE[::-1] / 2 + 1]), SQUARE),
    'a triangle': (shapely.Polygon(SQUARE[:3]), None),
    'a point': (shapely.Point(0, 0), None),
    'nothing': (shapely.Polygon(), None),
}


@pytest.mark.parametrize(('region', 'expected'), LARGEST.values(), ids=LARGEST)
def test_largest_outline(region, expected):
    outline = largest_outline(region, (-3, 1))
    assert (outline is None) == (expected is None)
    assert expected is None or outline.tolist() == expected.tolist()


def test_beginning_near():
    assert beginning_near(SQUARE, (9, 12)).tolist() == np.roll(SQUARE, -2, axis=0).tolist()
