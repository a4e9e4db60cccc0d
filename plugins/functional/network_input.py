"""A page as the network takes it: resized, normalized, padded.

Training, validation, test and prediction do these steps in two places, the data workers and the
data preprocessor; what comes out is what :func:`network_input` returns.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .augment import fit, warp_image
from .images import ReducedImage


@dataclass(frozen=True)
class InputFormat:
    """What a network wants, in the terms of the recipes' ``model.data_preprocessor``.

    ``mean`` and ``std`` are in units of 0 to 255, one for each channel in the order that the
    network takes them: red, green, blue with ``bgr_to_rgb``, otherwise blue, green, red. Both sides
    are padded to multiples of ``pad_size_divisor``.
    """

    mean: Sequence[float]
    std: Sequence[float]
    bgr_to_rgb: bool = False
    pad_size_divisor: int = 1


def fitted_page(page: ReducedImage, longest: int) -> NDArray[np.uint8]:
    """Return the pixels (H, W, 3) of a page, resized so that its longer side is ``longest``."""
    matrix, size = fit(page.size, longest)
    return warp_image(page.pixels, matrix @ np.linalg.inv(page.matrix), size)


def network_input(page: ReducedImage, longest: int, wanted: InputFormat) -> NDArray[np.float32]:
    """Return a page as (3, H, W), its longer side ``longest`` before it is padded with zeros.

    The zeros lie at the right and at the bottom.
    """
    pixels = fitted_page(page, longest).astype(np.float32)
    if wanted.bgr_to_rgb:
        pixels = pixels[..., ::-1]
    pixels = (pixels - np.float32(wanted.mean)) / np.float32(wanted.std)
    height, width = (-side % wanted.pad_size_divisor for side in pixels.shape[:2])
    padded = np.pad(pixels, ((0, height), (0, width), (0, 0)))
    return np.ascontiguousarray(padded.transpose(2, 0, 1))
