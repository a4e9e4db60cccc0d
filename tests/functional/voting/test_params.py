"""What the members of an ensemble count, and what a vote may ask of them."""

import numpy as np
import pytest

from plugins.functional.voting import check_rule, check_votes, check_weights

RULE = {'min_votes': 1, 'iou_threshold': 0.5, 'merge': 'best'}


def test_members_count_alike_unless_told_otherwise():
    assert check_weights(3, None).tolist() == [1, 1, 1]
    assert check_votes(2, 2.5, [2, 0.5]).tolist() == [2, 0.5]
    check_rule(**RULE)
    check_rule(**{**RULE, 'min_votes': np.float32(0.3)})


@pytest.mark.parametrize(
    ('weights', 'parts'),
    [
        pytest.param([1], '2 numbers.*[1]', id='too few'),
        pytest.param([1, 0], '[1, 0]', id='a weight of nothing'),
        pytest.param([1, float('inf')], 'inf', id='infinite'),
        pytest.param([1, np.nan], 'nan', id='not a number'),
        pytest.param([1, 'a'], "'a'", id='text'),
    ],
)
def test_weights_that_do_not_fit_two_members(weights, parts):
    with pytest.raises(ValueError, match='weights must be .*' + parts.replace('[', r'\[')):
        check_weights(2, weights)


@pytest.mark.parametrize(
    ('members', 'min_votes', 'weights', 'parts'),
    [
        pytest.param(2, 3, None, 'at most 2, all of 2 members, but got 3', id='more than given'),
        pytest.param(2, 2, [0.5, 1], 'at most 1.5', id='light members'),
        pytest.param(0, 1, None, 'there are none', id='no member'),
    ],
)
def test_votes_that_members_cannot_win(members, min_votes, weights, parts):
    with pytest.raises(ValueError, match=parts):
        check_votes(members, min_votes, weights)


@pytest.mark.parametrize(
    ('name', 'value'),
    [
        *[('min_votes', value) for value in (0, -1, float('nan'), '2', True)],
        *[('iou_threshold', value) for value in (0, 1.01, float('nan'))],
        ('merge', 'median'),
    ],
)
def test_rules_that_fit_no_members(name, value):
    with pytest.raises(ValueError, match=f'{name} must be .*{value}'):
        check_rule(**{**RULE, name: value})
