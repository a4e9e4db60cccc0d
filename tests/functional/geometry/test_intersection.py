"""Areas by sums over pairs of edges, against Shapely and squared paper."""

import numpy as np
import pytest

from plugins.functional.geometry import Rings, intersection_areas, shared_areas

SQUARE = np.array([[0, 0], [10, 0], [10, 10], [0, 10]], float)
DIAMOND = np.array([[5, -5], [15, 5], [5, 15], [-5, 5]], float)
# Its mouth, 6 by 4, opens to the right.
LETTER_C = np.array([[0, 0], [10, 0], [10, 3], [4, 3], [4, 7], [10, 7], [10, 10], [0, 10]], float)
BOW_TIE = np.array([[0, 0], [10, 10], [10, 0], [0, 10]], float)


def moved(polygon, x, y):
    return polygon + np.array([x, y])


@pytest.mark.parametrize(
    ('a', 'b', 'expected'),
    [
        pytest.param(SQUARE, SQUARE, 100, id='itself'),
        pytest.param(SQUARE, SQUARE[::-1], 100, id='the other way round'),
        pytest.param(SQUARE, SQUARE + 5, 25, id='a quarter'),
        pytest.param(SQUARE, moved(SQUARE, 10, 0), 0, id='neighbours that touch'),
        pytest.param(SQUARE, moved(SQUARE, 0, 30), 0, id='one above the other'),
        pytest.param(SQUARE + 1e6, DIAMOND + 1e6, 100, id='inside, far from the origin'),
        pytest.param(LETTER_C, SQUARE, 100 - 6 * 4, id='not convex'),
        pytest.param(LETTER_C, moved(SQUARE, 4, 0), 6 * 3 + 6 * 3, id='in two pieces'),
        pytest.param(BOW_TIE, SQUARE, 50, id='crosses itself'),
        pytest.param(SQUARE[:3], SQUARE, 50, id='triangle'),
    ],
)
def test_shared_area(a, b, expected):
    areas = shared_areas(Rings.of([a, b]), np.array([0, 1]), np.array([1, 0]))
    assert areas == pytest.approx([expected, expected])


def test_equals_shapely_on_random_polygons():
    rng = np.random.default_rng(0)
    polygons = []
    for _ in range(60):
        # A star about its centre never crosses itself, and is hardly ever convex.
        angles = np.sort(rng.uniform(0, 2 * np.pi, rng.integers(4, 13)))
        reach = rng.uniform(5, 40, (len(angles), 1))
        polygons.append(reach * np.stack((np.cos(angles), np.sin(angles)), 1) + rng.uniform(0, 50))
    rings = Rings.of(polygons)
    i, j = np.triu_indices(len(rings), 1)
    expected = intersection_areas(rings, rings, i, j)
    assert (expected > 1).sum() > 500
    np.testing.assert_allclose(shared_areas(rings, i, j), expected, atol=1e-8)


def test_no_pairs_share_nothing():
    none = np.zeros(0, int)
    assert shared_areas(Rings.of([SQUARE]), none, none).shape == (0,)
