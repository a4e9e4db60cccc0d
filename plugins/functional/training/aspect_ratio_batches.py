"""Which pages share a batch."""

import numpy as np
from numpy.typing import NDArray


def batches_by_shape(
    log_ratios: NDArray[np.float64], batch_size: int, noise: float, rng: np.random.Generator
) -> list[NDArray[np.int64]]:
    """Return positions in ``log_ratios`` (n,) as batches of pages of like shape, in random order.

    Each position is in one batch; a batch that is not full, if there is one, comes last. Sorting by
    shape is mmdetection's ``AspectRatioBatchSampler`` taken further, from two groups to a scale;
    ``noise``, the largest change of a logarithm before, keeps the company of a page changing.
    """
    pages = len(log_ratios)
    order = np.argsort(log_ratios + rng.uniform(-noise, noise, pages))
    # The batch that is not full begins anywhere, or it would always be of the widest pages.
    short = pages % batch_size
    start = rng.integers(pages // batch_size + 1) * batch_size
    rest = order[start : start + short]
    full = np.delete(order, np.s_[start : start + short]).reshape(-1, batch_size)
    return [*rng.permutation(full), *([rest] if short else [])]
