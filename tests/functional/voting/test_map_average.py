"""Means of probability maps, of one size and of several."""

import numpy as np
import pytest

from plugins.functional.maps import ProbMap
from plugins.functional.voting import average_maps

PAGE = (40, 20)  # width, height


def flat(value, shape=(10, 20), page_size=PAGE):
    return ProbMap.of(np.full(shape, value, np.float32), page_size, 16)


@pytest.mark.parametrize(
    ('values', 'weights', 'mean'),
    [
        pytest.param([0.2, 0.4], None, 0.3, id='alike'),
        pytest.param([0.2, 0.4], [3, 1], 0.25, id='three to one'),
        pytest.param([1, 1, 1], [0.1, 0.2, 0.3], 1, id='certainty stays certainty'),
        pytest.param([0.7], [5], 0.7, id='alone'),
    ],
)
def test_weighted_mean(values, weights, mean) -> None:
    result = average_maps([flat(value) for value in values], weights)
    assert result.probabilities == pytest.approx(np.full((10, 20), mean), abs=1e-4)
    assert result.page_size == PAGE


def test_the_largest_gives_the_size_and_edges_stay_in_place() -> None:
    # The left half of the page, seen by a network of 10 and one of 40 px height.
    small, large = np.zeros((10, 20), np.float32), np.zeros((40, 80), np.float32)
    small[:, :10] = large[:, :40] = 1
    mean = average_maps([ProbMap.of(part, PAGE, 8) for part in (small, large)]).probabilities
    assert mean.shape == (40, 80)
    assert (mean[:, :38] == 1).all() and (mean[:, 42:] == 0).all()
    # Symmetric about the middle of the page: nothing has moved.
    np.testing.assert_allclose(mean + mean[:, ::-1], 1, atol=1e-6)


@pytest.mark.parametrize(
    ('maps', 'weights', 'message'),
    [
        pytest.param([], None, 'there are none', id='no map'),
        pytest.param([flat(0), flat(0, page_size=(41, 20))], None, 'differ', id='another page'),
        pytest.param([flat(0)], [1, 1], 'one a member', id='too many weights'),
    ],
)
def test_refuses(maps, weights, message) -> None:
    with pytest.raises(ValueError, match=message):
        average_maps(maps, weights)
