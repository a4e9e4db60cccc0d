"""How many characters a polygon stands for, and where they sit."""

import numpy as np
import pytest
from memory import at_most
from shapes import SQUARE, circle

from plugins.benchmarking import cleval_reference
from plugins.functional.cleval import character_centres, character_counts
from plugins.functional.geometry import Rings

UPRIGHT = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], dtype=float)


def orders(polygon):
    """Every start and both directions."""
    return [np.roll(p, i, axis=0) for p in (polygon, polygon[::-1]) for i in range(len(polygon))]


@pytest.mark.parametrize(
    ('width', 'height', 'word', 'false_detection'),
    [
        pytest.param(100, 20, 5, 5, id='wide'),
        pytest.param(20, 100, 5, 1, id='upright: a false detection is measured across'),
        pytest.param(20, 20, 1, 1, id='square: 0.5 + 1 falls just short of 1.5'),
        pytest.param(31, 20, 2, 2, id='0.5 + 1.55'),
        pytest.param(300, 2, 100, 100, id='no more than 100'),
    ],
)
def test_counts_by_hand(width, height, word, false_detection):
    rings = Rings.of([UPRIGHT * [width, height]])
    assert character_counts(rings).tolist() == [word]
    assert character_counts(rings, one_sided=True).tolist() == [false_detection]


def test_tilting_keeps_the_count():
    wide = np.array([[0, 0], [60, 80], [44, 92], [-16, 12]])  # 100 by 20, along (3, 4) / 5
    assert character_counts(Rings.of([wide])).tolist() == [5]


def test_flat_polygons_stand_for_a_hundred():
    line, dot = [[0, 0], [9, 3], [3, 1], [6, 2]], [[5, 5]] * 4
    rings = Rings.of([np.array(line), np.array(dot)])
    assert character_counts(rings).tolist() == [100, 100]
    assert character_counts(rings, one_sided=True).tolist() == [100, 100]


def upright_rectangles():
    rng = np.random.default_rng(0)
    for width in (1, 2, 3, 17, 60, 999):
        for height in (1, 2, 5, 18, 61, 1000):
            yield from orders(UPRIGHT * [width, height] + rng.integers(-900, 900, 2))
            yield from orders(UPRIGHT * rng.uniform(0.1, 900, 2) + rng.uniform(-900, 900, 2))


def tilted_rectangles():
    rng = np.random.default_rng(1)
    for _ in range(40):
        along = rng.integers(-40, 41, 2)
        across = rng.integers(1, 4) * np.array([-along[1], along[0]])
        yield from orders(np.array([0 * along, 2 * along, 2 * along + across, across]) + 500)


def all_quadrilaterals_on_a_small_grid():
    spots = np.stack(np.meshgrid(range(3), range(3)), axis=-1).reshape(-1, 2)
    yield from spots[np.stack(np.meshgrid(*[range(9)] * 4), axis=-1).reshape(-1, 4)[::3]]


def random_polygons():
    rng = np.random.default_rng(2)
    for _ in range(500):
        yield rng.integers(0, 50, (rng.integers(4, 12), 2))
        yield rng.normal(0, 50, (rng.integers(4, 12), 2))


def triangles_with_a_point_on_an_edge():
    """Up to three rectangles of exactly equal area, one upon each edge."""
    rng = np.random.default_rng(3)
    for _ in range(100):
        a, b, c = 2 * rng.integers(0, 40, (3, 2))
        yield from orders(np.array([a, (a + b) // 2, b, c]))


def tilted_ellipses():
    """Outlines of so many vertices that of their hulls only the furthest are looked at."""
    rng = np.random.default_rng(3)
    for vertices in (66, 80):
        for turn in range(4):
            ring = np.array(circle(vertices)) * [1, rng.uniform(0.02, 0.9)]
            cos, sin = np.cos(turn), np.sin(turn)
            ring = ring @ [[cos, -sin], [sin, cos]]
            yield np.rint(ring) if turn % 2 else ring[::-1]


@pytest.mark.parametrize('one_sided', [False, True], ids=['words', 'false detections'])
@pytest.mark.parametrize(
    'polygons',
    [
        upright_rectangles,
        tilted_rectangles,
        all_quadrilaterals_on_a_small_grid,
        random_polygons,
        triangles_with_a_point_on_an_edge,
        tilted_ellipses,
    ],
)
def test_counts_follow_the_order_of_the_hulls_edges(polygons, one_sided):
    polygons = [np.asarray(polygon, dtype=float) for polygon in polygons()]
    expected = [cleval_reference.characters(polygon, one_sided) for polygon in polygons]
    assert character_counts(Rings.of(polygons), one_sided).tolist() == expected


def test_centres_lie_midway_between_both_edges():
    rings = Rings.of([UPRIGHT * [100, 20], UPRIGHT * [40, 20] + [200, 50]])
    centres, owner = character_centres(rings, np.array([5, 2]))
    assert centres[:5].tolist() == [[10, 10], [30, 10], [50, 10], [70, 10], [90, 10]]
    assert centres[5:].tolist() == [[210, 60], [230, 60]]
    assert owner.tolist() == [0, 0, 0, 0, 0, 1, 1]


def test_steps_between_vertices_are_cut_to_whole_pixels_and_vertices_are_not():
    word = UPRIGHT * [10.5, 20]  # thirds: 0, 3.5 → 3, 7, 10.5
    centres, _ = character_centres(Rings.of([word]), np.array([3]))
    assert centres[:, 0].tolist() == [(0 + 3) / 2, (3 + 7) / 2, (7 + 10.5) / 2]


def test_every_section_has_as_many_steps_as_the_word_has_characters():
    arch = np.array([[0, 20], [50, 0], [60, 20], [60, 40], [50, 20], [0, 40]])
    centres, _ = character_centres(Rings.of([arch]), np.array([2]))
    # Stations at x = 0, 25, 50, 55, 60 on both edges; a character spans two of them.
    assert centres.tolist() == [[25, 20], [55, 20]]


def test_no_polygons_have_no_characters():
    counts = character_counts(Rings.of([]))
    centres, owner = character_centres(Rings.of([]), counts)
    assert (counts.shape, centres.shape, owner.shape) == ((0,), (0, 2), (0,))


def test_large_hulls_take_no_memory_of_small_ones():
    polygons = [circle(1_500), *[SQUARE] * 400, circle(900, 50)]
    with at_most(20):
        counts = character_counts(Rings.of(polygons))
    assert counts.tolist() == [1] * 402
