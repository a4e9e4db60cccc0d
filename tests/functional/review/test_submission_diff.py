"""How two sets of polygons differ."""

import numpy as np
import pytest
from submission_data import BELOW, LEFT, RIGHT, WORD

from plugins.functional.drawing import colours
from plugins.functional.review import (
    compare_page,
    compare_pages,
    difference_picture,
    most_different,
)

ABOVE = WORD + np.array([0, 20])


def test_polygons_pair_up_by_their_overlap():
    shifted = WORD + np.array([10, 0])  # IoU 30 / 50
    page = compare_page('a', [WORD, BELOW], [ABOVE, shifted])
    assert page.both.tolist() == [[0, 1]]
    assert (page.only_a.tolist(), page.only_b.tolist()) == ([1], [0])
    assert page.iou == pytest.approx(3 / 5)
    assert not page.identical


def test_a_polygon_has_one_partner_and_the_pairs_are_the_best():
    near, nearer = WORD + np.array([8, 0]), WORD + np.array([2, 0])
    page = compare_page('a', [WORD], [near, nearer])
    assert page.both.tolist() == [[0, 1]]
    assert page.only_b.tolist() == [0]


def test_half_a_word_is_the_same_word_and_less_is_not():
    assert len(compare_page('a', [WORD], [LEFT]).both) == 1  # IoU 1 / 2
    assert len(compare_page('a', [WORD], [LEFT - np.array([1, 0])]).both) == 0


def test_the_two_directions_differ():
    mutual = compare_page('a', [WORD], [LEFT, RIGHT]).mutual
    # A word in two pieces: recall (4 - 1) / 4 and precision 4 / 4.
    assert mutual.b_on_a == pytest.approx(6 / 7)
    # Two words of 2 characters in one detection: precision (4 - 1) / 4 and recall 4 / 4.
    assert mutual.a_on_b == pytest.approx(6 / 7)
    assert (mutual.a_on_a, mutual.b_on_b) == (1, 1)
    assert mutual.shortfall == pytest.approx(1 / 7)
    mutual = compare_page('a', [WORD], []).mutual
    assert (mutual.b_on_a, mutual.a_on_b) == (0, 0)


def test_identical_pages_fall_short_of_nothing_even_where_polygons_overlap():
    page = compare_page('a', [WORD, LEFT], [LEFT, WORD])
    assert page.identical
    assert page.mutual.a_on_a < 1
    assert page.mutual.shortfall == 0


@pytest.mark.parametrize(
    'polygon',
    [
        pytest.param([[5, 5], [5, 5], [5, 5], [5, 5]], id='dot'),
        pytest.param([[10, 10], [20, 10], [30, 10], [40, 10]], id='line'),
        pytest.param([[0, 0], [30, 30], [30, 0], [0, 30]], id='bow-tie'),
        pytest.param([[9, 10], [0, 0], [8, 4], [6, 1]], id='an IoU of 1 but for rounding'),
    ],
)
def test_the_same_polygon_is_the_same_whatever_its_shape(polygon):
    polygon = np.array(polygon, float)
    page = compare_page('a', [WORD, polygon], [np.roll(polygon, 1, axis=0), WORD])
    assert page.identical and page.iou == 1
    assert sorted(page.both.tolist()) == [[0, 1], [1, 0]]


def test_a_page_with_nothing_on_either_side_has_no_score_and_is_identical():
    page = compare_page('a', [], [])
    assert page.mutual is None and page.iou is None and page.identical


def test_the_most_different_come_first_and_identical_pages_not_at_all():
    a = {'same': [WORD], 'half': [WORD], 'other': [WORD], 'empty': [], 'only a': [WORD]}
    b = {'other': [BELOW], 'half': [LEFT, RIGHT], 'same': [WORD], 'empty': [], 'only b': []}
    pages = list(compare_pages(a, b))
    assert [page.name for page in pages] == ['same', 'half', 'other', 'empty']
    assert [page.name for page in most_different(pages)] == ['other', 'half']


def test_only_what_the_csv_keeps_is_compared():
    a = {'a': [WORD + 0.3, *[BELOW + np.array([0, 20 * n]) for n in range(500)]]}
    (page,) = compare_pages(a, {'a': [WORD]})
    assert page.iou == 1
    assert len(page.only_a) == 499


def test_the_picture_shows_all_three():
    page = compare_page('a', [WORD, BELOW], [WORD, ABOVE])
    blank = np.full((100, 80, 3), 255, np.uint8)
    picture = difference_picture(page, blank, [WORD, BELOW], [WORD, ABOVE])
    for color in (colours.IN_BOTH, colours.ONLY_A, colours.ONLY_B):
        assert (picture == color).all(axis=2).sum() > 500
