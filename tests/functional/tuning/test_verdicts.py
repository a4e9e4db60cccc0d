"""What the user is told to do."""

import re

import numpy as np
import pytest

from plugins.functional.cleval import Interval
from plugins.functional.tuning import (
    CrossValidation,
    Setting,
    Tuning,
    compare_modes,
    is_flat,
    recommended,
    verdict,
    what_is_flat,
)


def tuning(hmeans, settings=None, current=0):
    hmeans = np.asarray(hmeans, float)
    settings = settings or [Setting(n / 10, 0.3, 1.5, 1000) for n in range(1, hmeans.shape[1] + 1)]
    scores = np.repeat(hmeans[:, :, None], 3, axis=2)
    return Tuning(settings, scores, settings[current], [10] * len(hmeans))


def noisy(*means, pages=60, spread=0.02):
    """H-means of settings that differ by as much on average, and by noise from page to page."""
    noise = np.random.default_rng(0).normal(0, spread, (pages, len(means)))
    return np.array(means) + noise - noise.mean(axis=0)


def test_one_page_cannot_judge():
    found = tuning([[0.1, 0.2]])
    assert found.cross_validate() is None
    assert 'one page' in verdict(found, None)
    assert not is_flat(found, None)


def test_the_current_setting_may_be_the_best():
    found = tuning([[0.9, 0.2], [0.9, 0.3]])
    validation = found.cross_validate()
    assert verdict(found, validation).startswith('Keep the current setting: no other')
    assert recommended(found, validation) == 0


@pytest.mark.parametrize(
    ('gain', 'words', 'position'),
    [
        pytest.param(Interval(0.02, 0.01, 0.03), 'Take .* of the \\+0.2000', 1, id='sure'),
        pytest.param(Interval(0.02, -0.01, 0.03), 'Keep .* within noise', 0, id='unsure'),
        pytest.param(Interval(0.0, 0.0, 0.0), 'Keep .* within noise', 0, id='nothing'),
        pytest.param(Interval(-0.02, -0.03, -0.01), 'Keep .* loses, -0.0200', 0, id='worse'),
    ],
)
def test_verdicts(gain, words, position):
    found = tuning([[0.1, 0.3], [0.1, 0.3]])
    validation = CrossValidation(gain, 5, 20, ((found.settings[1], 100),))
    assert re.match(words, verdict(found, validation))
    assert recommended(found, validation) == position


def test_a_gain_is_not_flat():
    found = tuning(noisy(0.5, 0.6, 0.6))
    assert not is_flat(found, found.cross_validate())


def test_a_flat_result_says_what_is_flat():
    settings = [Setting(t, b, 1.5, 1000) for t in (0.1, 0.2, 0.3) for b in (0.4, 0.5)]
    found = tuning(noisy(0.5, 0.501, 0.5, 0.5, 0.3, 0.3), settings)
    validation = found.cross_validate()
    assert is_flat(found, validation)
    assert what_is_flat(found) == 'thresh 0.1 to 0.2, box_thresh 0.4 to 0.5'
    text = verdict(found, validation)
    assert text.startswith('Keep the current setting: H-mean 0.5000. The best, 0.5010')
    assert recommended(found, validation) == found.now


def test_the_best_of_a_flat_result_may_be_the_current():
    found = tuning(noisy(0.5, 0.5), current=0)
    best = tuning(found.hmeans, current=found.best)
    assert is_flat(best, CrossValidation(Interval(0, -0.01, 0.01), 5, 20, ()))
    text = verdict(best, CrossValidation(Interval(0, -0.01, 0.01), 5, 20, ()))
    assert text.endswith('no other scores better.')


@pytest.mark.parametrize(
    ('boxes', 'outcome'),
    [
        pytest.param(0.52, 'boxes are better', id='boxes'),
        pytest.param(0.48, 'polygons are better', id='polygons'),
        pytest.param(0.5, 'cannot tell them apart', id='neither'),
    ],
)
def test_polygons_or_boxes(boxes, outcome):
    settings = [Setting(t, 0.3, 1.5, 1000, mode) for mode in ('polygon', 'box') for t in (0.1, 0.2)]
    found = tuning(noisy(0.5, 0.3, boxes, 0.3), settings)
    compared = compare_modes(found)
    assert compared.polygon == pytest.approx(0.5)
    assert compared.box == pytest.approx(boxes)
    assert compared.change.mean == pytest.approx(boxes - 0.5)
    assert outcome in str(compared)


def test_one_mode_or_one_page_is_not_compared():
    assert compare_modes(tuning(noisy(0.5, 0.4))) is None
    settings = [Setting(t, 0.3, 1.5, 1000, mode) for mode in ('polygon', 'box') for t in (0.1, 0.2)]
    assert compare_modes(tuning([[0.5, 0.4, 0.3, 0.2]], settings)) is None
