"""Receipt images as a viewer shows them: turned upright, 8 bits, three channels."""

import io
import os
import struct
from pathlib import Path
from typing import IO, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image
from PIL.BmpImagePlugin import BmpImageFile
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from ..errors import UserError

SUFFIXES = frozenset({'.jpg', '.jpeg', '.png', '.bmp', '.webp'})
MAX_PIXELS = 200_000_000  # phones reach this; a decompression bomb asks for far more

# The readers are called directly: Image.open would warn at 89 megapixels, whatever the limit here.
_READERS: tuple[tuple[bytes, type[ImageFile]], ...] = (
    (b'\xff\xd8\xff', JpegImageFile),
    (b'\x89PNG\r\n\x1a\n', PngImageFile),
    (b'BM', BmpImageFile),
    (b'RIFF', WebPImageFile),
)
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, struct.error, MemoryError, OverflowError)
_TURNED = frozenset({5, 6, 7, 8})  # EXIF orientations that swap width and height
_FROM_THE_RIGHT = frozenset({2, 3, 6, 7})  # whose first column or row is displayed at the right
_FROM_BELOW = frozenset({3, 4, 7, 8})
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

    Grey, palette, CMYK and 16-bit images are converted; an alpha channel is dropped.

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
    data = _read_bytes(path)
    header = _open_header(io.BytesIO(data), path)
    _check_end(data, header, path)
    factor = _reduction(header, longest)
    try:
        pixels = cv2.imdecode(
            np.frombuffer(data, np.uint8), _FLAGS[factor] | cv2.IMREAD_IGNORE_ORIENTATION
        )
    except cv2.error:
        pixels = None
    if pixels is None:
        raise UserError(f'{path}: the image cannot be decoded; copy or save it again')
    orientation = _orientation(header)
    pixels = _upright(pixels, orientation)
    size = _displayed_size(header)
    return ReducedImage(pixels, size, _reducing_matrix(pixels, size, factor, orientation))


def image_size(path: str | os.PathLike) -> tuple[int, int]:
    """Return (width, height) of an image as displayed, from its header alone.

    Raises:
        UserError: see :func:`read_image`, but what follows the header is not looked at.
    """
    try:
        with open(path, 'rb') as file:
            header = _open_header(file, path)
            return _displayed_size(header)
    except OSError as error:
        raise _unreadable(path, error) from error


def verify_image(path: str | os.PathLike) -> tuple[int, int]:
    """Decode an image strictly, checksums included, and return its (width, height) as displayed.

    Slower than :func:`read_image`, and finds damage that OpenCV papers over.

    Raises:
        UserError: see :func:`read_image`; also when any part of the pixel data is damaged.
    """
    data = _read_bytes(path)
    header = _open_header(io.BytesIO(data), path)
    size = _displayed_size(header)
    _check_end(data, header, path)
    try:
        header.load()
    except _BROKEN as error:
        raise UserError(f'{path}: the image is damaged ({error}); copy or save it again') from error
    return size


def _read_bytes(path: str | os.PathLike) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: str | os.PathLike, error: OSError) -> UserError:
    return UserError(f'{path}: cannot be read ({error.strerror or error}); check the path')


def _open_header(file: IO[bytes], path: str | os.PathLike) -> ImageFile:
    magic = file.read(16)
    if not magic:
        raise UserError(f'{path}: the image file is empty; copy it again')
    reader = next((reader for start, reader in _READERS if magic.startswith(start)), None)
    if reader is None:
        raise UserError(f'{path}: not a JPEG, PNG, BMP or WebP image; convert it to one of these')
    file.seek(0)
    try:
        header = reader(file)
    except _BROKEN as error:
        raise UserError(
            f'{path}: the image header is damaged ({error}); copy or save it again'
        ) from error
    width, height = header.size
    if width * height > MAX_PIXELS:
        raise UserError(
            f'{path}: {width} x {height} pixels are over the limit of 200 megapixels; '
            'scale the image down'
        )
    return header


def _orientation(header: ImageFile) -> int:
    try:
        # The base class's method: PNG's own one decodes the whole image first.
        value = Image.Image.getexif(header).get(ExifTags.Base.Orientation, 1)
    except (*_BROKEN, AttributeError, KeyError, TypeError, IndexError):
        return 1  # viewers ignore broken EXIF data, too
    return value if value in range(1, 9) else 1


def _displayed_size(header: ImageFile) -> tuple[int, int]:
    width, height = header.size
    return (height, width) if _orientation(header) in _TURNED else (width, height)


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
    over *= (orientation in _FROM_THE_RIGHT, orientation in _FROM_BELOW)
    shift = (over - (factor - 1) / 2) / factor
    return np.array([[1 / factor, 0, shift[0]], [0, 1 / factor, shift[1]], [0, 0, 1]])


def _check_end(data: bytes, header: ImageFile, path: str | os.PathLike) -> None:
    """Refuse truncated files, which OpenCV fills up with grey without a word."""
    if isinstance(header, JpegImageFile):
        complete = data.find(b'\xff\xd9', _jpeg_scan_start(data)) >= 0
    elif isinstance(header, PngImageFile):
        complete = b'IEND\xaeB`\x82' in data
    elif isinstance(header, WebPImageFile):
        complete = len(data) >= 8 + int.from_bytes(data[4:8], 'little')
    else:
        complete = len(data) >= int.from_bytes(data[2:6], 'little')
    if not complete:
        raise UserError(f'{path}: the image is truncated ({len(data)} bytes); copy it again')


def _jpeg_scan_start(data: bytes) -> int:
    """Return where the pixels start: an EXIF thumbnail before has an end marker of its own."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] != 0xDA:
        # Fill bytes (FF FF) may precede a marker; every segment here carries its length.
        at += 1 if data[at + 1] == 0xFF else 2 + int.from_bytes(data[at + 2 : at + 4], 'big')
    return at


def _upright(pixels: NDArray[np.uint8], orientation: int) -> NDArray[np.uint8]:
    """Apply EXIF orientation 1 to 8 (Exif 2.3, tag 274) to the pixels."""
    if orientation in (5, 7):
        pixels = cv2.transpose(pixels)
    flips = {2: 1, 3: -1, 4: 0, 7: -1}
    turns = {6: cv2.ROTATE_90_CLOCKWISE, 8: cv2.ROTATE_90_COUNTERCLOCKWISE}
    if orientation in flips:
        return cv2.flip(pixels, flips[orientation])
    return cv2.rotate(pixels, turns[orientation]) if orientation in turns else pixels
