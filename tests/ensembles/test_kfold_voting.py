"""The ensembler that votes, as configs name it."""

import numpy as np
import pytest

import plugins.register  # noqa: F401  before anything of MMOCR

# isort: split
from mmocr.registry import TASK_UTILS
from shapes import box

from plugins.functional.geometry import Detection
from plugins.functional.voting import vote

WORD = box(10, 10, 60, 25)


def build(**options):
    return TASK_UTILS.build(dict(type='KFoldVotingEnsembler', **options))


def test_voting_is_one_call() -> None:
    pages = [[Detection(WORD + shift, 0.5 + shift / 10)] for shift in (0, 1, 2)]
    voting = build(min_votes=2, weights=[1, 2, 1], merge='mean')
    (found,), (expected,) = voting(pages), vote(pages, 2, weights=[1, 2, 1], merge='mean')
    assert found.score == expected.score
    assert np.array_equal(found.polygon, expected.polygon)


@pytest.mark.parametrize('options', [{'min_votes': 0}, {'merge': 'sum'}, {'iou_threshold': 2}])
def test_a_wrong_value_is_refused_when_built(options) -> None:
    ((name, value),) = options.items()
    with pytest.raises(ValueError, match=f'{name} .*{value}'):
        build(**options)


@pytest.mark.parametrize('options', [{'min_votes': 5}, {'weights': [1, 1]}])
def test_what_does_not_fit_four_members_is_refused(options) -> None:
    with pytest.raises(ValueError, match=next(iter(options))):
        build(**options).check(4)
