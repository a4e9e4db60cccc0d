"""The ensemblers as configs name them: what they do is what the functions below them do."""

import numpy as np
import pytest

import plugins.register  # noqa: F401  before anything of MMOCR

# isort: split
from mmocr.registry import TASK_UTILS

from plugins.functional.errors import UserError
from plugins.functional.geometry import Detection
from plugins.functional.maps import ProbMap
from plugins.functional.voting import vote

WORD = np.array([[10, 10], [60, 10], [60, 25], [10, 25]], float)


def build(kind, **options):
    return TASK_UTILS.build(dict(type=kind, **options))


def test_voting_is_one_call() -> None:
    pages = [[Detection(WORD + shift, 0.5 + shift / 10)] for shift in (0, 1, 2)]
    voting = build('KFoldVotingEnsembler', min_votes=2, weights=[1, 2, 1], merge='mean')
    (found,), (expected,) = voting(pages), vote(pages, 2, weights=[1, 2, 1], merge='mean')
    assert found.score == expected.score
    assert np.array_equal(found.polygon, expected.polygon)


def drawn(value, side=80, size=(80, 80)):
    """The map of a page of 80 × 80 px with one word, as a network of another input size has it."""
    values = np.zeros((side, side), np.float32)
    s = side // 80
    values[10 * s : 26 * s, 10 * s : 61 * s] = value
    return ProbMap.of(values, size, 16)


def test_averaging_decodes_once_with_thresholds_of_its_own() -> None:
    maps = [drawn(0.9), drawn(0.1, side=160)]  # 0.5 on average
    options = dict(unclip_ratio=0, thresh=0.3)
    assert build('MapAveragingEnsembler', box_thresh=0.6, **options)(maps) == []
    (found,) = build('MapAveragingEnsembler', box_thresh=0.4, **options)(maps)
    assert found.score == pytest.approx(0.5, abs=0.02)
    assert np.abs(found.polygon.min(axis=0) - [10, 10]).max() < 1.5
    heavy = build('MapAveragingEnsembler', weights=[3, 1], box_thresh=0.6, **options)
    assert heavy(maps)[0].score == pytest.approx(0.7, abs=0.02)


@pytest.mark.parametrize(
    ('kind', 'options', 'message'),
    [
        ('KFoldVotingEnsembler', {'min_votes': 0}, 'voting: min_votes'),
        ('KFoldVotingEnsembler', {'merge': 'sum'}, 'voting: merge'),
        ('KFoldVotingEnsembler', {'iou_threshold': 2}, 'voting: iou_threshold'),
        ('MapAveragingEnsembler', {'thresh': 2}, 'averaging: decoding parameter thresh'),
        ('MapAveragingEnsembler', {'tresh': 0.3}, "averaging: .* 'tresh'"),
    ],
)
def test_a_wrong_value_is_refused_when_built(kind, options, message) -> None:
    with pytest.raises(UserError, match=message):
        build(kind, **options)


@pytest.mark.parametrize(
    ('kind', 'options', 'message'),
    [
        ('KFoldVotingEnsembler', {'min_votes': 5}, 'at most 4'),
        ('KFoldVotingEnsembler', {'weights': [1, 1]}, 'one a member'),
        ('MapAveragingEnsembler', {'weights': [1, 1]}, 'one a member'),
        ('MapAveragingEnsembler', {'weights': [1, 1, 1, -1]}, 'positive'),
    ],
)
def test_what_does_not_fit_four_members_is_refused(kind, options, message) -> None:
    with pytest.raises(UserError, match=message):
        build(kind, **options).check(4)
