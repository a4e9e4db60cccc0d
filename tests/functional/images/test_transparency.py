"""Transparent paper is white."""

import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from drawn_images import turned
from PIL import Image

from plugins.functional.images import read_image, read_reduced

CLEAR, INK, HALF = (0, 0, 0, 0), (40, 80, 200, 255), (40, 80, 200, 128)
# 200 * 128 / 255 + 255 * 127 / 255 and so on, in BGR
MIXED = (227, 167, 147)


def drawn() -> Image.Image:
    """Clear, ink and half-clear ink in a row of three pixels."""
    image = Image.new('RGBA', (3, 1), CLEAR)
    image.putpixel((1, 0), INK)
    image.putpixel((2, 0), HALF)
    return image


def saved(path: Path, image: Image.Image, **options: object) -> np.ndarray:
    image.save(path, **options)
    return read_image(path)


@pytest.mark.parametrize(
    ('suffix', 'options'),
    [('.png', {}), ('.webp', {'lossless': True, 'exact': True})],
)
def test_colours_are_blended_over_white(tmp_path: Path, suffix: str, options: dict) -> None:
    pixels = saved(tmp_path / f'a{suffix}', drawn(), **options)
    assert pixels.tolist() == [[[255] * 3, list(INK[2::-1]), list(MIXED)]]


def test_an_opaque_picture_stays_as_it_is(tmp_path: Path) -> None:
    colours = np.random.default_rng(0).integers(0, 256, (9, 7, 3), np.uint8)
    opaque = np.dstack((colours, np.full((9, 7), 255, np.uint8)))
    pixels = saved(tmp_path / 'a.png', Image.fromarray(opaque))
    np.testing.assert_array_equal(pixels, colours[..., ::-1])


def test_grey_with_alpha_and_16_bits(tmp_path: Path) -> None:
    grey = saved(tmp_path / 'grey.png', drawn().convert('LA'))
    ink = drawn().convert('L').getpixel((1, 0))
    assert grey[0, :2].tolist() == [[255] * 3, [ink] * 3]
    deep = np.asarray(drawn())[..., [2, 1, 0, 3]].astype(np.uint16) * 257
    cv2.imwrite(str(tmp_path / 'deep.png'), deep)
    plain = saved(tmp_path / 'plain.png', drawn())
    np.testing.assert_array_equal(read_image(tmp_path / 'deep.png'), plain)


@pytest.mark.parametrize('clear', [0, bytes([0, 255])], ids=['one colour', 'a table'])
def test_a_transparent_colour_of_a_palette(tmp_path: Path, clear: object) -> None:
    image = Image.new('P', (2, 1), 0)
    image.putpalette([0, 0, 0, 40, 80, 200])
    image.putpixel((1, 0), 1)
    pixels = saved(tmp_path / 'a.png', image, transparency=clear)
    assert pixels.tolist() == [[[255] * 3, [200, 80, 40]]]


def test_a_transparent_colour(tmp_path: Path) -> None:
    image = Image.new('RGB', (2, 1), (1, 2, 3))
    image.putpixel((1, 0), (1, 2, 4))
    pixels = saved(tmp_path / 'a.png', image, transparency=(1, 2, 3))
    assert pixels.tolist() == [[[255] * 3, [4, 2, 1]]]


def grey_png(bits: int, row: bytes, width: int, clear: int) -> bytes:
    """A PNG of one row with a transparent grey (PNG specification, 11.3.2.1)."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        checksum = struct.pack('>I', zlib.crc32(kind + data))
        return struct.pack('>I', len(data)) + kind + data + checksum

    header = struct.pack('>IIBBBBB', width, 1, bits, 0, 0, 0, 0)
    parts = ((b'IHDR', header), (b'tRNS', struct.pack('>H', clear)))
    parts += ((b'IDAT', zlib.compress(b'\0' + row)), (b'IEND', b''))
    return b'\x89PNG\r\n\x1a\n' + b''.join(chunk(*part) for part in parts)


@pytest.mark.parametrize(
    ('bits', 'row', 'clear', 'expected'),
    [
        pytest.param(1, b'\x40', 0, [255, 255], id='1 bit'),
        pytest.param(1, b'\x40', 1, [0, 255], id='1 bit, white is clear'),
        pytest.param(2, b'\x60', 1, [255, 170], id='2 bits'),
        pytest.param(4, b'\x56', 5, [255, 102], id='4 bits'),
        pytest.param(8, b'\x07\x08', 7, [255, 8], id='8 bits'),
        pytest.param(16, struct.pack('>HH', 300, 301), 300, [255, 1], id='16 bits'),
    ],
)
def test_a_transparent_grey_of_any_depth(tmp_path: Path, bits, row, clear, expected) -> None:
    (tmp_path / 'a.png').write_bytes(grey_png(bits, row, 2, clear))
    assert read_image(tmp_path / 'a.png')[0, :, 0].tolist() == expected


def test_a_transparent_picture_is_turned_as_any_other(tmp_path: Path) -> None:
    drawn().save(tmp_path / 'a.png', exif=turned(6))
    page = read_reduced(tmp_path / 'a.png', 1)
    assert page.pixels.tolist() == [[[255] * 3], [list(INK[2::-1])], [list(MIXED)]]
    assert page.size == (1, 3)
