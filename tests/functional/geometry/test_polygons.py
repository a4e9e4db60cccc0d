"""Overlaps of polygons and care for single ones, on figures for squared paper."""

import numpy as np
import pytest
import shapely

from plugins.functional.geometry import Rings, area, clip_to, clockwise, iou_matrix, is_simple


def box(left, top, right, bottom):
    return np.array([[left, top], [right, top], [right, bottom], [left, bottom]], dtype=float)


SQUARE = box(0, 0, 10, 10)
BOW_TIE = np.array([[0, 0], [10, 10], [10, 0], [0, 10]])  # two triangles of 25 px²
DIAMOND = np.array([[5, -5], [15, 5], [5, 15], [-5, 5]])
ARROW = np.array([[0, 0], [10, 5], [0, 10], [5, 5]])
# A C in a square of 10 by 10; its mouth, 6 by 4, opens to the right.
LETTER_C = np.array([[0, 0], [10, 0], [10, 3], [4, 3], [4, 7], [10, 7], [10, 10], [0, 10]])
SQUARE_TWICE = np.concatenate((SQUARE, SQUARE))
LINE = np.array([[0, 0], [5, 0], [10, 0], [3, 0]])


@pytest.mark.parametrize(
    ('polygon', 'expected', 'simple'),
    [
        pytest.param(SQUARE, 100, True, id='square'),
        pytest.param(SQUARE[::-1], 100, True, id='the other way round'),
        pytest.param(SQUARE + 1e7, 100, True, id='far from the origin'),
        pytest.param(SQUARE[:3], 50, True, id='triangle'),
        pytest.param(ARROW, 25, True, id='not convex'),
        pytest.param(LETTER_C, 100 - 6 * 4, True, id='letter C'),
        pytest.param(BOW_TIE, 0, False, id='bow-tie: its halves cancel out'),
        pytest.param(SQUARE_TWICE, 200, False, id='outline twice'),
        pytest.param(LINE, 0, False, id='on one line'),
        pytest.param(np.ones((4, 2)), 0, False, id='one point'),
        pytest.param(np.insert(SQUARE, 1, [5, 5], axis=0), 75, True, id='with a dent'),
        pytest.param(np.insert(SQUARE, 2, [15, 15], axis=0), 125, True, id='with a horn'),
        pytest.param(
            np.insert(SQUARE, 3, [[10, 20], [10, 10]], axis=0), 100, False, id='with a whisker'
        ),
    ],
)
def test_area_and_simplicity(polygon, expected, simple):
    assert area(polygon) == pytest.approx(expected)
    assert is_simple(polygon) is simple


@pytest.mark.parametrize(
    'polygon',
    [
        pytest.param([[0, 0], [1, 1]], id='two points'),
        pytest.param([], id='no points'),
        pytest.param([[0, 0], [1, 0], [1, np.nan]], id='not a number'),
        pytest.param([0, 0, 1, 0, 1, 1], id='flat list'),
    ],
)
def test_what_is_no_polygon_is_not_simple(polygon):
    assert not is_simple(polygon)


@pytest.mark.parametrize(
    ('a', 'b', 'expected'),
    [
        pytest.param(SQUARE, SQUARE, 1, id='same'),
        pytest.param(SQUARE, SQUARE[::-1], 1, id='same, the other way round'),
        pytest.param(SQUARE, box(5, 0, 15, 10), 50 / 150, id='half over the edge'),
        pytest.param(SQUARE, box(2, 2, 7, 8), 30 / 100, id='within'),
        pytest.param(SQUARE, box(10, 0, 20, 10), 0, id='side by side'),
        pytest.param(SQUARE, box(10, 10, 20, 20), 0, id='corner to corner'),
        pytest.param(SQUARE, box(30, 30, 40, 40), 0, id='apart'),
        pytest.param(SQUARE, DIAMOND, 100 / 200, id='within a diamond'),
        pytest.param(
            SQUARE, np.add(DIAMOND, [10, 0]), 25 / (100 + 200 - 25), id='a corner in a corner'
        ),
        pytest.param(SQUARE, box(-5, 4, 15, 6), 20 / (100 + 40 - 20), id='cross'),
        pytest.param(SQUARE, LETTER_C, 76 / 100, id='letter C within'),
        pytest.param(
            box(6, 0, 12, 10), LETTER_C, 24 / (60 + 76 - 24), id='the two arms of a C, in two parts'
        ),
        pytest.param(LETTER_C, LETTER_C, 1, id='neither is convex'),
        pytest.param(LETTER_C, LETTER_C[:, ::-1], 61 / 91, id='C upon its mirror image'),
        pytest.param(SQUARE, BOW_TIE, 50 / 100, id='bow-tie within'),
        pytest.param(BOW_TIE, box(0, 0, 5, 10), 25 / (50 + 50 - 25), id='half a bow-tie'),
        pytest.param(SQUARE, SQUARE_TWICE, 0, id='twice round is outside, even-odd'),
        pytest.param(SQUARE, LINE, 0, id='line'),
        pytest.param(LINE, LINE, 0, id='a line with itself'),
        pytest.param(SQUARE, ARROW[:3], 50 / 100, id='triangle'),
    ],
)
def test_iou(a, b, expected):
    assert iou_matrix([a], [b]) == pytest.approx(np.array([[expected]]))
    assert iou_matrix([b], [a]) == pytest.approx(np.array([[expected]]))


