"""CLEval against the competition's figures, and against cases a reader can count by hand.

``WORD`` is 100 × 20 px and therefore stands for 5 characters, centred at x = 10, 30, 50, 70, 90.
"""

import gzip
import json
from dataclasses import astuple
from pathlib import Path

import numpy as np
import pytest
from shapes import LINE, box

from plugins.benchmarking import cleval_reference
from plugins.functional.cleval import (
    PageScore,
    Words,
    overall_score,
    score_page,
    score_prefixes,
    swallowed_line,
)
from plugins.functional.errors import UserError

WORD = box(0, 0, 100, 20)
ELSEWHERE = box(0, 500, 100, 520)
FROM_THE_RIGHT = np.roll(WORD, -1, axis=0)
FIVE_VERTICES = [[0, 0], [100, 0], [100, 20], [50, 20], [0, 20]]


def read_cases(path):
    """Pages with what the competition's own program counted on them, by name."""
    with (gzip.open if path.suffix == '.gz' else open)(path) as file:
        cases = json.load(file)
    for case in cases:
        for side in ('gt', 'det'):
            case[side] = [np.reshape(polygon, (-1, 2)) for polygon in case[side]]
    return {case['name']: case for case in cases}


def figures(score):
    """Return what the competition counts as well."""
    return {name: value for name, value in vars(score).items() if name != 'swallowed'}


EDGE_CASES = read_cases(Path(__file__).parents[2] / 'data' / 'cleval_edge_cases.json')


def check_golden(case):
    score = figures(score_page(case['gt'], case['det']))
    counts = {name for name in score if name not in ('recall', 'precision', 'hmean')}
    assert {name: score[name] for name in counts} == {n: case['expected'][n] for n in counts}
    assert score == pytest.approx(case['expected'], abs=1e-6)


@pytest.mark.parametrize('name', EDGE_CASES)
def test_equals_the_competition_on_an_edge_case(name):
    check_golden(EDGE_CASES[name])


def test_equals_the_competition_on_every_page(golden_cleval):
    pages = [case for case in read_cases(golden_cleval).values() if case['kind'] != 'edge']
    assert len(pages) == 129 + 111  # two real submissions, and perturbed pages
    for page in pages:
        check_golden(page)
        words, lengths = Words.of(page['gt']), lengths_of(page['det'], 3)
        expected = [score_page(words, page['det'][:k]) for k in lengths]
        assert score_prefixes(words, page['det'], lengths) == expected, page['name']


def six_words(apart):
    return [box(apart * i, 0, apart * i + 20, 20) for i in range(6)]


# Beside the edge cases, with their figures as fractions.
BY_HAND = {
    'split in two': ([WORD], [box(0, 0, 40, 20), box(40, 0, 100, 20)], (5 - 1) / 5, 5 / 5),
    'two in one': ([WORD, box(110, 0, 210, 20)], [box(0, 0, 210, 20)], 1, (10 - 1) / 10),
    'trimmed ends': ([WORD], [box(15, 0, 85, 20)], 3 / 5, 3 / 3),
    '3.3 times as large: matched': ([WORD], [box(0, 0, 100, 66)], 5 / 5, 5 / 5),
    '3.4 times as large: not matched': ([WORD], [box(0, 0, 100, 68)], 0, 0),
    'the same twice': ([WORD], [WORD, WORD], (5 - 1) / 5, 5 / 10),
    'one character, split twice': ([box(0, 0, 20, 20)], [box(0, 0, 20, 20)] * 3, 0, 1 / 3),
    'a wide false detection: 5 characters': ([WORD], [WORD, ELSEWHERE], 5 / 5, 5 / (5 + 5)),
    'an upright one: 1': ([WORD], [WORD, box(300, 0, 320, 100)], 5 / 5, 5 / (5 + 1)),
    'one without an area: 100': ([WORD], [WORD, LINE + 200], 5 / 5, 5 / (5 + 100)),
    'a triangle does not count': ([WORD], [WORD, [[0, 0], [50, 0], [25, 9]]], 5 / 5, 5 / 5),
    'a word without points, either': ([WORD, []], [WORD, []], 5 / 5, 5 / 5),
    # All characters are at half its width.
    'a word from its top right corner': ([FROM_THE_RIGHT], [box(0, 0, 50, 20)], 0, 0),
    'and a detection over its middle': ([FROM_THE_RIGHT], [box(0, 0, 51, 20)], 5 / 5, 5 / 5),
    # The bottom edge stops at half its section, then jumps to its end.
    '5 vertices': ([FIVE_VERTICES], [box(0, 0, 51, 20)], 3 / 5, 3 / 3),
    # One on the left edge is inside, on the right edge outside.
    'centres on edges': ([WORD], [box(10, 0, 90, 20)], 4 / 5, 4 / 4),
    'coordinates are cut toward zero': ([WORD], [box(-0.9, 0, 100.9, 20.9)], 5 / 5, 5 / 5),
    '50.9 is cut to 50': ([WORD], [box(50.9, 0, 100, 20)], 3 / 5, 3 / 3),
    'six words, 6 / 16 of a detection': (six_words(60), [box(0, 0, 320, 20)], 1, 1 / 6),
    'six words, 6 / 21, too little': (six_words(80), [box(0, 0, 420, 20)], 0, 0),
}


