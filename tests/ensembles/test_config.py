"""Configs of ensembles: those shipped, and what is wrong with others."""

from pathlib import Path

import pytest
from mmengine.config import Config

from plugins.engine import read_config
from plugins.ensembles.config import read_plan
from plugins.functional.errors import UserError

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = sorted((ROOT / 'configs/ensembles').glob('*.py'))
A, B = dict(name='a', maps='maps/a'), dict(name='b', maps='maps/b')
FILE = dict(name='c', predictions='c.json')
VOTE, AVERAGE = dict(type='KFoldVotingEnsembler'), dict(type='MapAveragingEnsembler')


def plan(**content):
    return read_plan(Config(content), 'mine.py')


@pytest.mark.parametrize('path', SHIPPED, ids=lambda path: path.stem)
def test_shipped_configs_are_in_order(path) -> None:
    shipped = read_plan(read_config(path), path)
    assert shipped.systems
    for member in shipped.members:
        if member.source != 'checkpoint':
            continue
        # The recipe is there, and trains into the folder that the member is looked for in.
        recipe = ROOT / member.options['config']
        assert recipe.is_file()
        assert Path(member.path).name.startswith(recipe.stem)


def test_shipped_votes_of_ten_ask_for_what_their_names_say() -> None:
    for votes in (5, 6, 7):
        (path,) = (path for path in SHIPPED if path.stem.endswith(f'_{votes}of10'))
        shipped = read_plan(read_config(path), path)
        assert (shipped.voting.min_votes, len(shipped.members)) == (votes, 10)
        assert (shipped.voting.merge, shipped.voting.iou_threshold) == ('mean', 0.5)


def test_weights_of_members_are_those_of_both_ways() -> None:
    found = plan(members=[dict(A, weight=3), B], voting=dict(VOTE, min_votes=4), averaging=AVERAGE)
    assert found.voting.weights == found.averaging.weights == [3, 1.0]


def test_weights_of_a_way_go_first() -> None:
    found = plan(
        members=[dict(A, weight=0.3), dict(B, weight=0.7)],
        voting=dict(VOTE, min_votes=2, weights=[1, 1]),
        averaging=AVERAGE,
    )
    assert (found.voting.weights, found.averaging.weights) == ([1, 1], [0.3, 0.7])


WRONG = {
    'nothing': ({}, 'members must be a list of two or more, but got None'),
    'no member': ({'members': []}, 'two or more, but got 0'),
    'one member': ({'members': [A]}, 'two or more, but got 1'),
    'text for members': ({'members': 'ab'}, "but got 'ab'"),
    'text for one': ({'members': [A, 'b']}, r'members\[1\] must be a dict'),
    'no name': ({'members': [A, dict(maps='m')]}, r'members\[1\].name'),
    'no source': ({'members': [A, dict(name='b')]}, 'has none'),
    'two sources': ({'members': [A, dict(B, predictions='x')]}, 'predictions and maps'),
    'one name twice': ({'members': [A, A]}, "two members are called 'a'"),
    'a path': ({'members': [A, dict(B, name='../b')]}, 'plain file name'),
    'taken': ({'members': [A, dict(B, name='vote')]}, 'name it otherwise'),
    'typo in a member': ({'members': [A, dict(B, wieght=2)]}, "reads 'wieght'"),
    'no decoding': ({'members': [A, dict(B, decoding=3)]}, r'members\[1\].decoding .* 3'),
    'number': ({'members': [A, dict(B, maps=3)]}, 'must be a path, but got 3'),
    'config': ({'members': [A, dict(name='b', checkpoint='x.pth', config=3)]}, r'\[1\].config'),
    'typo in a key': ({'members': [A, B], 'votting': VOTE}, "to be 'voting'"),
    'no dict': ({'members': [A, B], 'voting': 3}, 'voting must be a dict'),
    'no class': ({'members': [A, B], 'voting': dict(type='X')}, "no 'X' is reg"),
    '3 of 2': ({'members': [A, B], 'voting': VOTE}, 'min_votes must be at most 2'),
    'argument': ({'members': [A, B], 'voting': dict(VOTE, votes=2)}, "voting: .*'votes'"),
    'weight': ({'members': [dict(A, weight=-1), B], 'averaging': AVERAGE}, 'positive'),
    'no maps': ({'members': [A, FILE], 'averaging': AVERAGE}, "maps, .* 'c' has"),
}


@pytest.mark.parametrize(('content', 'message'), WRONG.values(), ids=WRONG)
def test_says_what_is_wrong(content, message) -> None:
    with pytest.raises(UserError, match=message) as raised:
        plan(**content)
    assert raised.value.line.startswith('mine.py: ')
