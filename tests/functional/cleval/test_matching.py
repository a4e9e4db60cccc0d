"""Which detection answers for which word."""

from dataclasses import astuple

import numpy as np
import pytest
from memory import at_most
from shapes import box, circle

from plugins.functional.cleval import Words, match_page, score_page
from plugins.functional.errors import UserError

WORD = box(0, 0, 100, 20)
ELSEWHERE = box(0, 500, 100, 520)


def test_counts_integers_and_says_which_polygons():
    line = [WORD, box(110, 0, 210, 20), ELSEWHERE, box(300, 0, 400, 20)]
    found = [
        [],
        box(0, 0, 210, 20),
        box(300, 0, 350, 20),
        box(350, 0, 400, 20),
        box(0, 900, 9, 910),
    ]
    matches, score = match_page(line, found), score_page(line, found)
    assert matches.missed.tolist() == [2]
    assert matches.split.tolist() == [3]
    assert matches.merged.tolist() == [1]
    assert matches.false.tolist() == [4]
    assert matches.det_index.tolist() == [1, 2, 3, 4]
    assert astuple(score)[3:] == (20, 16, 15, 1, 1, 1, 1, 1, 0, 0)
    assert all(type(count) is int for count in astuple(score)[3:])
    assert (score.recall, score.precision) == ((15 - 1) / 20, (15 - 1) / 16)


def test_prepared_words_score_as_the_polygons_they_come_from():
    gt, det = [[], WORD, ELSEWHERE], [WORD]
    words = Words.of(gt)
    assert Words.of(words) is words
    assert score_page(words, det) == score_page(gt, det)
    assert match_page(words, det).missed.tolist() == [2]


@pytest.mark.parametrize(
    ('polygon', 'complaint'),
    [
        pytest.param([[0, 0], [9, 0], [9, 9], [0, np.nan]], r'\(0, nan\)', id='not a number'),
        pytest.param([[0, 0], [np.inf, 0], [9, 9], [0, 9]], r'\(inf, 0\)', id='infinite'),
        pytest.param([[0, 0], [9, 0], [9, 1e10], [0, 9]], r'\(9, 1e\+10\)', id='beyond any image'),
        pytest.param([0, 0, 9, 0, 9, 9, 0, 9], r'shape is \(8,\)', id='a flat list'),
        pytest.param(np.zeros((4, 3)), r'shape is \(4, 3\)', id='three columns'),
        pytest.param([[0, 0], [9, 0], [9]], 'not an array of numbers', id='ragged'),
        pytest.param('0 0 9 0', 'not an array of numbers', id='text'),
    ],
)
def test_a_wrong_polygon_is_named(polygon, complaint):
    with pytest.raises(UserError, match=rf'^detection 2: .*{complaint}'):
        score_page([WORD], [[], WORD, polygon])
    with pytest.raises(UserError, match=rf'^ground truth 0: .*{complaint}'):
        score_page([polygon], [WORD])


def test_many_vertices_over_many_words_are_looked_at_in_blocks():
    words = [box(150, y, 450, y + 20) for y in range(100, 500, 20)]
    with at_most(30):
        matches = match_page(words, [circle(600, 300)] * 20)
    assert matches.matched.all()
    assert matches.found.tolist() == [sum(matches.gt_chars), *[0] * 19]
