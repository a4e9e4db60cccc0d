"""EXIF orientations: how a viewer turns a picture (Exif 2.3, tag 274)."""

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image
from PIL.ImageFile import ImageFile

from .file_types import BROKEN

FROM_THE_RIGHT = frozenset({2, 3, 6, 7})  # whose first column or row is displayed at the right
FROM_BELOW = frozenset({3, 4, 7, 8})
_TURNED = frozenset({5, 6, 7, 8})  # EXIF orientations that swap width and height


def orientation_of(header: ImageFile) -> int:
    """Return the orientation, 1 to 8; 1, upright, where there is none to be read."""
    try:
        # The base class's method: PNG's own one decodes the whole image first.
        value = Image.Image.getexif(header).get(ExifTags.Base.Orientation, 1)
    except (*BROKEN, AttributeError, KeyError, TypeError, IndexError):
        return 1  # viewers ignore broken EXIF data, too
    return value if value in range(1, 9) else 1


def displayed_size(header: ImageFile) -> tuple[int, int]:
    """Return (width, height) as a viewer shows it."""
    width, height = header.size
    return (height, width) if orientation_of(header) in _TURNED else (width, height)


def as_displayed(
    points: NDArray[np.float64], size: tuple[int, int], orientation: int
) -> NDArray[np.float64]:
    """Return points (n, 2) of unturned pixels where a viewer shows them; 0 is the pixels' edge.

    ``size`` is (width, height) before the turn.
    """
    width, height = size
    x, y = np.asarray(points, np.float64).T
    flipped_x, flipped_y = width - x, height - y
    turned = {
        1: (x, y),
        2: (flipped_x, y),
        3: (flipped_x, flipped_y),
        4: (x, flipped_y),
        5: (y, x),
        6: (flipped_y, x),
        7: (flipped_y, flipped_x),
        8: (y, flipped_x),
    }
    return np.stack(turned[orientation], axis=1)


def upright(pixels: NDArray[np.uint8], orientation: int) -> NDArray[np.uint8]:
    """Return pixels (H, W, ...) turned as orientation 1 to 8 asks for."""
    if orientation in (5, 7):
        pixels = cv2.transpose(pixels)
    flips = {2: 1, 3: -1, 4: 0, 7: -1}
    turns = {6: cv2.ROTATE_90_CLOCKWISE, 8: cv2.ROTATE_90_COUNTERCLOCKWISE}
    if orientation in flips:
        return cv2.flip(pixels, flips[orientation])
    return cv2.rotate(pixels, turns[orientation]) if orientation in turns else pixels
