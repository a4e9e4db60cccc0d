"""Polygons as four corners."""

import numpy as np
import pytest
from shapes import BOW_TIE, SQUARE

from plugins.functional.geometry import (
    SHIFTS,
    Rings,
    as_quads,
    from_top_left,
    rectangle_corners,
    smallest_rectangles,
)

# 50 by 10, along (4, 3) / 5 and (-3, 4) / 5.
TILTED = np.array([[0, 0], [40, 30], [34, 38], [-6, 8]], float)


@pytest.mark.parametrize('offset', [0, 1e6], ids=['near', 'far from the origin'])
@pytest.mark.parametrize(
    ('polygon', 'expected'),
    [
        pytest.param(np.roll(TILTED, 1, axis=0), np.roll(TILTED, 1, axis=0), id='convex: itself'),
        pytest.param(SQUARE[::-1], SQUARE[::-1], id='and either way round'),
        pytest.param(np.insert(SQUARE, 3, [5, 10], axis=0)[::-1], SQUARE, id='five corners'),
        pytest.param(BOW_TIE, SQUARE, id='a bow-tie'),
        pytest.param([[0, 0], [10, 0], [0, 10], [1, 1]], SQUARE, id='not convex'),
        pytest.param(np.insert(TILTED, 1, [20, 15], axis=0), TILTED, id='tilted'),
    ],
)
def test_quadrilaterals(polygon, expected, offset):
    (quad,) = as_quads(Rings.of([np.add(polygon, offset)]))
    np.testing.assert_allclose(quad - offset, expected, atol=1e-3)


def test_several_kinds_at_once():
    quads = as_quads(Rings.of([SQUARE, np.insert(TILTED, 1, [20, 15], axis=0), SQUARE + 1]))
    assert quads.shape == (3, 4, 2)
    assert quads[2].tolist() == (SQUARE + 1).tolist()


def test_corners_of_the_smallest_rectangle_are_those_of_the_outline():
    outline = TILTED.astype(np.float32)
    (corners,) = rectangle_corners(*smallest_rectangles([outline]))
    order = [np.abs(corners - corner).sum(axis=1).argmin() for corner in TILTED]
    assert sorted(order) == [0, 1, 2, 3]
    np.testing.assert_allclose(corners[order], TILTED, atol=1e-4)
    assert Rings.of([corners]).signed_areas == pytest.approx([500])  # clockwise


@pytest.mark.parametrize('degrees', [0, 30, -30, 44, -44, 60, -60])
@pytest.mark.parametrize(('width', 'height'), [(90, 20), (30, 25), (10, 20)])
def test_rectangles_begin_where_their_text_does(width, height, degrees):
    if width < 2.5 * height and abs(degrees) > 45:
        return  # what is not long may be a letter, of whose direction nothing is known
    (word,) = rectangle_corners(*np.array([[[9.0, 5]], [[width, height]]]), np.array([degrees]))
    found = from_top_left(word[SHIFTS])
    np.testing.assert_array_equal(found, np.broadcast_to(word, (4, 4, 2)))


def test_upright_columns_begin_at_the_top_left_of_the_page():
    column = np.array([[0, 0], [9, 0], [9, 60], [0, 60]], float)
    assert (from_top_left(column[SHIFTS]) == column).all()
