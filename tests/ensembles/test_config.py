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


@pytest.mark.parametrize(
    ('content', 'message'),
    [
        pytest.param({}, 'members must be a list of two or more, but got None', id='nothing'),
        pytest.param({'members': []}, 'two or more, but got 0', id='no member'),
        pytest.param({'members': [A]}, 'two or more, but got 1', id='one member'),
        pytest.param({'members': 'ab'}, "but got 'ab'", id='text for members'),
        pytest.param({'members': [A, 'b']}, r'members\[1\] must be a dict', id='text for one'),
        pytest.param({'members': [A, dict(maps='m')]}, r'members\[1\].name', id='no name'),
        pytest.param({'members': [A, dict(name='b')]}, 'has none', id='no source'),
        pytest.param(
            {'members': [A, dict(B, predictions='x')]}, 'predictions and maps', id='two sources'
        ),
        pytest.param({'members': [A, A]}, "two members are called 'a'", id='one name twice'),
        pytest.param({'members': [A, dict(B, name='../b')]}, 'plain file name', id='a path'),
        pytest.param({'members': [A, dict(B, name='vote')]}, 'name it otherwise', id='taken'),
        pytest.param({'members': [A, dict(B, wieght=2)]}, "reads 'wieght'", id='typo in a member'),
        pytest.param(
            {'members': [A, dict(B, decoding=3)]}, r'members\[1\].decoding .* 3', id='no decoding'
        ),
        pytest.param({'members': [A, dict(B, maps=3)]}, 'must be a path, but got 3', id='number'),
        pytest.param(
            {'members': [A, dict(name='b', checkpoint='x.pth')]},
            r'members\[1\].config',
            id='config',
        ),
        pytest.param({'members': [A, B], 'votting': VOTE}, "to be 'voting'", id='typo in a key'),
        pytest.param({'members': [A, B], 'voting': 3}, 'voting must be a dict', id='no dict'),
        pytest.param({'members': [A, B], 'voting': dict(type='X')}, "no 'X' is reg", id='no class'),
        pytest.param(
            {'members': [A, B], 'voting': VOTE}, 'min_votes must be at most 2', id='3 of 2'
        ),
        pytest.param(
            {'members': [A, B], 'voting': dict(VOTE, votes=2)}, "voting: .*'votes'", id='argument'
        ),
        pytest.param(
            {'members': [dict(A, weight=-1), B], 'averaging': AVERAGE}, 'positive', id='weight'
        ),
        pytest.param(
            {'members': [A, FILE], 'averaging': AVERAGE}, "maps, .* 'c' has", id='no maps'
        ),
    ],
)
def test_says_what_is_wrong(content, message) -> None:
    with pytest.raises(UserError, match=message) as raised:
        plan(**content)
    assert raised.value.line.startswith('mine.py: ')
