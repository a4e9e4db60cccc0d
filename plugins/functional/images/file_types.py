"""Which kinds of image files are read, told by their first bytes, and whether one is whole."""

import os
import struct
from typing import IO

from PIL import Image
from PIL.BmpImagePlugin import BmpImageFile
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from ..errors import UserError

JPEG_SUFFIXES = frozenset({'.jpg', '.jpeg', '.jfif'})
SUFFIXES = JPEG_SUFFIXES | {'.png', '.bmp', '.webp'}
# Those of pictures that are to be converted first.
OTHER_SUFFIXES = frozenset(
    {'.heic', '.heif', '.avif', '.tif', '.tiff', '.gif', '.jp2', '.jxl', '.dng', '.pdf'}
)
MAX_PIXELS = 200_000_000  # phones reach this; a decompression bomb asks for far more

_MAX_SIDE = 65_535  # of a JPEG; more is a damaged header

# The readers are called directly: Image.open would warn at 89 megapixels, whatever the limit here.
_READERS: tuple[tuple[bytes, type[ImageFile]], ...] = (
    (b'\xff\xd8\xff', JpegImageFile),
    (b'\x89PNG\r\n\x1a\n', PngImageFile),
    (b'BM', BmpImageFile),
    (b'RIFF', WebPImageFile),
)
BROKEN = (OSError, SyntaxError, ValueError, EOFError, struct.error, MemoryError, OverflowError)


def open_header(file: IO[bytes], path: str | os.PathLike) -> ImageFile:
    """Return Pillow's reader of an image, which has read the header alone.

    Raises:
        UserError: the file is empty, no JPEG, PNG, BMP or WebP, over 200 megapixels or damaged.
    """
    magic = file.read(16)
    if not magic:
        raise UserError(f'{path}: the image file is empty; copy it again')
    reader = next((reader for start, reader in _READERS if magic.startswith(start)), None)
    if reader is None:
        raise UserError(f'{path}: not a JPEG, PNG, BMP or WebP image; convert it to one of these')
    file.seek(0)
    try:
        header = reader(file)
    except Image.DecompressionBombError as error:  # by Pillow's reader of WebP
        raise UserError(
            f'{path}: the image is over the limit of 200 megapixels ({error})'.rstrip('.')
        ) from error
    except BROKEN as error:
        raise UserError(
            f'{path}: the image header is damaged ({error}); copy or save it again'
        ) from error
    width, height = header.size
    if width * height > MAX_PIXELS or max(width, height) > _MAX_SIDE:
        raise UserError(
            f'{path}: {width} x {height} pixels are over the limit of 200 megapixels and '
            f'{_MAX_SIDE:,} a side; scale the image down'
        )
    return header


def check_end(data: bytes, header: ImageFile, path: str | os.PathLike) -> None:
    """Refuse truncated files, which OpenCV fills up with grey without a word.

    Raises:
        UserError: the end of the image is missing.
    """
    if isinstance(header, JpegImageFile):
        complete = data.find(b'\xff\xd9', _jpeg_scan_start(data)) >= 0
    elif isinstance(header, PngImageFile):
        complete = _ends_png(data)
    elif isinstance(header, WebPImageFile):
        complete = len(data) >= 8 + int.from_bytes(data[4:8], 'little')
    else:
        complete = len(data) >= int.from_bytes(data[2:6], 'little')
    if not complete:
        raise UserError(f'{path}: the image is truncated ({len(data)} bytes); copy it again')


def _ends_png(data: bytes) -> bool:
    """Tell whether chunk follows chunk up to the last, as OpenCV allocates what a length claims."""
    at = 8
    while at + 12 <= len(data):
        kind, at = data[at + 4 : at + 8], at + 12 + int.from_bytes(data[at : at + 4], 'big')
        if kind == b'IEND':
            return at <= len(data)
    return False


def _jpeg_scan_start(data: bytes) -> int:
    """Return where the pixels start: an EXIF thumbnail before has an end marker of its own."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] != 0xDA:
        # Fill bytes (FF FF) may precede a marker; every segment here carries its length.
        at += 1 if data[at + 1] == 0xFF else 2 + int.from_bytes(data[at + 2 : at + 4], 'big')
    return at
