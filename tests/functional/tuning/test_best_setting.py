"""Which setting is best, how sure that is, and what the user is told.

Settings differ in ``thresh`` unless a test says otherwise; scores are H-means of pages (P, S).
"""

import csv
import io

import numpy as np
import pytest

from plugins.functional.cleval import Interval
from plugins.functional.tuning import Setting, Tuning, to_csv


def by_thresh(*values):
    return [Setting(value, 0.3, 1.5, 1000) for value in values]


def tuning(hmeans, settings=None, current=0):
    hmeans = np.asarray(hmeans, float)
    settings = settings or by_thresh(*np.arange(1, hmeans.shape[1] + 1) / 10)
    scores = np.stack([hmeans, hmeans / 2, hmeans / 4], axis=2)
    return Tuning(settings, scores, settings[current], [10] * len(hmeans))


def test_the_best_has_the_highest_mean_over_pages():
    found = tuning([[0.5, 0.9, 0.6], [0.5, 0.2, 0.6]])
    assert found.means[:, 0] == pytest.approx([1 / 2, 11 / 20, 12 / 20])
    assert found.means[:, 1] == pytest.approx([1 / 4, 11 / 40, 12 / 40])
    assert found.ranking.tolist() == [2, 1, 0]
    assert found.best == 2
    assert found.gains[2].mean == pytest.approx(12 / 20 - 10 / 20)
    assert found.gains[0] == Interval(0, 0, 0)


def test_of_equals_the_one_that_changes_least_is_best():
    pairs = ((0.1, 0.1), (0.2, 0.1), (0.3, 0.2), (0.3, 0.3), (0.4, 0.3))
    settings = [Setting(*pair, 1.5, 1000) for pair in pairs]
    # A rounding error is no difference.
    scores = [[0.8, 0.8 + 1e-15, 0.8, 0.5, 0.8 - 1e-15]]
    # One step of box_thresh; one of thresh; two of thresh and two of box_thresh.
    assert tuning(scores, settings, current=3).ranking.tolist()[:2] == [2, 4]
    assert tuning(scores, settings, current=4).best == 4
    assert tuning(scores, settings, current=4).choose(np.array([True])) == 4


def test_no_page_has_a_say_in_its_own_decoding():
    # Two pages, each best under its own setting: with the other's they score what that leaves them.
    found = tuning([[0.5, 0.9, 0.2], [0.5, 0.1, 0.8]])
    assert found.held_out() == pytest.approx(np.array([1, 1 / 2, 1 / 4]) * (0.2 + 0.1) / 2)
    # One page has no other to learn from.
    assert found.held_out()[0] < tuning([[0.5, 0.9]]).held_out()[0] == 0.5


def test_what_is_best_everywhere_is_what_is_held_out():
    found = tuning([[0.5, 0.9, 0.6]] * 7)
    assert found.held_out().tolist() == found.means[found.best].tolist()


def two_modes(polygons, boxes):
    """Two settings a mode, with the H-means of the better one a page."""
    settings = [Setting(t, 0.3, 1.5, 1000, mode) for mode in ('polygon', 'box') for t in (0.1, 0.2)]
    better = [np.asarray(each, float) for each in (polygons, boxes)]
    return tuning(np.stack([each / n for each in better for n in (1, 2)], axis=1), settings)


def test_the_settings_of_one_mode():
    found = two_modes([0.5, 0.5], [0.4, 0.6])
    assert found.modes == ('polygon', 'box')
    boxes = found.only('box')
    assert [setting.mode for setting in boxes.settings] == ['box', 'box']
    assert boxes.current == Setting(0.1, 0.3, 1.5, 1000, 'box')
    assert boxes.hmeans.tolist() == [[0.4, 0.2], [0.6, 0.3]]
    assert tuning([[0.5, 0.4]]).modes == ('polygon',)


def test_gains_are_paired():
    # Pages differ by far more than settings do, all by the same.
    rng = np.random.default_rng(0)
    pages = rng.random(50)
    found = tuning(np.stack([pages * 0.9, pages * 0.9 + 0.01], axis=1))
    assert found.gains[1].low == pytest.approx(0.01)
    assert found.gains[1].high == pytest.approx(0.01)
    assert found.as_good.tolist() == [1]


def test_settings_that_pages_cannot_tell_apart_are_as_good():
    rng = np.random.default_rng(0)
    base = rng.random(200) * 0.5
    noise = rng.normal(0, 0.1, (5, 200))
    noisy = base + 0.2 + noise - noise.mean(axis=1, keepdims=True)
    assert tuning(np.stack([base, *noisy], axis=1)).as_good.tolist() == [1, 2, 3, 4, 5]


def test_a_real_gain_holds_on_pages_that_did_not_choose_it():
    rng = np.random.default_rng(0)
    better = 0.5 + 0.05 * np.array([0, 1, 0.5]) + rng.normal(0, 0.02, (100, 3))
    found = tuning(better)
    validation = found.cross_validate()
    assert validation.gain.mean == pytest.approx(0.05, abs=0.01)
    assert validation.gain.low > 0.03
    assert validation.chosen == ((found.settings[1], 5 * 20),)


def test_luck_does_not_hold_on_pages_that_did_not_choose_it():
    rng = np.random.default_rng(0)
    found = tuning(0.5 + np.append(np.zeros((40, 1)), rng.normal(0, 0.1, (40, 300)), axis=1))
    validation = found.cross_validate()
    assert found.gains[found.best].low > 0  # looks significant, and is the luckiest of 300
    assert validation.gain.low < 0
    assert validation.gain.mean < found.gains[found.best].mean / 2
    assert len(validation.chosen) > 1
    assert sum(times for _, times in validation.chosen) == 5 * 20


@pytest.mark.parametrize(('pages', 'folds'), [(2, 2), (3, 3), (5, 5), (6, 5)])
def test_few_pages_make_fewer_folds(pages, folds):
    validation = tuning(np.tile([0.1, 0.2], (pages, 1))).cross_validate(repeats=3)
    assert (validation.folds, validation.repeats) == (folds, 3)
    assert validation.gain.mean == pytest.approx(0.1)
    assert validation.chosen[0][1] == folds * 3


def test_the_edge_of_what_was_tried():
    settings = [Setting(t, b, 1.5, 1000) for t in (0.1, 0.2, 0.3) for b in (0.4, 0.5)]
    assert tuning([[0, 0, 1, 0, 0, 0]], settings, 5).at_edge() == ['box_thresh']
    assert tuning([[0, 0, 0, 0, 0, 1]], settings, 5).at_edge() == ['thresh', 'box_thresh']
    assert tuning([[1]]).at_edge() == []


def test_the_table_has_all_settings_the_best_first():
    found = tuning([[0.5, 0.25, 0.75], [0.5, 0.25, 0.75]])
    rows = list(csv.DictReader(io.StringIO(to_csv(found))))
    assert [row['rank'] for row in rows] == ['1', '2', '3']
    assert [row['thresh'] for row in rows] == ['0.3', '0.1', '0.2']
    assert [row['current'] for row in rows] == ['', 'yes', '']
    first = {name: float(rows[0][name]) for name in ('hmean', 'precision', 'recall')}
    assert first == {'hmean': 0.75, 'precision': 0.375, 'recall': 0.1875}
    assert [float(rows[0][name]) for name in ('gain', 'gain_low', 'gain_high')] == [0.25] * 3
