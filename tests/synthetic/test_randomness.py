"""Chance."""

import numpy as np
import pytest

from plugins.synthetic.randomness import chance, noise, pick, weighted


def test_what_is_picked_stays_what_it_was():
    rng = np.random.default_rng(0)
    choices = [1, 2.5, 'a', (1, 2)]
    picked = [pick(rng, choices) for _ in range(60)]
    assert {type(choice) for choice in picked} == {int, float, str, tuple}


@pytest.mark.parametrize('probability', [0, 0.3, 1])
def test_chance_is_as_likely_as_it_says(probability: float):
    rng = np.random.default_rng(0)
    likely = pytest.approx(probability, abs=0.05)
    assert np.mean([chance(rng, probability) for _ in range(500)]) == likely
    shares = {'yes': probability, 'no': 1 - probability}
    assert np.mean([weighted(rng, shares) == 'yes' for _ in range(500)]) == likely


def test_noise_is_smooth():
    field = noise(np.random.default_rng(0), (120, 160), (6, 8))
    assert field.shape == (120, 160)
    assert abs(field.mean()) < 0.5 and 0.5 < field.std() < 1.5
    assert np.abs(np.diff(field, axis=0)).mean() < 0.15 * field.std()
