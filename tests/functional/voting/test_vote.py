"""Voting: words of 100 × 20 px, moved along their line.

Moved by d px, such a word overlaps with itself by (100 - d) / (100 + d): 0.9 by 100/19, a half by
100/3, and two words of which one is the left half of the other by a half as well.
"""

import numpy as np
import pytest
import shapely
import voting_reference
from memory import at_most
from shapes import box

from plugins.functional.geometry import Detection
from plugins.functional.voting import vote


def word(left, top=0, width=100, height=20, score=0.5):
    return Detection(box(left, top, left + width, top + height), score)


def lefts(words):
    return [found.polygon[0, 0] for found in words]


def scores(words):
    return pytest.approx([found.score for found in words])


def turned(found, degrees):
    """The same page turned about the origin."""
    a = np.deg2rad(degrees)
    matrix = np.array([[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]])
    return Detection(found.polygon @ matrix, found.score)


@pytest.mark.parametrize(
    ('voters', 'min_votes', 'members', 'found'),
    [
        pytest.param(3, 3, 5, True, id='three of five'),
        pytest.param(2, 3, 5, False, id='two of five are too few'),
        pytest.param(5, 5, 10, True, id='five of ten'),
        pytest.param(6, 7, 10, False, id='six where seven are asked for'),
        pytest.param(1, 1, 1, True, id='a member alone'),
    ],
)
def test_a_word_needs_its_votes(voters, min_votes, members, found):
    pages = [[word(n)] if n < voters else [] for n in range(members)]
    assert len(vote(pages, min_votes)) == found


def test_weights_may_be_shares_of_one():
    pages = [[word(0)], [word(0), word(0, top=100)], [word(0, top=100)]]
    words = vote(pages, 0.6, weights=[0.2, 0.4, 0.4])
    assert [found.polygon[0, 1] for found in words] == [100, 0]
    words = vote(pages, 0.7, weights=[0.2, 0.4, 0.4])
    assert [found.polygon[0, 1] for found in words] == [100]


def test_a_member_has_one_vote_however_often_it_found_a_word():
    assert vote([[word(0), word(1), word(2)], [word(0)], []], 3) == []


def test_agreement_ranks_first():
    sure, agreed = word(0, score=0.9), word(0, top=100, score=0.6)
    words = vote([[sure, agreed], [agreed], [agreed]], 1)
    assert scores(words) == [3 * 0.6 / 3, 0.9 / 3]
    assert words[0].polygon[0, 1] == 100


def test_a_word_is_not_reached_through_its_neighbour():
    # The outer two overlap by 60/140 only, each with the middle one by 80/120.
    assert len(vote([[word(0)], [word(20)], [word(40)]], 2)) == 1
    assert vote([[word(0)], [word(20)], [word(40)]], 3) == []


def test_a_group_of_too_few_dissolves_and_the_others_find_together():
    # The best supported, at 20, is joined by its nearest, at 38, which keeps those at 0 away; but
    # it can still join them.
    pages = [[word(20)], [word(38)], [word(0)], [word(0)]]
    (found,) = vote(pages, 3)
    assert lefts([found]) == [0]


def merged_and_single(share):
    """Four members find A and B; the fifth, surest, one word of both, of which A has a share."""
    a, b = word(0, width=share), word(share + 2, width=98 - share)
    return [[word(0, score=0.99)], *[[a, b]] * 4], [a, b]


@pytest.mark.parametrize('share', [30, 49, 50, 60, 75, 80])
@pytest.mark.parametrize('merge', ['best', 'mean'])
def test_a_merged_word_gives_way_to_the_two_that_others_found(share, merge):
    pages, (a, b) = merged_and_single(share)
    words = sorted(vote(pages, 3, merge=merge), key=lambda found: found.polygon[0, 0])
    if merge == 'best':
        assert lefts(words) == lefts([a, b])
        assert [found.polygon[1, 0] for found in words] == [share, 100]
    assert len(words) == 2


def test_two_camps_of_a_five_of_ten_vote_leave_one_word():
    # 30 px apart they overlap by 70/130; 40 px apart by 60/140, but one covers 60/100 of the other.
    left = [[word(n)] for n in range(5)]
    for shift, words in ((30, 1), (40, 1), (60, 2)):
        right = [[word(shift + n)] for n in range(5)]
        assert len(vote(left + right, 5)) == words