@pytest.mark.parametrize(('gt', 'det', 'recall', 'precision'), BY_HAND.values(), ids=BY_HAND)
def test_scores_by_hand(gt, det, recall, precision):
    score = score_page(gt, det)
    assert (score.recall, score.precision) == (recall, precision)
    both = recall + precision
    assert score.hmean == pytest.approx(2 * recall * precision / both if both else 0)


@pytest.mark.parametrize('order', [1, -1], ids=['narrow one first', 'wide one first'])
def test_a_character_is_found_once_whoever_comes_first(order):
    narrow, wide = box(0, 0, 51, 20), WORD  # 3 and 5 characters, 3 of them shared
    score = score_page([WORD], [narrow, wide][::order])
    assert (score.num_char_tp, score.num_char_overlapped) == (5, 3)
    assert (score.recall, score.precision) == ((5 - 1) / 5, 5 / (3 + 5))


@pytest.mark.parametrize('seed', range(5))
def test_rectangles_on_themselves_score_one(seed):
    rng = np.random.default_rng(seed)
    cells = 250 * np.stack(np.meshgrid(range(8), range(8)), axis=-1).reshape(-1, 2)
    sizes = rng.integers(1, 240, (64, 2))
    words = [box(x, y, x + w, y + h) for (x, y), (w, h) in zip(cells, sizes, strict=True)]
    shuffled = [words[i] for i in rng.permutation(len(words))]
    score = score_page(words, shuffled)
    assert (score.recall, score.precision, score.hmean) == (1, 1, 1)
    assert score.num_char_tp == score.num_char_gt == score.num_char_det


def odd_polygon(rng):
    """A small quadrilateral, rectangle, star, bow-tie, line or dot amid the others."""
    corner, size = rng.integers(-10, 60, 2), rng.choice([1, 4, 20, 40])
    polygon = rng.integers(-size, size + 1, (rng.choice([4, 4, 4, 5, 6, 7, 9]), 2))
    kind = rng.integers(6)
    if kind == 0:  # an upright rectangle
        polygon = box(0, 0, *rng.integers(1, 40, 2))
    elif kind == 1:  # a tilted one, all four rectangles upon its edges alike
        along = rng.integers(-6, 7, 2)
        across = rng.integers(1, 4) * np.array([-along[1], along[0]])
        polygon = np.array([0 * along, 3 * along, 3 * along + across, across])
    elif kind == 2:
        polygon[rng.integers(len(polygon))] = polygon[0]
    elif kind == 3 and size == 1:
        polygon[:, rng.integers(2)] = 0
    polygon = np.roll(polygon[:: rng.choice([1, -1])], rng.integers(9), axis=0) + corner
    return polygon + (rng.random(polygon.shape) if rng.random() < 0.2 else 0.0)


@pytest.mark.parametrize(
    'polygon',
    [
        pytest.param(box(0, 0, 1e6, 1e6), id='a million pixels'),
        pytest.param(box(-1e9, -1e9, 1e9, 1e9), id='as large as may be'),
        pytest.param(np.zeros((4, 2)), id='one point four times'),
        pytest.param([[0, 0], [5, 5], [10, 10], [1e6, 1e6]], id='on one line'),
        pytest.param([*WORD, *WORD], id='its outline twice'),
        pytest.param([[0, 0], [100, 0], [100, 0], [100, 20], [0, 20], [0, 0]], id='points twice'),
        pytest.param([[0, 0], [0, 0], [1e-9, 0], [0, 1e-9]], id='a speck'),
        pytest.param([[0, 0], [9e8, 1e-3], [9e8, 2e-3], [1, 1e-3]], id='a needle'),
    ],
)
def test_strange_polygons_get_figures(polygon):
    score = score_page([polygon, WORD], [WORD, polygon, polygon])
    assert np.isfinite(astuple(score)).all()
    assert 0 <= score.hmean <= 1
    assert figures(score) == pytest.approx(
        cleval_reference.score([polygon, WORD], [WORD, polygon, polygon])
    )


def lengths_of(det, some=None):
    """All numbers of detections, or ``some`` spread over them, in no order, and one too large."""
    every = np.arange(len(det) + 1)
    chosen = every if some is None else every[np.linspace(0, len(det), some).astype(int)]
    return [*chosen[::-1].tolist(), len(det) + 9]


