"""Writing a picture so that nobody meets half of one."""

import os
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from ..errors import UserError
from ..files import write_bytes


def write_image(path: str | os.PathLike, image: NDArray[np.uint8]) -> None:
    """Write an image atomically; its suffix says how.

    Raises:
        UserError: the file cannot be written, or OpenCV knows no format with this suffix.
    """
    # Encoded in memory: cv2.imwrite leaves half a file on a full disk and raises nothing.
    try:
        encoded, data = cv2.imencode(Path(path).suffix, image)
    except cv2.error:
        encoded = False
    if not encoded:
        raise UserError(f'{path}: cannot be written as this kind of image; name it .png or .jpg')
    write_bytes(path, data.tobytes())
