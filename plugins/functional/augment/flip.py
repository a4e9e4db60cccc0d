"""Views of one page for test-time augmentation: mirror images that undo themselves."""

from typing import Literal, get_args

import cv2
import numpy as np
from numpy.typing import NDArray

Flip = Literal['none', 'horizontal', 'vertical', 'both']
FLIPS: tuple[Flip, ...] = get_args(Flip)

# OpenCV's names for the axes.
_CODES = {'horizontal': 1, 'vertical': 0, 'both': -1}


def mirrored(page: NDArray, flip: Flip) -> NDArray:
    """Return a page or a map (H, W, ...) mirrored; mirrored again the same way, it is as before.

    Raises:
        ValueError: there is no such flip.
    """
    if flip not in FLIPS:
        raise ValueError(f'flip must be one of {", ".join(FLIPS)}, but got {flip!r}')
    return page if flip == 'none' else np.ascontiguousarray(cv2.flip(page, _CODES[flip]))
