"""The randomness of one page in one epoch, whichever process makes it."""

import random
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch


def page_seed(seed: int, epoch: int, index: int) -> int:
    """Return 32 bits that follow from the training's seed, the epoch and the page alone."""
    return int(np.random.SeedSequence((seed, epoch, index)).generate_state(1)[0])


@contextmanager
def seeded(seed: int | None) -> Iterator[None]:
    """Seed the global generators that transforms draw from, and put them back afterwards.

    Python's, NumPy's and torch's on the CPU; with ``None`` nothing happens.
    """
    if seed is None:
        yield
        return
    states = random.getstate(), np.random.get_state(), torch.get_rng_state()
    random.seed(seed)
    np.random.seed(seed)
    # torch.manual_seed would reseed the GPU as well, for which this may be the training process.
    torch.default_generator.manual_seed(seed)
    try:
        yield
    finally:
        random.setstate(states[0])
        np.random.set_state(states[1])
        torch.set_rng_state(states[2])
