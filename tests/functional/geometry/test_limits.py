"""What is no outline of a word any more."""

import numpy as np
import pytest
from shapes import BOW_TIE, circle, scribble

from plugins.functional.geometry import MAX_VERTICES, excess, limits


@pytest.mark.parametrize(
    'polygon',
    [
        pytest.param(BOW_TIE, id='crosses itself once'),
        pytest.param(scribble(70), id='too short to cross itself so often'),
        pytest.param(circle(MAX_VERTICES), id='many vertices, simple'),
        pytest.param(np.repeat(circle(2_000), 2, axis=0), id='every vertex twice'),
        pytest.param(np.concatenate((circle(500), circle(500)[::-1])), id='there and back'),
    ],
)
def test_an_outline(polygon):
    assert excess(np.asarray(polygon, float)) is None


@pytest.mark.parametrize(
    ('polygon', 'what'),
    [
        pytest.param(circle(MAX_VERTICES + 1), '5,001 vertices', id='too many vertices'),
        pytest.param(scribble(400), '2,500 times', id='crosses itself too often'),
        pytest.param(np.tile([[0, 0], [9, 9]], (200, 1)), '2,500 times', id='over and over'),
    ],
)
def test_no_outline(polygon, what):
    assert what in excess(np.asarray(polygon, float))


def test_neighbours_do_not_count_as_meeting(monkeypatch):
    """A star of n points, drawn through every second one, crosses itself n times."""
    points = circle(7)[np.arange(7) * 2 % 7]
    monkeypatch.setattr(limits, 'MAX_MEETINGS', 7)
    assert not limits._meets_too_often(points)
    monkeypatch.setattr(limits, 'MAX_MEETINGS', 6)
    assert limits._meets_too_often(points)
