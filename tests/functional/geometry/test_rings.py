"""Ragged polygons in one array."""

import numpy as np
import pytest
from memory import at_most
from shapes import ARROW, BOW_TIE, LINE, SQUARE, SQUARE_TWICE, scribble

from plugins.functional.geometry import Rings, following, ray_crosses

TRIANGLE = np.array([[20, 5], [20, 0], [26, 0]], dtype=float)
RINGS = Rings.of([SQUARE, TRIANGLE, SQUARE + 0.5])


def test_polygons_come_out_as_they_went_in():
    assert RINGS.polygon(1).tolist() == TRIANGLE.tolist()
    assert RINGS.polygon(2).tolist() == (SQUARE + 0.5).tolist()
    assert RINGS.take(np.array([2, 0])).polygon(1).tolist() == SQUARE.tolist()
    assert Rings.checked([SQUARE, TRIANGLE.tolist()]).polygon(1).tolist() == TRIANGLE.tolist()
    assert RINGS.truncated().polygon(2).tolist() == SQUARE.tolist()


def test_figures_of_each_polygon():
    assert RINGS.counts.tolist() == [4, 3, 4]
    assert RINGS.boxes.tolist() == [[0, 0, 10, 10], [20, 0, 26, 5], [0.5, 0.5, 10.5, 10.5]]
    assert RINGS.signed_areas.tolist() == [100, 6 * 5 / 2, 100]
    assert Rings.of([SQUARE[::-1]]).signed_areas.tolist() == [-100]
    assert RINGS.convex_quads.tolist() == [True, False, True]
    assert RINGS.edges[4:7].tolist() == [[0, -5], [6, 0], [-6, 5]]


def test_the_vertex_after_the_last_is_the_first():
    assert following(np.array([3, 3, 3, 7, 7])).tolist() == [1, 2, 0, 4, 3]


def test_vertices_of_polygons_in_any_order():
    rows, vertices = RINGS.vertices(np.array([1, 0, 1]))
    assert rows.tolist() == [0, 0, 0, 1, 1, 1, 1, 2, 2, 2]
    assert vertices.tolist() == [4, 5, 6, 0, 1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ('polygon', 'complaint'),
    [
        pytest.param(SQUARE[:2], r'polygon 1.*\(2, 2\)', id='two points'),
        pytest.param([], r'polygon 1.*\(0, 2\)', id='none'),
        pytest.param(SQUARE.ravel(), r'polygon 1.*\(8,\)', id='a flat list'),
        pytest.param(np.zeros((4, 3)), r'polygon 1.*\(4, 3\)', id='three columns'),
        pytest.param([[0, 0], [9, 0], [9]], 'polygon 1.*not an array of numbers', id='ragged'),
        pytest.param('0 0 9 0', 'polygon 1.*not an array of numbers', id='text'),
        pytest.param(SQUARE * [1, np.nan], r'polygon 1.*\(0, nan\)', id='not a number'),
        pytest.param(np.add(SQUARE, (np.inf, 0)), r'polygon 1.*\(inf, 0\)', id='infinite'),
    ],
)
def test_what_is_no_polygon_is_named(polygon, complaint):
    with pytest.raises(ValueError, match=complaint):
        Rings.checked([SQUARE, polygon])


def test_no_polygons():
    rings = Rings.of([])
    none = np.zeros(0, dtype=np.int64)
    assert (len(rings), rings.points.shape, rings.boxes.shape) == (0, (0, 2), (0, 4))
    assert rings.simple.shape == rings.areas.shape == rings.regions(none).shape == (0,)


@pytest.mark.parametrize(
    ('quad', 'convex', 'simple'),
    [
        pytest.param(SQUARE, True, True, id='square'),
        pytest.param(SQUARE[::-1], True, True, id='the other way round'),
        pytest.param(ARROW, False, True, id='arrow'),
        pytest.param([[0, 0], [5, 0], [10, 0], [5, 9]], False, True, id='triangle, a side halved'),
        pytest.param(BOW_TIE, False, False, id='bow-tie'),
        pytest.param(LINE, False, False, id='line'),
    ],
)
def test_kinds_of_quadrilaterals(quad, convex, simple):
    rings = Rings.of([np.array(quad)])
    assert (rings.convex_quads[0], rings.simple[0]) == (convex, simple)


@pytest.mark.parametrize(
    ('outline', 'area'),
    [
        pytest.param(BOW_TIE, 25 + 25, id='bow-tie'),
        pytest.param(SQUARE_TWICE, 0, id='twice round'),
        pytest.param([*SQUARE, *SQUARE, *SQUARE], 100, id='three times round'),
        pytest.param([*SQUARE, *(SQUARE / 2)], 100 - 25, id='a smaller square cut out'),
        pytest.param([*SQUARE, [-5, 10], [0, 10]], 100, id='whisker'),
    ],
)
def test_insides_are_even_odd(outline, area):
    rings = Rings.of([SQUARE + 50, np.array(outline)])
    assert not rings.simple[1]
    assert rings.areas == pytest.approx([100, area])
    assert rings.regions(np.array([1]))[0].area == pytest.approx(area)


def test_the_faces_of_a_scribble_are_looked_at_in_blocks():
    rings = Rings.of([scribble(140)])
    with at_most(12):  # 2,000 faces by 140 edges
        areas = rings.areas
    assert 0.4 < areas[0] / 400**2 < 0.5  # half of the square, less its border


@pytest.mark.parametrize(
    ('point', 'inside'),
    [
        pytest.param([5, 5], True, id='middle'),
        pytest.param([0, 5], True, id='left edge'),
        pytest.param([5, 0], True, id='top edge'),
        pytest.param([0, 0], True, id='top left corner'),
        pytest.param([10, 5], False, id='right edge'),
        pytest.param([5, 10], False, id='bottom edge'),
        pytest.param([-1, 5], False, id='left of it: two crossings'),
        pytest.param([-1, 0], False, id='level with the top edge'),
    ],
)
def test_edges_are_half_open(point, inside):
    crossings = ray_crosses(np.array(point, dtype=float), RINGS.points[:4], RINGS.edges[:4])
    assert crossings.sum() % 2 == inside
