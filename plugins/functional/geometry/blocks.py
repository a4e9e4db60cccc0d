"""Work on arrays cut up, so that no input needs more memory at once than a block of it does."""

from collections.abc import Iterator

import numpy as np

from .rings import Ints


def in_blocks(items: Ints, costs: Ints, at_once: int) -> Iterator[Ints]:
    """Cut ``items`` (m,) up so that a block's ``costs`` (m,) exceed ``at_once`` by one item's."""
    if costs.sum() <= at_once:
        return iter((items,) if len(items) else ())
    number = np.cumsum(costs) // max(1, at_once)
    return iter(np.split(items, np.flatnonzero(np.diff(number)) + 1))
