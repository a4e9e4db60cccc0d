"""Pages of 20 by 20 pixels, and what reaches over their edges."""

import numpy as np
import pytest
from shapes import BOW_TIE, LETTER_C, SQUARE, box

from plugins.functional.geometry import (
    WHOLE_PIXEL_EDGE,
    Rings,
    clip_to,
    over_the_edge,
    wholly_outside,
)

CLIPPED = {
    'inside: as it is': (box(1, 1, 9, 5), box(1, 1, 9, 5)),
    'inside, even backwards': (SQUARE[::-1] * 2, SQUARE[::-1] * 2),
    'over the right edge': (box(15, 5, 30, 10), box(15, 5, 20, 10)),
    'over the top left corner': (box(-5, -5, 5, 5), box(0, 0, 5, 5)),
    'still starts at the bottom right': (
        np.roll(box(15, 5, 30, 10), 2, axis=0),
        np.roll(box(15, 5, 20, 10), 2, axis=0),
    ),
    'outside': (box(25, 0, 30, 10), None),
    'outside, sharing an edge': (box(20, 0, 30, 10), None),
    'only a triangle remains': ([[18, -6], [26, 2], [22, 6], [14, -2]], None),
    'of the arms of a C, one is all but outside': (np.add(LETTER_C, [-6, 12]), box(0, 12, 4, 15)),
    'the larger arm of a C whose back is over the edge': (
        np.where(LETTER_C == [[10, 10]], [10, 12], LETTER_C) - [6, 0],
        box(0, 7, 4, 12),
    ),
    'the right half of a bow-tie': (BOW_TIE - [6, 0], [[0, 4], [4, 0], [4, 10], [0, 6]]),
}


@pytest.mark.parametrize(('polygon', 'expected'), CLIPPED.values(), ids=CLIPPED)
def test_clip_to_a_page_of_20_by_20(polygon, expected):
    # Drawn with the corner of the page, which is half a pixel off the centre of the first, at 0.
    (clipped,) = clip_to(Rings.of([np.subtract(polygon, 0.5)]), (20, 20))
    if expected is None:
        assert clipped is None
    else:
        assert (clipped + 0.5).tolist() == np.asarray(expected).tolist()


@pytest.mark.parametrize(
    ('edge', 'first', 'last'),
    [
        pytest.param({}, -0.5, 19.5, id='edges of pixels'),
        pytest.param({'edge': WHOLE_PIXEL_EDGE}, 0, 20, id='whole pixels'),
    ],
)
def test_each_edge(edge, first, last):
    page = box(first, first, last, last)
    four = [box(-3, 5, first, 9), box(5, -3, 9, first), box(last, 5, 30, 9), box(5, last, 9, 30)]
    for beside, inwards in zip(four, ((1, 0), (0, 1), (-1, 0), (0, -1)), strict=True):
        across = beside + np.multiply(inwards, 0.01)
        rings = Rings.of([page, beside, across])
        assert over_the_edge(rings, (20, 20), **edge).tolist() == [False, True, True]
        assert wholly_outside(rings, (20, 20), **edge).tolist() == [False, True, False]


def test_nothing_is_beyond_a_page_of_unknown_size():
    far = Rings.of([SQUARE + 1000])
    assert not over_the_edge(far, None).any()
    assert not wholly_outside(far, None).any()


def test_what_goes_round_a_corner_is_outside_though_its_box_is_not():
    diagonal = np.array([[-8, 2], [2, -8], [3, -8], [-8, 3]])
    assert wholly_outside(Rings.of([diagonal]), (20, 20)).tolist() == [True]
