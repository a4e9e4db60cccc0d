"""Distances to convex quadrilaterals are those to any outline, near them."""

import numpy as np
from shapes import ARROW, LETTER_C, SQUARE

from plugins.functional.geometry import Rings
from plugins.functional.targets.distance import Outlines
from plugins.functional.targets.quad_distance import MAX_PATCH, QuadDistance

WINDOW = (slice(0, 80), slice(0, 100))


def random_quads(count):
    """Convex ones, either way round, some over the border of the window."""
    rng = np.random.default_rng(0)
    for _ in range(count):
        angles = np.sort(rng.uniform(0, 2 * np.pi, 4))
        circle = np.stack((np.cos(angles), np.sin(angles)), axis=1)
        quad = circle * rng.uniform(5, 40, 2) + rng.uniform((0, 0), (100, 80))
        yield quad[:: rng.choice([1, -1])]


def test_near_a_quadrilateral_they_are_exact():
    rings = Rings.of(list(random_quads(60)))
    reach = np.random.default_rng(1).uniform(1, 9, len(rings))
    quads, outlines = QuadDistance(rings, reach), Outlines(rings)
    assert len(quads.index) > 40
    for i, signed in quads.signed([WINDOW] * len(rings)):
        expected = outlines.signed(i, WINDOW) / reach[i]
        near = expected < 1
        assert near.any()
        np.testing.assert_allclose(signed[near], expected[near], atol=1e-3)
        assert (signed[~near] > 1 - 1e-3).all()


def test_which_are_served():
    rings = Rings.of([SQUARE, ARROW, LETTER_C, SQUARE, SQUARE])
    quads = QuadDistance(rings, np.array([2.0, 2.0, 2.0, 0.0, 2.0 * MAX_PATCH]))
    assert quads.index.tolist() == [0]
