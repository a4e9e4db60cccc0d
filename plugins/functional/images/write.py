"""Writing a picture so that nobody meets half of one."""

import os
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from ..errors import UserError
from ..files import write_bytes
from .file_types import JPEG_SUFFIXES


def write_image(path: str | os.PathLike, image: NDArray[np.uint8]) -> None:
    """Write an image atomically; its suffix says how.

    A symbolic link is replaced: it may lead to a picture of somebody's own.

    Raises:
        UserError: the file cannot be written, or OpenCV knows no format with this suffix.
    """
    # Encoded in memory: cv2.imwrite leaves half a file on a full disk and raises nothing.
    suffix = Path(path).suffix
    try:
        # OpenCV does not know all names of a JPEG.
        encoded, data = cv2.imencode('.jpg' if suffix.lower() in JPEG_SUFFIXES else suffix, image)
    except cv2.error:
        encoded = False
    if not encoded:
        raise UserError(f'{path}: cannot be written as this kind of image; name it .png or .jpg')
    write_bytes(path, data.tobytes(), follow_link=False)
