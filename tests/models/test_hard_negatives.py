"""The largest of many values, against topk."""

import pytest
import torch

from plugins.models.hard_negatives import share_of_largest


@pytest.mark.parametrize(
    ('values', 'count', 'expected'),
    [
        pytest.param([3, 1, 2], 2, [1, 0, 1], id='largest'),
        pytest.param([3, 1, 2], 0, [0, 0, 0], id='none'),
        pytest.param([3, 1, 2], 3, [1, 1, 1], id='all'),
        pytest.param([3, 1, 2], 9, [1, 1, 1], id='more than there are'),
        pytest.param([3, 1, 2], 1.5, [1, 0, 1 / 2], id='half a value'),
        pytest.param([2, 2, 2, 3], 2, [1 / 3, 1 / 3, 1 / 3, 1], id='equal ones share'),
        pytest.param([0, 0], 1, [1 / 2, 1 / 2], id='zeros'),
        pytest.param([0, -0.0, 5], 2, [1 / 2, 1 / 2, 1], id='negative zero'),
        pytest.param([1e-30, 1, 1 + 2**-23, 1e30], 2, [0, 0, 1, 1], id='last bit, wide range'),
    ],
)
def test_share_of_largest(values, count, expected) -> None:
    share = share_of_largest(torch.tensor(values, dtype=torch.float32), torch.tensor(float(count)))
    torch.testing.assert_close(share, torch.tensor(expected, dtype=torch.float32))


def test_share_of_largest_sums_up_as_topk_does() -> None:
    values = torch.rand(3, 50, 70, generator=torch.Generator().manual_seed(0)).pow(4)
    for count in (1, 17, 5000):
        share = share_of_largest(values, torch.tensor(float(count)))
        assert share.sum() == count
        torch.testing.assert_close((values * share).sum(), values.flatten().topk(count)[0].sum())
