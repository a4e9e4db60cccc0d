"""Polygons on pages: drawn where they are, on a copy."""

import numpy as np
import pytest

from plugins.functional.drawing import colours, draw_polygons

SQUARE = np.array([[10, 10], [30, 10], [30, 30], [10, 30]], dtype=float)
GREY = np.full((50, 60, 3), 128, np.uint8)


def test_outlines_and_fills_lie_where_the_polygon_is():
    drawn = draw_polygons(GREY, [SQUARE], (0, 0, 0))
    assert drawn[10, 20].max() < 20  # nearly black: lines are smoothed
    assert drawn[20, 20, 0] == pytest.approx(128 * 0.82, abs=1)  # 18 % of black
    np.testing.assert_array_equal(drawn[:, 33:], 128)
    assert (GREY == 128).all()


def test_fractions_of_a_pixel_show():
    left, right = (
        draw_polygons(GREY, [SQUARE + shift], (0, 0, 0))[20, 9:12, 0] for shift in (-0.4, 0.4)
    )
    assert left[0] < right[0]
    assert left[2] > right[2]


def test_a_dot_marks_the_start():
    drawn = draw_polygons(GREY, [np.roll(SQUARE, -1, axis=0)], (0, 0, 0), start=True)
    assert drawn[10, 30].tolist() == list(colours.TEXT_START)
    assert drawn[30, 10].tolist() != list(colours.TEXT_START)


def test_no_polygons_leave_the_page_as_it_is():
    np.testing.assert_array_equal(draw_polygons(GREY, []), GREY)


@pytest.mark.parametrize('start', [False, True])
@pytest.mark.parametrize(
    'far', [1e6, 1e9, 1e30], ids=['1e6', 'beyond 27 bits', 'beyond any integer']
)
def test_far_corners_do_not_wrap_round(far, start):
    stripe = np.array([[-far, 10], [far, 10], [far, 30], [-far, 30]])
    drawn = draw_polygons(GREY, [stripe], (0, 0, 0), start)
    assert (drawn[20] < 110).all()
    np.testing.assert_array_equal(drawn[34:], 128)
