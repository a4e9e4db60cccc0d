"""The bootstrap interval: against theory and SciPy, and as a paired comparison."""

import numpy as np
import pytest
from scipy.stats import bootstrap

from plugins.functional.cleval import bootstrap_intervals, mean_interval, mean_intervals
from plugins.functional.errors import UserError


def bounds(interval):
    return interval.mean, interval.low, interval.high


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


def test_columns_have_the_intervals_of_each_by_itself():
    values = np.random.default_rng(0).normal(size=(30, 4))
    for column, interval in zip(values.T, mean_intervals(values), strict=True):
        assert bounds(interval) == pytest.approx(bounds(mean_interval(column)), abs=1e-12)


def test_the_bounds_are_those_of_scipy():
    values = np.random.default_rng(5).beta(8, 1, 60)
    drawn = dict(n_resamples=2000, method='percentile', random_state=np.random.default_rng(7))
    expected = bootstrap((values,), np.mean, **drawn).confidence_interval
    found = mean_interval(values, resamples=2000, seed=7)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_much_is_drawn_in_parts_and_repeatably(monkeypatch):
    values = np.random.default_rng(4).random((50, 9))
    whole = mean_intervals(values, resamples=1000)
    assert whole == mean_intervals(values, resamples=1000)
    monkeypatch.setattr(bootstrap_intervals, '_AT_ONCE', 2000)  # 40 resamples of 2 columns
    for interval, part in zip(whole, mean_intervals(values, resamples=1000), strict=True):
        assert bounds(part) == pytest.approx(bounds(interval), abs=1e-12)


@pytest.mark.parametrize(
    ('values', 'options', 'message'),
    [
        pytest.param([], {}, 'no pages', id='no page'),
        pytest.param([0.5, np.nan], {}, 'page 1 ', id='NaN'),
        pytest.param([0.5], {'level': 95}, 'level .* 95', id='percent'),
        pytest.param([0.5], {'resamples': 0}, 'resamples .* 0', id='no resamples'),
    ],
)
def test_refused(values, options, message):
    with pytest.raises(ValueError, match=message) as caught:
        mean_interval(values, **options)
    assert isinstance(caught.value, UserError) == (not options)


def test_it_is_written_in_one_way():
    interval = bootstrap_intervals.Interval(0.98512, 0.981, 0.98949)
    assert f'{interval:.3f}' == '0.985 (0.981 to 0.989)'
    assert f'{bootstrap_intervals.Interval(0.0045, -0.001, 0.01):+.4f}' == (
        '+0.0045 (-0.0010 to +0.0100)'
    )
