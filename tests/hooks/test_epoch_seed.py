"""Randomness that follows from seed, epoch and rank alone."""

import random
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from plugins.hooks.epoch_seed import EpochSeedHook


def draws(seed: int, epoch: int, rank: int) -> tuple[float, ...]:
    EpochSeedHook().before_train_iter(SimpleNamespace(seed=seed, epoch=epoch, rank=rank), 0)
    return random.random(), np.random.rand(), torch.rand(1).item()


def test_randomness_follows_from_seed_epoch_and_rank() -> None:
    state = random.getstate(), np.random.get_state(), torch.get_rng_state()
    places = [(7, 0, 0), (8, 0, 0), (7, 1, 0), (7, 0, 1)]
    first = [draws(*place) for place in places]
    assert first == [draws(*place) for place in places]
    # Each of the three generators differs from place to place.
    assert all(len(set(values)) == len(places) for values in zip(*first, strict=True))
    random.setstate(state[0])
    np.random.set_state(state[1])
    torch.set_rng_state(state[2])


def test_only_the_first_batch_is_seeded() -> None:
    before = torch.get_rng_state()
    EpochSeedHook().before_train_iter(SimpleNamespace(seed=1, epoch=0, rank=0), 1)
    assert torch.equal(before, torch.get_rng_state())


@pytest.mark.parametrize('nested', [False, True], ids=['sampler', 'sampler of a batch sampler'])
def test_the_order_of_pages_follows_the_seed_of_the_checkpoint(nested) -> None:
    sampler = SimpleNamespace(seed=1)
    loader = SimpleNamespace(sampler=None, batch_sampler=SimpleNamespace(sampler=sampler))
    if not nested:
        loader = SimpleNamespace(sampler=sampler, batch_sampler=None)
    EpochSeedHook().before_train(SimpleNamespace(train_dataloader=loader, seed=42))
    assert sampler.seed == 42
