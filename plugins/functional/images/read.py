"""Receipt images as a viewer shows them: turned upright, 8 bits, three channels."""

import io
import os
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile

from ..errors import UserError
from ..files import open_file, read_bytes
from .file_types import BROKEN, check_end, open_header
from .orientation import FROM_BELOW, FROM_THE_RIGHT, displayed_size, orientation_of, upright
from .transparency import may_be_transparent, over_white

_FLAGS = {
    1: cv2.IMREAD_COLOR,
    2: cv2.IMREAD_REDUCED_COLOR_2,
    4: cv2.IMREAD_REDUCED_COLOR_4,
    8: cv2.IMREAD_REDUCED_COLOR_8,
}


class ReducedImage(NamedTuple):
    """An image as displayed, decoded at full size or at a half, a quarter or an eighth of it.

    ``pixels`` is (H, W, 3) uint8 BGR, ``size`` the full (width, height), and ``matrix`` (3, 3) maps
    pixel coordinates of the full image, whose integer values are centres, to those of ``pixels``.
    """

    pixels: NDArray[np.uint8]
    size: tuple[int, int]
    matrix: NDArray[np.float64]


def read_image(path: str | os.PathLike) -> NDArray[np.uint8]:
    """Return an image as displayed, (H, W, 3) in BGR; the EXIF orientation is applied.

    Grey, palette, CMYK and 16-bit images are converted; transparent pixels are blended over white.

    Raises:
        UserError: missing, empty, no JPEG, PNG, BMP or WebP, over 200 megapixels, truncated.
    """
    return read_reduced(path, np.inf).pixels


def read_reduced(path: str | os.PathLike, longest: float) -> ReducedImage:
    """Read an image as displayed, reduced as far as its longer side stays ``longest`` or more.

    Only JPEG is reduced: its 8 x 8 blocks are decoded to 4 x 4, 2 x 2 or 1 x 1 pixels, which takes
    less time and memory, and averages as it should (libjpeg, "scaled decompression").

    Raises:
        UserError: see :func:`read_image`.
    """
    data = read_bytes(path)
    header = open_header(io.BytesIO(data), path)
    check_end(data, header, path)
    factor = _reduction(header, longest)
    flags = cv2.IMREAD_UNCHANGED if may_be_transparent(header) else _FLAGS[factor]
    try:
        pixels = cv2.imdecode(np.frombuffer(data, np.uint8), flags | cv2.IMREAD_IGNORE_ORIENTATION)
        if pixels is not None and flags == cv2.IMREAD_UNCHANGED:
            pixels = over_white(pixels, header, data)
    except cv2.error:
        pixels = None
    if pixels is None:
        raise UserError(f'{path}: the image cannot be decoded; copy or save it again')
    orientation = orientation_of(header)
    pixels = upright(pixels, orientation)
    size = displayed_size(header)
    return ReducedImage(pixels, size, _reducing_matrix(pixels, size, factor, orientation))


def image_size(path: str | os.PathLike) -> tuple[int, int]:
    """Return (width, height) of an image as displayed, from its header alone.

    Raises:
        UserError: see :func:`read_image`, but what follows the header is not looked at.
    """
    with open_file(path) as file:
        return displayed_size(open_header(file, path))


def exif_orientation(path: str | os.PathLike) -> int:
    """Return the EXIF orientation of an image, 1 to 8, from its header alone.

    Raises:
        UserError: see :func:`image_size`.
    """
    with open_file(path) as file:
        return orientation_of(open_header(file, path))


def verify_image(path: str | os.PathLike) -> tuple[int, int]:
    """Decode an image strictly, checksums included, and return its (width, height) as displayed.

    Slower than :func:`read_image`, and finds damage that OpenCV papers over.

    Raises:
        UserError: see :func:`read_image`; also when any part of the pixel data is damaged.
    """
    data = read_bytes(path)
    header = open_header(io.BytesIO(data), path)
    size = displayed_size(header)
    check_end(data, header, path)
    try:
        header.load()
    except BROKEN as error:
        raise UserError(f'{path}: the image is damaged ({error}); copy or save it again') from error
    return size


def _reduction(header: ImageFile, longest: float) -> int:
    """Return by how much to divide the sides: 1, 2, 4 or 8."""
    if not isinstance(header, JpegImageFile):
        return 1  # OpenCV would decode all of it and drop pixels
    return max((f for f in _FLAGS if max(header.size) >= longest * f), default=1)


def _reducing_matrix(
    pixels: NDArray, size: tuple[int, int], factor: int, orientation: int
) -> NDArray[np.float64]:
    """Return the matrix from the full image to the reduced one, both as displayed.

    A reduced pixel is the mean of ``factor`` x ``factor`` full ones, from the file's top left on.
    The last ones may reach over the far edges, which orientations turn to the left or the top.
    """
    over = np.array(pixels.shape[1::-1]) * factor - size
    over *= (orientation in FROM_THE_RIGHT, orientation in FROM_BELOW)
    shift = (over - (factor - 1) / 2) / factor
    return np.array([[1 / factor, 0, shift[0]], [0, 1 / factor, shift[1]], [0, 0, 1]])
