"""Distances to outlines of any shape, by Shapely."""

import numpy as np
import pytest
import shapely
from shapes import ARROW, BOW_TIE, LETTER_C, SQUARE, SQUARE_TWICE

from plugins.functional.geometry import Rings
from plugins.functional.targets.distance import Outlines

WINDOW = (slice(-4, 30), slice(2, 41))  # rows and columns
TURN = np.linspace(0, 6, 40)
POLYGONS = {
    'between pixels': SQUARE * 2.3 + (3.2, 1.7),
    'the other way round': ARROW[::-1] * 2 + 1,
    'concave': LETTER_C * 2,
    '40 vertices': np.stack([20 + 12 * np.cos(TURN), 12 + 9 * np.sin(TURN)], axis=1),
    'each vertex twice': np.repeat(SQUARE, 2, axis=0),
}


@pytest.mark.parametrize('name', POLYGONS)
def test_distances_are_those_of_shapely(name):
    index = list(POLYGONS).index(name)
    rows, columns = WINDOW
    x, y = np.meshgrid(np.arange(columns.start, columns.stop), np.arange(rows.start, rows.stop))
    region = shapely.Polygon(POLYGONS[name])
    expected = shapely.distance(shapely.points(x, y), region.exterior)
    inside = shapely.contains_xy(region, x, y)
    outlines = Outlines(Rings.of(list(POLYGONS.values())))
    np.testing.assert_allclose(outlines.distance(index, WINDOW), expected, atol=1e-4)
    clear = expected > 1e-3
    np.testing.assert_array_equal(outlines.inside(index, WINDOW)[clear], inside[clear])
    signed = np.where(inside, -expected, expected)
    np.testing.assert_allclose(outlines.signed(index, WINDOW), signed, atol=2e-3)


def test_what_crosses_itself_is_inside_even_odd():
    window = (slice(1, 10), slice(1, 10))
    x, y = np.meshgrid(np.arange(1, 10), np.arange(1, 10))
    outlines = Outlines(Rings.of([BOW_TIE, SQUARE_TWICE]))
    clear = abs(y - 5) != abs(x - 5)
    expected = abs(y - 5) < abs(x - 5)
    np.testing.assert_array_equal(outlines.inside(0, window)[clear], expected[clear])
    assert not outlines.inside(1, window).any()
