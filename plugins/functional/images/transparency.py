"""Ink on transparent paper: what a viewer shows on a white ground."""

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL.ImageFile import ImageFile

_WHITE = 255


def may_be_transparent(header: ImageFile) -> bool:
    """Tell whether an image has an alpha channel or a transparent colour."""
    return 'A' in header.mode or 'transparency' in header.info


def over_white(pixels: NDArray, header: ImageFile, data: bytes) -> NDArray[np.uint8]:
    """Return (H, W, 3) BGR of what OpenCV decoded unchanged, blended over white.

    ``pixels`` are (H, W), (H, W, 3) or, with alpha, (H, W, 4), of 8 or 16 bits; ``data`` is the
    file.
    """
    alpha = _clear_grey(pixels, header, data)
    if pixels.dtype == np.uint16:
        pixels = (pixels >> 8).astype(np.uint8)
    if pixels.ndim == 2:
        colours = cv2.cvtColor(pixels, cv2.COLOR_GRAY2BGR)
    else:
        colours = np.ascontiguousarray(pixels[..., :3])
        alpha = pixels[..., 3] if pixels.shape[2] == 4 else None
    if alpha is not None:
        alpha = alpha.astype(np.uint16)
        for channel in range(3):  # one at a time, which takes less memory
            ink = _WHITE - colours[..., channel]
            colours[..., channel] = _WHITE - (ink * alpha + _WHITE // 2) // _WHITE
    return colours


def _clear_grey(pixels: NDArray, header: ImageFile, data: bytes) -> NDArray | None:
    """Return the alpha (H, W) of a grey PNG with a transparent grey, which OpenCV passes over."""
    clear = header.info.get('transparency')
    if pixels.ndim != 2 or not isinstance(clear, int):
        return None
    # PNG specification, 11.2.2: the bits of a sample are the header's ninth byte. Pillow gives the
    # value of 2 and 4 bits as it is in the file, OpenCV the pixels in 8.
    clear *= {2: 85, 4: 17}.get(data[24], 1)
    return np.where(pixels == clear, 0, _WHITE)