@pytest.mark.parametrize('name', EDGE_CASES)
def test_prefixes_score_as_pages_of_their_own_on_an_edge_case(name):
    case = EDGE_CASES[name]
    lengths = lengths_of(case['det'], 8 if len(case['det']) > 99 else None)
    expected = [score_page(case['gt'], case['det'][:k]) for k in lengths]
    assert score_prefixes(case['gt'], case['det'], lengths) == expected


@pytest.mark.parametrize('seed', range(8))
def test_equals_the_slow_transcription_on_crowds_of_odd_polygons(seed):
    rng = np.random.default_rng(seed)
    for _ in range(8):
        gt = [odd_polygon(rng) for _ in range(rng.integers(9))]
        det = [odd_polygon(rng) for _ in range(rng.integers(9))] + gt[::2] + [[]]
        det = [det[i] for i in rng.permutation(len(det))]
        lengths = lengths_of(det)
        for k, score in zip(lengths, score_prefixes(gt, det, lengths), strict=True):
            assert figures(score) == pytest.approx(cleval_reference.score(gt, det[:k])), k


def test_lengths_count_what_is_given_not_what_counts():
    triangle = [[0, 0], [50, 0], [25, 9]]
    scores = score_prefixes([WORD, ELSEWHERE], [triangle, [], WORD, ELSEWHERE], range(5))
    assert [score.recall for score in scores] == [0, 0, 0, 5 / 10, 10 / 10]
    assert score_prefixes([WORD], [WORD], []) == []


def test_summary_averages_pages_and_pools_characters():
    split = score_page([WORD], [box(0, 0, 40, 20), box(40, 0, 100, 20)])  # 4 of 5, 5 of 5
    missed = score_page([WORD, ELSEWHERE, ELSEWHERE], [])  # 0 of 15, nothing detected
    summary = overall_score([split, missed])
    assert summary.num_pages == 2
    assert summary.recall == pytest.approx((4 / 5 + 0) / 2)
    assert summary.precision == (1 + 0) / 2
    assert summary.hmean == pytest.approx((8 / 9 + 0) / 2)
    assert summary.global_recall == (5 - 1) / (5 + 15)
    assert summary.global_precision == 5 / 5
    assert summary.global_hmean == pytest.approx(2 * 0.2 * 1 / (0.2 + 1))
    assert (summary.num_splitted, summary.num_merged, summary.num_char_overlapped) == (1, 0, 0)


# A page of 48 words of one row each, three to a row.
LINES = [
    box(40 * column, 30 * row, 40 * column + 38, 30 * row + 28)
    for row in range(16)
    for column in range(3)
]


@pytest.mark.parametrize(
    ('words', 'found', 'swallowed'),
    [
        pytest.param(LINES, [box(0, 0, 120, 480)], 1, id='all in one'),
        pytest.param(LINES, [box(0, 0, 120, 270)], 1, id='27 of 48 in one'),
        pytest.param(LINES, [box(0, 0, 120, 240)], 0, id='half in one'),
        pytest.param(
            LINES, [box(0, 120 * k, 120, 120 * k + 120) for k in range(3)], 1, id='in three'
        ),
        pytest.param(LINES, [box(0, 30 * k, 120, 30 * k + 28) for k in range(16)], 0, id='lines'),
        pytest.param(LINES, LINES, 0, id='words'),
        pytest.param(LINES[:6], [box(0, 0, 120, 60)], 1, id='six words in one'),
        pytest.param(LINES[:3], [box(0, 0, 120, 30)], 0, id='three words in one'),
        # It lies outside the words for the most part, so that CLEval gives it nothing either.
        pytest.param(LINES, [box(0, 0, 2000, 480)], 0, id='far too large'),
    ],
)
def test_a_polygon_around_all_words_is_told_from_words_that_were_found(words, found, swallowed):
    score = score_page(words, found)
    assert score.swallowed == swallowed
    assert overall_score([score, score_page(LINES, LINES)]).num_swallowed == swallowed
    again = [*found, *found]
    lengths = range(len(again) + 1)
    alone = [score_page(words, again[:k]) for k in lengths]
    assert score_prefixes(words, again, lengths) == alone


def test_what_is_said_of_it():
    assert 'on 3 of 60 pages' in swallowed_line(60, 3)
    assert swallowed_line(61, 3) is None
    assert swallowed_line(1, 0) is None


def test_summary_of_no_pages_is_refused():
    with pytest.raises(UserError, match='no pages'):
        overall_score([])


def test_a_score_is_frozen_and_named_as_the_competition_names_it():
    named = set(EDGE_CASES['perfect']['expected'])
    assert set(PageScore.__dataclass_fields__) == named | {'swallowed'}
    with pytest.raises(AttributeError):
        score_page([], []).recall = 1