def test_who_joins_two_words_gives_way_to_those_who_tell_them_apart():
    joined, a, b = word(0, width=200), word(0, width=90), word(110, width=90)
    pages = [[joined], [joined], [a, b], [a, b], [a, b]]
    assert lefts(vote(pages, 2)) == [0, 110]
    # The other way round, for so says the majority.
    (found,) = vote([[joined], [joined], [joined], [a, b], [a, b]], 2)
    assert found.polygon is joined.polygon


def test_a_part_that_some_cut_off_is_no_word():
    # The larger part counts as a vote for the whole, which it covers by 120/200.
    whole, part, rest = word(0, width=200), word(0, width=120), word(80, width=120)
    (found,) = vote([[whole], [whole], [whole], [part, rest], [part, rest]], 2)
    assert found.polygon is whole.polygon


def test_a_word_within_another_stays_where_members_saw_both():
    pages = [[word(0, width=200, height=60), word(20, top=20)]] * 3
    assert len(vote(pages, 2)) == 2


def test_between_coinciding_polygons_the_score_decides():
    pages = [[word(0, score=0.7)], [word(1, score=0.8)], [word(2, score=0.9)]]
    assert lefts(vote(pages, 2)) == [2]
    assert lefts(vote(pages, 2, weights=[2, 1, 1])) == [0]


def test_otherwise_support_decides():
    # 15 px apart polygons overlap by 85/115.
    pages = [[word(0, score=0.9)], [word(15, score=0.1)], [word(30, score=0.9)]]
    assert lefts(vote(pages, 2)) == [15]


def test_weights_are_votes():
    pages = [[word(0)], [word(0)], []]
    assert len(vote(pages, 3, weights=[2, 1, 1])) == 1
    assert vote(pages, 3, weights=[1, 1, 2]) == []
    assert scores(vote(pages, 3, weights=[2, 1, 1])) == [3 * 0.5 / 4]


def test_weights_that_add_up_but_for_rounding_suffice():
    assert len(vote([[word(0)]] * 10, 3, weights=[0.3] * 10)) == 1


@pytest.mark.parametrize(
    ('other', 'found'),
    [
        pytest.param(word(0, width=50), 1, id='half of it reaches a half'),
        pytest.param(word(0, width=49), 0, id='a little less does not'),
        pytest.param(word(100), 0, id='a neighbour that touches'),
        pytest.param(word(0, top=500), 0, id='elsewhere'),
    ],
)
def test_the_threshold_itself_is_enough(other, found):
    assert len(vote([[word(0)], [other]], 2, iou_threshold=0.5)) == found


@pytest.mark.parametrize('degrees', [0, 7, 45, 90, 163])
def test_half_a_word_is_half_a_word_at_any_angle(degrees):
    pages = [[turned(word(3), degrees)], [turned(word(3, width=50), degrees)]]
    assert len(vote(pages, 2, iou_threshold=0.5)) == 1


def test_equal_detections_go_by_the_order_of_members():
    first, second = word(0), word(0)
    assert vote([[first], [second]], 1)[0].polygon is first.polygon
    assert vote([[second], [first]], 1)[0].polygon is second.polygon


@pytest.mark.parametrize(
    'members',
    [
        pytest.param([[], []], id='nobody found anything'),
        pytest.param([[Detection(np.zeros((4, 2)), 0.9)], []], id='a polygon without an area'),
    ],
)
def test_nothing_comes_of_nothing(members):
    assert vote(members, 2) == []


JITTER = np.array([[-1, 1], [1, 1], [1, -1], [-1, -1]], float)


def run_of(found, shift, reverse):
    corners = np.roll(found.polygon, shift, axis=0)
    return Detection(corners[::-1] if reverse else corners, found.score)


def area(found):
    return shapely.area(shapely.polygons(found.polygon))


@pytest.mark.parametrize('degrees', [0, 30, 88])
def test_the_mean_does_not_shrink(degrees):
    # The word of 156 × 40 px that once came out as 73 × 20.
    base = word(10, width=156, height=40)
    jittered = [Detection(base.polygon + JITTER * side, 0.5) for side in (1, -1, 0, 1, -1)]
    runs = [(0, False), (1, False), (2, True), (3, False), (0, True)]
    page = [[turned(run_of(f, *run), degrees)] for f, run in zip(jittered, runs, strict=True)]
    (found,) = vote(page, 3, merge='mean')
    assert area(found) == pytest.approx(156 * 40)
    expected = turned(base, degrees).polygon
    assert {*map(tuple, found.polygon.round(6))} == {*map(tuple, expected.round(6))}


