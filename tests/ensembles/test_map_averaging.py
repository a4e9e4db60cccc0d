"""The ensembler that averages maps, as configs name it."""

import numpy as np
import pytest

import plugins.register  # noqa: F401  before anything of MMOCR

# isort: split
from mmocr.registry import TASK_UTILS

from plugins.functional.maps import ProbMap


def build(**options):
    return TASK_UTILS.build(dict(type='MapAveragingEnsembler', **options))


def drawn(value, side=80, size=(80, 80)):
    """The map of a page of 80 × 80 px with one word, as a network of another input size has it."""
    values = np.zeros((side, side), np.float32)
    s = side // 80
    values[10 * s : 26 * s, 10 * s : 61 * s] = value
    return ProbMap.of(values, size, 16)


def test_averaging_decodes_once_with_thresholds_of_its_own() -> None:
    maps = [drawn(0.9), drawn(0.1, side=160)]  # 0.5 on average
    options = dict(unclip_ratio=0, thresh=0.3)
    assert build(box_thresh=0.6, **options)(maps) == []
    (found,) = build(box_thresh=0.4, **options)(maps)
    assert found.score == pytest.approx(0.5, abs=0.02)
    assert np.abs(found.polygon.min(axis=0) - [10, 10]).max() < 1.5
    heavy = build(weights=[3, 1], box_thresh=0.6, **options)
    assert heavy(maps)[0].score == pytest.approx(0.7, abs=0.02)


@pytest.mark.parametrize('options', [{'thresh': 2}, {'tresh': 0.3}], ids=['range', 'unknown'])
def test_a_wrong_value_is_refused_when_built(options) -> None:
    with pytest.raises(ValueError, match=next(iter(options))):
        build(**options)


@pytest.mark.parametrize('weights', [[1, 1], [1, 1, 1, -1]], ids=['too few', 'negative'])
def test_weights_that_do_not_fit_four_members_are_refused(weights) -> None:
    with pytest.raises(ValueError, match='weights'):
        build(weights=weights).check(4)
