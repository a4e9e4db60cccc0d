"""Overlaps of polygons, on figures for squared paper."""

import numpy as np
import pytest
from shapes import ARROW, BOW_TIE, DIAMOND, LETTER_C, LINE, SQUARE, SQUARE_TWICE, box

from plugins.functional.errors import UserError
from plugins.functional.geometry import Rings, coverage, coverings, iou, iou_matrix, overlaps

IOUS = {
    'same': (SQUARE, SQUARE, 1),
    'same, the other way round': (SQUARE, SQUARE[::-1], 1),
    'half over the edge': (SQUARE, box(5, 0, 15, 10), 50 / 150),
    'within': (SQUARE, box(2, 2, 7, 8), 30 / 100),
    'side by side': (SQUARE, box(10, 0, 20, 10), 0),
    'corner to corner': (SQUARE, box(10, 10, 20, 20), 0),
    'apart': (SQUARE, box(30, 30, 40, 40), 0),
    'within a diamond': (SQUARE, DIAMOND, 100 / 200),
    'a corner in a corner': (SQUARE, np.add(DIAMOND, [10, 0]), 25 / (100 + 200 - 25)),
    'cross': (SQUARE, box(-5, 4, 15, 6), 20 / (100 + 40 - 20)),
    'letter C within': (SQUARE, LETTER_C, 76 / 100),
    'the two arms of a C, in two parts': (box(6, 0, 12, 10), LETTER_C, 24 / (60 + 76 - 24)),
    'neither is convex': (LETTER_C, LETTER_C, 1),
    'C upon its mirror image': (LETTER_C, LETTER_C[:, ::-1], 61 / 91),
    'bow-tie within': (SQUARE, BOW_TIE, 50 / 100),
    'half a bow-tie': (BOW_TIE, box(0, 0, 5, 10), 25 / (50 + 50 - 25)),
    'twice round is outside, even-odd': (SQUARE, SQUARE_TWICE, 0),
    'line': (SQUARE, LINE, 0),
    'a line with itself': (LINE, LINE, 0),
    'triangle': (SQUARE, ARROW[:3], 50 / 100),
}


@pytest.mark.parametrize(('a', 'b', 'expected'), IOUS.values(), ids=IOUS)
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


# Of the square: itself, its left half, its left two fifths, and a neighbour that touches.
STRIPS = Rings.of([SQUARE, box(0, 0, 5, 10), box(0, 0, 4, 10), box(10, 0, 20, 10)])


def test_overlaps_are_between_different_owners_that_reach_the_threshold():
    i, j, iou = overlaps(STRIPS, 0.5, np.array([0, 1, 1, 2]))
    assert (i.tolist(), j.tolist(), iou.tolist()) == ([0], [1], [0.5])
    i, j, iou = overlaps(STRIPS, 0.4, np.arange(4))
    assert sorted(zip(i, j, iou, strict=True)) == [(0, 1, 0.5), (0, 2, 0.4), (1, 2, 0.8)]


def test_coverings_go_by_the_smaller_of_two():
    i, j, iou = coverings(STRIPS, 1.0)
    assert sorted(zip(i, j, iou, strict=True)) == [(0, 1, 0.5), (0, 2, 0.4), (1, 2, 0.8)]
    assert coverage(STRIPS, np.array([1, 0]), np.array([0, 3])).tolist() == [1, 0]
    half_out = Rings.of([SQUARE, box(6, 0, 16, 5)])
    assert coverage(half_out, np.array([0]), np.array([1])).tolist() == [4 / 10]
    assert [len(column) for column in coverings(half_out, 0.41)] == [0, 0, 0]


def test_pairs_come_in_blocks(monkeypatch):
    rng = np.random.default_rng(0)
    rings = Rings.of([SQUARE + rng.uniform(0, 30, 2) for _ in range(60)])
    owner = np.arange(60) % 7
    whole = overlaps(rings, 0.1, owner), coverings(rings, 0.2)
    monkeypatch.setattr(iou, '_PAIRS_AT_ONCE', 100)
    in_blocks = overlaps(rings, 0.1, owner), coverings(rings, 0.2)
    assert all(len(pairs[0]) > 100 for pairs in whole)
    for expected, found in zip(whole, in_blocks, strict=True):
        assert all(map(np.array_equal, expected, found))


def test_too_many_pairs_are_refused(monkeypatch):
    rings = Rings.of([SQUARE] * 10)
    monkeypatch.setattr(iou, 'MAX_OVERLAPS', 44)
    with pytest.raises(UserError, match='over 44 pairs'):
        overlaps(rings, 0.5, np.arange(10))