def test_the_mean_goes_by_weights():
    (found,) = vote([[word(0)], [word(8)]], 1, weights=[3, 1], merge='mean')
    assert found.polygon.tolist() == word(2).polygon.tolist()


def test_outlines_of_more_corners_are_averaged_as_rectangles():
    chamfered = [[5, 0], [95, 0], [100, 10], [95, 20], [5, 20], [0, 10]]
    hexagon = Detection(np.array(chamfered, float), 0.5)
    (found,) = vote([[hexagon], [hexagon]], 2, merge='mean')
    np.testing.assert_allclose(found.polygon, word(0).polygon, atol=1e-3)


def random_page(rng, members, words=18):
    """Words in three columns; each member misses, moves, cuts, joins and invents some."""
    page = []
    for _ in range(members):
        found = []
        for index in range(words):
            row, column = divmod(index, 3)
            left, top = 110 * column, 24 * row
            fate = rng.random()
            if fate < 0.1:
                continue
            width = 210 if fate < 0.2 else 100
            base = word(left, top, width, score=round(rng.random(), 1))
            moved = base.polygon + rng.normal(0, [8, 2], (4, 2))
            if fate > 0.6:
                # A corner more, pushed inwards or outwards.
                middle = (moved[0] + moved[1]) / 2 + [0, rng.normal(0, 3)]
                moved = np.insert(moved, 1, middle, axis=0)
            found.append(turned(Detection(moved, base.score), 5))
            if fate > 0.9:
                found.append(turned(word(left + 20, top, 60, score=0.4), 5))
        page.append(found)
    return page


@pytest.mark.parametrize('weighted', [False, True], ids=['equal weights', 'weights'])
@pytest.mark.parametrize('threshold', [0.3, 0.5, 0.6])
def test_agrees_with_the_slow_reference(threshold, weighted):
    rng = np.random.default_rng(7)
    for members, min_votes in ((2, 1), (5, 1), (5, 3), (6, 4)):
        page = random_page(rng, members)
        weights = [1 + 0.5 * (m % 3) for m in range(members)] if weighted else None
        words = vote(page, min_votes, threshold, weights)
        expected = voting_reference.vote(page, min_votes, threshold, weights)
        assert len(words) == len(expected) > 2
        for found, (score, polygon) in zip(words, expected, strict=True):
            assert found.score == pytest.approx(score)
            np.testing.assert_array_equal(found.polygon, polygon)


@pytest.mark.parametrize('merge', ['best', 'mean'])
def test_no_two_words_of_the_result_overlap(merge):
    rng = np.random.default_rng(3)
    for min_votes in (1, 2, 5):
        words = vote(random_page(rng, 10), min_votes, merge=merge)
        overlaps = [voting_reference.iou(a, b) for i, a in enumerate(words) for b in words[:i]]
        assert max(overlaps) < 0.5


REFUSED = {
    'more votes than given': ({'min_votes': 3}, 'min_votes .* 3'),
    'too few weights': ({'weights': [1]}, 'weights'),
    'overlap of nothing': ({'iou_threshold': 0}, 'iou_threshold'),
    'NaN': ({'members': [[Detection(np.full((4, 2), np.nan), 1.0)], []]}, 'not finite'),
    'score': ({'members': [[word(0, score=np.inf)], []]}, 'not finite'),
    'flat polygon': ({'members': [[Detection(np.zeros(8), 1.0)], []]}, 'shape'),
}


@pytest.mark.parametrize(('change', 'message'), REFUSED.values(), ids=REFUSED)
def test_refuses(change, message):
    arguments = {'members': [[word(0)], [word(0)]], 'min_votes': 1, **change}
    with pytest.raises(ValueError, match=message):
        vote(**arguments)


def test_many_detections_on_one_spot_take_a_block_of_memory_at_a_time():
    rng = np.random.default_rng(0)
    members = [
        [Detection(box(0, 0, 100, 30) + rng.normal(0, 1, (4, 2)), rng.random()) for _ in range(80)]
        for _ in range(10)
    ]
    with at_most(60):  # 290,000 pairs
        assert len(vote(members, 6)) == 1
