"""Which files are images, and which of these are whole."""

import resource
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from drawn_images import noisy, turned

from plugins.functional.errors import UserError
from plugins.functional.images import image_size, read_image, read_reduced, verify_image


def reduced(path: Path) -> np.ndarray:
    return read_reduced(path, 16).pixels


def with_thumbnail() -> bytes:
    """A JPEG whose EXIF data hold a whole JPEG, end marker and all."""
    thumbnail = noisy('JPEG')
    segment = b'\xff\xe1' + struct.pack('>H', 2 + len(thumbnail)) + thumbnail
    jpeg = noisy('JPEG', quality=95)
    return jpeg[:2] + segment + jpeg[2:]


@pytest.mark.parametrize('share', [0.5, 0.9, 0.999], ids=['half', 'most', 'all but the end'])
@pytest.mark.parametrize(
    'data',
    [
        pytest.param(noisy('JPEG', quality=95), id='JPEG'),
        pytest.param(noisy('JPEG', quality=95, progressive=True), id='progressive JPEG'),
        pytest.param(with_thumbnail(), id='JPEG with a thumbnail'),
        pytest.param(noisy('PNG'), id='PNG'),
        pytest.param(noisy('BMP'), id='BMP'),
        pytest.param(noisy('WEBP', lossless=True), id='WebP'),
    ],
)
@pytest.mark.parametrize('read', [read_image, reduced, verify_image])
def test_truncated_files_are_refused(tmp_path: Path, read, data: bytes, share: float) -> None:
    path = tmp_path / 'a.img'
    path.write_bytes(data)
    read(path)  # whole, it is fine
    path.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(UserError) as caught:
        read(path)
    assert caught.value.line.startswith(f'{path}: the image ')
    assert 'copy' in caught.value.line


def test_trailing_bytes_behind_the_end_marker_are_legal(tmp_path: Path) -> None:
    path = tmp_path / 'a.jpg'
    path.write_bytes(noisy('JPEG') + b'trailer of a phone' * 10)
    assert read_image(path).shape == (64, 64, 3)
    assert verify_image(path) == (64, 64)


@pytest.mark.parametrize(
    ('data', 'message'),
    [
        pytest.param(b'', 'empty', id='empty'),
        pytest.param(b'not an image at all', 'JPEG, PNG, BMP or WebP', id='text'),
        pytest.param(b'GIF89a' + bytes(20), 'JPEG, PNG, BMP or WebP', id='GIF'),
        pytest.param(b'\xff\xd8\xff', 'header', id='three bytes of JPEG'),
        pytest.param(b'\x89PNG\r\n\x1a\n' + bytes(30), 'header', id='PNG of zeros'),
        pytest.param(b'BM' + bytes(30), 'header', id='BMP of zeros'),
        pytest.param(b'RIFF' + bytes(30), 'header', id='RIFF without WebP'),
    ],
)
@pytest.mark.parametrize('read', [read_image, image_size, verify_image])
def test_what_is_no_image(tmp_path: Path, read, data: bytes, message: str) -> None:
    path = tmp_path / 'a.jpg'
    path.write_bytes(data)
    with pytest.raises(UserError) as caught:
        read(path)
    assert caught.value.line.startswith(f'{path}: ')
    assert message in caught.value.line


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few hundred bytes whose header claims any size."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        checksum = struct.pack('>I', zlib.crc32(kind + data))
        return struct.pack('>I', len(data)) + kind + data + checksum

    header = struct.pack('>IIBBBBB', width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(bytes(10))
    end = chunk(b'IEND', b'')
    return b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', header) + chunk(b'IDAT', pixels) + end


@pytest.mark.parametrize('read', [read_image, image_size, verify_image])
def test_decompression_bombs_are_refused_by_their_header(tmp_path: Path, read) -> None:
    path = tmp_path / 'bomb.png'
    path.write_bytes(bomb(60000, 60000))
    with pytest.raises(UserError, match=r'bomb\.png: 60000 x 60000 .* 200 mega'):
        read(path)


@pytest.mark.parametrize('read', [read_image, image_size, verify_image])
def test_bombs_that_the_reader_itself_refuses(tmp_path: Path, read) -> None:
    data = noisy('WEBP', lossless=True, exif=turned(6))
    assert data[12:16] == b'VP8X'
    path = tmp_path / 'bomb.webp'
    # WebP container specification, "Extended File Format": the canvas is 24 + 24 bits.
    path.write_bytes(data[:24] + b'\xff' * 6 + data[30:])
    with pytest.raises(UserError, match=r'bomb\.webp: .*(megapixels|damaged)'):
        read(path)


@pytest.mark.parametrize('read', [read_image, image_size, verify_image])
def test_a_side_that_no_picture_has_is_refused(tmp_path: Path, read) -> None:
    path = tmp_path / 'strip.png'
    path.write_bytes(bomb(1_000_000, 4))
    with pytest.raises(UserError, match=r'strip\.png: 1000000 x 4 .* 65,535 a side'):
        read(path)


@pytest.mark.parametrize('read', [read_image, verify_image])
def test_a_chunk_that_claims_more_than_there_is_costs_no_memory(tmp_path: Path, read) -> None:
    # OpenCV would allocate the two gigabytes, and then look for them.
    data = bytearray(bomb(4, 4))
    at = data.index(b'IDAT') - 4
    data[at : at + 4] = b'\x80\0\0\0'
    path = tmp_path / 'a.png'
    path.write_bytes(data)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(UserError, match=r'a\.png: the image is truncated'):
        read(path)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # KiB


def test_large_phone_pictures_are_no_bombs(tmp_path: Path, recwarn) -> None:
    path = tmp_path / 'large.png'
    path.write_bytes(bomb(16320, 12240))  # 199.8 megapixels
    assert image_size(path) == (16320, 12240)
    assert not recwarn.list
