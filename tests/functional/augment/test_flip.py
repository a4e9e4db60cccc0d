"""Mirror images of a page."""

import numpy as np
import pytest

from plugins.functional.augment import FLIPS, mirrored


@pytest.mark.parametrize('flip', FLIPS)
def test_a_mirror_image_undoes_itself(flip) -> None:
    pixels = np.arange(5 * 7 * 3).reshape(5, 7, 3)
    assert np.array_equal(mirrored(mirrored(pixels, flip), flip), pixels)
    assert np.array_equal(mirrored(pixels, flip), pixels) == (flip == 'none')


def test_an_unknown_mirror_image_is_named() -> None:
    with pytest.raises(ValueError, match="'left'"):
        mirrored(np.zeros((1, 1)), 'left')
