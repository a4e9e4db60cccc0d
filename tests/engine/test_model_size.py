"""A model that is built for a checkpoint cannot take more memory than its weights account for."""

import pytest
import torch
from torch import nn

from plugins.engine import read_checkpoint
from plugins.engine.model_size import built_for
from plugins.functional.errors import UserError


@pytest.fixture
def checkpoint(tmp_path):
    torch.save(nn.Linear(100, 100).state_dict(), tmp_path / 'x.pth')
    return read_checkpoint(tmp_path / 'x.pth')


def test_a_model_of_its_size_is_built(checkpoint) -> None:
    with built_for(checkpoint):
        for _ in range(3):
            nn.Sequential(nn.Linear(100, 100), nn.BatchNorm2d(100))


@pytest.mark.parametrize(
    'build',
    [
        # 40 GB, of which none is taken.
        lambda: nn.Linear(100_000, 100_000),
        lambda: nn.BatchNorm2d(2_000_000, affine=False),
        lambda: nn.ModuleList([nn.Linear(500, 500) for _ in range(1000)]),
        lambda: nn.Linear(10**9, 10**9),
    ],
    ids=['layer', 'buffers', 'many layers', 'more than there is'],
)
def test_a_larger_one_is_stopped(checkpoint, build) -> None:
    with (
        pytest.raises(UserError, match=r'x\.pth: its weights are far fewer'),
        built_for(checkpoint),
    ):
        build()
    # Afterwards nothing is counted.
    nn.Linear(2000, 2000)


def test_other_errors_pass(checkpoint) -> None:
    with pytest.raises(RuntimeError, match=r'^other$'), built_for(checkpoint):
        raise RuntimeError('other')
