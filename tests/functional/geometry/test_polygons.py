"""Outlines: simple or not, the same or not, and what is left of them on a page."""

import numpy as np
import pytest

from plugins.functional.geometry import Rings, clip_to, is_simple


def box(left, top, right, bottom):
    return np.array([[left, top], [right, top], [right, bottom], [left, bottom]], dtype=float)


SQUARE = box(0, 0, 10, 10)
BOW_TIE = np.array([[0, 0], [10, 10], [10, 0], [0, 10]])  # two triangles of 25 px²
ARROW = np.array([[0, 0], [10, 5], [0, 10], [5, 5]])
# A C in a square of 10 by 10; its mouth, 6 by 4, opens to the right.
LETTER_C = np.array([[0, 0], [10, 0], [10, 3], [4, 3], [4, 7], [10, 7], [10, 10], [0, 10]])
SQUARE_TWICE = np.concatenate((SQUARE, SQUARE))
LINE = np.array([[0, 0], [5, 0], [10, 0], [3, 0]])


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


@pytest.mark.parametrize(
    ('polygon', 'expected'),
    [
        pytest.param(box(1, 1, 9, 5), box(1, 1, 9, 5), id='inside: as it is'),
        pytest.param(SQUARE[::-1] * 2, SQUARE[::-1] * 2, id='inside, even backwards'),
        pytest.param(box(15, 5, 30, 10), box(15, 5, 20, 10), id='over the right edge'),
        pytest.param(box(-5, -5, 5, 5), box(0, 0, 5, 5), id='over the top left corner'),
        pytest.param(
            np.roll(box(15, 5, 30, 10), 2, axis=0),
            np.roll(box(15, 5, 20, 10), 2, axis=0),
            id='still starts at the bottom right',
        ),
        pytest.param(box(25, 0, 30, 10), None, id='outside'),
        pytest.param(box(20, 0, 30, 10), None, id='outside, sharing an edge'),
        pytest.param([[18, -6], [26, 2], [22, 6], [14, -2]], None, id='only a triangle remains'),
        pytest.param(
            np.add(LETTER_C, [-6, 12]),
            box(0, 12, 4, 15),
            id='of the arms of a C, one is all but outside',
        ),
        pytest.param(
            np.where(LETTER_C == [[10, 10]], [10, 12], LETTER_C) - [6, 0],
            box(0, 7, 4, 12),
            id='the larger arm of a C whose back is over the edge',
        ),
        pytest.param(
            BOW_TIE - [6, 0], [[0, 4], [4, 0], [4, 10], [0, 6]], id='the right half of a bow-tie'
        ),
    ],
)
def test_clip_to_an_image_of_20_by_20(polygon, expected):
    (clipped,) = clip_to(Rings.of([np.asarray(polygon)]), (20, 20))
    if expected is None:
        assert clipped is None
    else:
        assert clipped.tolist() == np.asarray(expected).tolist()
