"""The decoder between backbone and head."""

import pytest
import torch

from plugins.models.unet_neck import UNetNeck

CHANNELS = (4, 6, 8, 10)


def levels(height: int, width: int) -> list[torch.Tensor]:
    """Maps as a backbone of strides 4 to 32 gives them, halves rounded up."""
    sizes = [(-(-height // 2**i), -(-width // 2**i)) for i in range(4)]
    return [torch.randn(2, c, *size) for c, size in zip(CHANNELS, sizes, strict=True)]


@pytest.mark.parametrize(
    ('height', 'width'),
    [
        pytest.param(16, 24, id='halves without a rest'),
        pytest.param(19, 27, id='odd at every level'),
        pytest.param(17, 9, id='one more than a multiple of 8'),
    ],
)
def test_all_levels_are_stacked_at_the_finest_stride(height: int, width: int) -> None:
    neck = UNetNeck(CHANNELS, inner_channels=12, out_channels_per_level=5)
    assert neck.out_channels == 20
    assert neck(levels(height, width)).shape == (2, 20, height, width)


def test_the_coarsest_level_reaches_every_part_of_the_output() -> None:
    neck = UNetNeck(CHANNELS, inner_channels=12, out_channels_per_level=5).eval()
    inputs = levels(16, 24)
    changed = [*inputs[:3], inputs[3] + 1]
    with torch.no_grad():
        difference = (neck(inputs) - neck(changed)).abs().amax(dim=(0, 2, 3))
    assert all(part.any() for part in difference.split(5))


def test_the_levels_it_was_built_for_are_required() -> None:
    with pytest.raises(ValueError, match='shorter'):
        UNetNeck(CHANNELS)(levels(16, 24)[:3])
