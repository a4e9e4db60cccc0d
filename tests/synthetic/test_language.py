"""Phrases."""

import numpy as np
import pytest

from plugins.synthetic.language import fill, language


def test_patterns_are_filled():
    text = fill(np.random.default_rng(0), '@-##')
    assert text[0].isupper() and text[1] == '-' and text[2:].isdecimal()


def test_both_languages_say_the_same_things():
    english, korean = language('en'), language('ko')
    assert english.labels.keys() == korean.labels.keys()


@pytest.mark.parametrize('code', ['en', 'ko'])
def test_prices_are_in_range_and_in_steps(code: str):
    phrases, rng = language(code), np.random.default_rng(0)
    for price in (phrases.price(rng) for _ in range(100)):
        low, high = phrases.price_range
        assert low - phrases.price_step <= price <= high + phrases.price_step
        assert price / phrases.price_step == pytest.approx(round(price / phrases.price_step))