def test_iou_matrix_has_a_row_for_each_of_the_first():
    ious = iou_matrix([SQUARE, BOW_TIE, LETTER_C], [box(0, 0, 5, 10), SQUARE])
    assert ious == pytest.approx(np.array([[1 / 2, 1], [1 / 3, 1 / 2], [46 / 80, 76 / 100]]))


@pytest.mark.parametrize(('n', 'm'), [(0, 0), (0, 2), (2, 0)])
def test_iou_matrix_of_nothing(n, m):
    ious = iou_matrix([SQUARE] * n, [SQUARE] * m)
    assert (ious.shape, ious.dtype) == ((n, m), np.float64)


def test_iou_survives_outlines_that_all_but_coincide():
    rng = np.random.default_rng(0)
    turned = [SQUARE @ [[np.cos(t), -np.sin(t)], [np.sin(t), np.cos(t)]] for t in rng.random(200)]
    nudged = [polygon + rng.normal(0, 1e-14, (4, 2)) for polygon in turned]
    assert np.diag(iou_matrix(turned, nudged)) == pytest.approx(np.ones(200))


@pytest.mark.parametrize('vertices', [3, 4, 9])
def test_iou_equals_shapely_on_stars(vertices):
    """Vertices in order about a centre, at any distance from it: simple, but seldom convex."""
    rng = np.random.default_rng(vertices)
    stars = []
    for _ in range(40):
        angle = 2 * np.pi / vertices * (np.arange(vertices) + rng.uniform(0, 0.9, vertices))
        spokes = rng.uniform(5, 30, (vertices, 1)) * np.stack(
            (np.cos(angle), np.sin(angle)), axis=1
        )
        stars.append(rng.uniform(0, 60, 2) + spokes)
    whole = shapely.polygons(stars)
    again = whole.copy()  # shapely 2.1.2 fails where both operands are one array
    shared = shapely.area(shapely.intersection(whole[:, None], again))
    united = shapely.area(shapely.union(whole[:, None], again))
    assert iou_matrix(stars, stars) == pytest.approx(shared / united)


@pytest.mark.parametrize('start', range(4))
def test_clockwise_keeps_the_first_vertex(start):
    once = np.roll(SQUARE, start, axis=0)
    other = np.concatenate((once[:1], once[:0:-1]))
    assert clockwise(once).tolist() == once.tolist()
    assert clockwise(other).tolist() == once.tolist()


@pytest.mark.parametrize(
    ('polygon', 'expected'),
    [
        pytest.param(box(1, 1, 9, 5), box(1, 1, 9, 5), id='inside: as it is'),
        pytest.param(SQUARE[::-1] * 2, SQUARE[::-1] * 2, id='inside, even backwards'),
        pytest.param(box(15, 5, 30, 10), box(15, 5, 20, 10), id='over the right edge'),
        pytest.param(box(-5, -5, 5, 5), box(0, 0, 5, 5), id='over the top left corner'),
        pytest.param(
            np.roll(box(15, 5, 30, 10), 2, axis=0),
            np.roll(box(15, 5, 20, 10), 2, axis=0),
            id='still starts at the bottom right',
        ),
        pytest.param(box(25, 0, 30, 10), None, id='outside'),
        pytest.param(box(20, 0, 30, 10), None, id='outside, sharing an edge'),
        pytest.param([[18, -6], [26, 2], [22, 6], [14, -2]], None, id='only a triangle remains'),
        pytest.param(
            np.add(LETTER_C, [-6, 12]),
            box(0, 12, 4, 15),
            id='of the arms of a C, one is all but outside',
        ),
        pytest.param(
            np.where(LETTER_C == [[10, 10]], [10, 12], LETTER_C) - [6, 0],
            box(0, 7, 4, 12),
            id='the larger arm of a C whose back is over the edge',
        ),
        pytest.param(
            BOW_TIE - [6, 0], [[0, 4], [4, 0], [4, 10], [0, 6]], id='the right half of a bow-tie'
        ),
    ],
)
def test_clip_to_an_image_of_20_by_20(polygon, expected):
    (clipped,) = clip_to(Rings.of([np.asarray(polygon)]), (20, 20))
    if expected is None:
        assert clipped is None
    else:
        assert clipped.tolist() == np.asarray(expected).tolist()
