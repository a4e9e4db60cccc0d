"""The randomness of one page in one epoch."""

import random

import numpy as np
import pytest
import torch

from plugins.datasets.page_seed import page_seed, seeded


@pytest.mark.parametrize('other', [(0, 0, 1), (0, 1, 0), (1, 0, 0)])
def test_seed_epoch_and_page_each_count(other):
    assert page_seed(*other) != page_seed(0, 0, 0)


def draw() -> list[float]:
    return [random.random(), np.random.rand(), torch.rand(()).item()]


def test_every_generator_is_seeded_and_put_back() -> None:
    with seeded(1):
        first, *rest = draw(), draw()
    with seeded(1):
        assert draw() == first
        with seeded(2):
            assert not set(draw()) & set(first)
        assert [draw()] == rest


def test_without_a_seed_nothing_is_put_back() -> None:
    with seeded(1):
        with seeded(None):
            first = draw()
        assert draw() != first
