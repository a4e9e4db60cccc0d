"""The bootstrap interval: against theory, and as a paired comparison."""

import numpy as np
import pytest

from plugins.functional.cleval import mean_interval
from plugins.functional.errors import UserError


def test_of_a_large_sample_it_is_the_normal_interval():
    values = np.random.default_rng(1).normal(0.9, 0.05, 400)
    interval = mean_interval(values)
    half_width = 1.96 * values.std() / np.sqrt(400)
    assert interval.mean == values.mean()
    assert interval.high - interval.mean == pytest.approx(half_width, rel=0.05)
    assert interval.mean - interval.low == pytest.approx(half_width, rel=0.05)


def test_it_holds_the_true_mean_as_often_as_it_says():
    rng = np.random.default_rng(2)
    samples = rng.exponential(1, (300, 60))
    intervals = [mean_interval(sample, level=0.8, resamples=500) for sample in samples]
    held = np.mean([interval.low <= 1 <= interval.high for interval in intervals])
    # 240 of 300 expected, standard deviation 7; skewed samples of 60 fall a little short.
    assert 0.72 < held < 0.86


def test_pairs_tell_apart_what_means_do_not():
    rng = np.random.default_rng(3)
    a = rng.uniform(0.5, 1, 100)
    b = a + rng.normal(0.01, 0.01, 100)
    assert mean_interval(a).high > mean_interval(b).low
    assert mean_interval(b - a).low > 0


def test_one_page_has_no_width():
    assert mean_interval([0.5]) == mean_interval([0.5, 0.5])
    assert mean_interval([0.5]).low == mean_interval([0.5]).high == 0.5


def test_many_pages_are_drawn_in_parts_and_repeatably(monkeypatch):
    values = np.random.default_rng(4).random(50)
    whole = mean_interval(values, resamples=1000)
    assert whole == mean_interval(values, resamples=1000)
    monkeypatch.setattr('plugins.functional.cleval.bootstrap_intervals._AT_ONCE', 170)
    parts = mean_interval(values, resamples=1000)
    assert parts.low == pytest.approx(whole.low, abs=0.02)


@pytest.mark.parametrize(
    ('values', 'options', 'message'),
    [
        pytest.param([], {}, 'no pages', id='no page'),
        pytest.param([0.5, np.nan], {}, 'page 1 is not finite', id='NaN'),
        pytest.param([0.5], {'level': 95}, 'between 0 and 1', id='percent'),
        pytest.param([0.5], {'resamples': 0}, '1 or more', id='no resamples'),
    ],
)
def test_refused(values, options, message):
    with pytest.raises(ValueError, match=message):
        mean_interval(values, **options)


def test_what_a_user_causes_is_a_user_error():
    with pytest.raises(UserError):
        mean_interval([])
