"""Pages of like shape share a batch."""

import numpy as np
import pytest

from plugins.functional.training import batches_by_shape

RATIOS = np.log([4, 1, 0.25] * 4)[:11]  # 4 tall, 4 square and 3 wide pages


def draw(batch_size: int, noise: float, seed: int) -> list[np.ndarray]:
    return batches_by_shape(RATIOS, batch_size, noise, np.random.default_rng(seed))


@pytest.mark.parametrize('noise', [0, 10], ids=['by shape alone', 'any company'])
@pytest.mark.parametrize('batch_size', [1, 3, 4, 11, 50])
def test_each_page_is_in_one_batch_and_the_short_one_comes_last(batch_size, noise) -> None:
    found = draw(batch_size, noise, seed=0)
    assert sorted(np.concatenate(found)) == list(range(11))
    full, rest = divmod(11, batch_size)
    assert [len(batch) for batch in found] == [batch_size] * full + [rest] * (rest > 0)


def test_shapes_stay_together_and_the_short_batch_may_be_of_any() -> None:
    epochs = [draw(4, 0, seed) for seed in range(30)]
    shapes = [[{index % 3 for index in batch} for batch in epoch] for epoch in epochs]
    assert any(all(len(batch) == 1 for batch in epoch) for epoch in shapes)
    assert set.union(*(epoch[-1] for epoch in shapes)) == {0, 1, 2}


def test_noise_and_order_follow_from_the_generator() -> None:
    as_lists = [[batch.tolist() for batch in draw(4, 10, seed)] for seed in (1, 1, 2)]
    assert as_lists[0] == as_lists[1] != as_lists[2]
