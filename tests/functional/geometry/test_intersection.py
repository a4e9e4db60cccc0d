"""Areas by sums over pairs of edges, against Shapely and squared paper."""

import numpy as np
import pytest
import shapely
from shapes import BOW_TIE, DIAMOND, LETTER_C, SQUARE

from plugins.functional.geometry import Rings, intersection, shared_areas


@pytest.mark.parametrize(
    ('a', 'b', 'expected'),
    [
        pytest.param(SQUARE, SQUARE + 5, 25, id='a quarter'),
        pytest.param(SQUARE + 1e6, DIAMOND + 1e6, 100, id='inside, far from the origin'),
        pytest.param(LETTER_C, np.add(SQUARE, (4, 0)), 6 * 3 + 6 * 3, id='in two pieces'),
        pytest.param(BOW_TIE, SQUARE, 50, id='crosses itself'),
        pytest.param(SQUARE[:3], SQUARE, 50, id='triangle'),
    ],
)
def test_shared_area(a, b, expected):
    one, other, first = Rings.of([a]), Rings.of([b]), np.array([0])
    assert shared_areas(one, other, first, first) == pytest.approx([expected])
    assert shared_areas(other, one, first, first) == pytest.approx([expected])


@pytest.mark.parametrize(
    'limits',
    [
        pytest.param({}, id='as it is'),
        pytest.param({'_AT_ONCE': 50}, id='a pair or so at a time'),
        pytest.param({'_MOST': 60}, id='those of many vertices by Shapely'),
        pytest.param({'_MOST': 0}, id='all by Shapely'),
    ],
)
def test_equals_shapely_on_random_polygons(monkeypatch, limits):
    rng = np.random.default_rng(0)
    polygons = []
    for _ in range(60):
        # Vertices in order about a centre, at any distance from it: simple, but seldom convex.
        vertices = rng.integers(3, 13)
        angles = 2 * np.pi / vertices * (np.arange(vertices) + rng.uniform(0, 0.5, vertices))
        reach = rng.uniform(5, 40, (vertices, 1))
        polygons.append(reach * np.stack((np.cos(angles), np.sin(angles)), 1) + rng.uniform(0, 50))
    regions = np.array([shapely.Polygon(polygon) for polygon in polygons])
    i, j = np.triu_indices(len(polygons), 1)
    expected = shapely.area(shapely.intersection(regions[i], regions[j]))
    assert (expected > 1).sum() > 500
    for name, value in limits.items():
        monkeypatch.setattr(intersection, name, value)
    rings = Rings.of(polygons)
    np.testing.assert_allclose(shared_areas(rings, rings, i, j), expected, atol=1e-8)


@pytest.mark.parametrize('polygons', [[SQUARE], []], ids=['no pairs', 'no polygons'])
def test_nothing_shares_nothing(polygons):
    none, rings = np.zeros(0, int), Rings.of(polygons)
    assert shared_areas(rings, rings, none, none).shape == (0,)
