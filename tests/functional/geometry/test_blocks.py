"""Arrays cut up by what each element costs."""

import numpy as np
import pytest

from plugins.functional.geometry import in_blocks


@pytest.mark.parametrize(
    ('costs', 'number'),
    [
        pytest.param([1, 1, 1], 1, id='all at once'),
        pytest.param([3] * 80, 30, id='a few at a time'),
        pytest.param([99, 1, 99], 2, id='more than a block may have'),
    ],
)
def test_every_item_is_in_one_block_in_order(costs, number):
    items, costs = np.arange(len(costs)), np.array(costs, int)
    blocks = list(in_blocks(items, costs, 8))
    assert np.concatenate(blocks).tolist() == items.tolist()
    assert len(blocks) == pytest.approx(number, abs=1)
    assert all(costs[block].sum() < 8 + costs.max(initial=0) for block in blocks)


def test_nothing_makes_no_block():
    none = np.zeros(0, int)
    assert list(in_blocks(none, none, 8)) == []
