"""Images as displayed: colour formats, reductions, damage."""

import os
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from drawn_images import corners, displayed, noisy, save, turned
from PIL import Image, ImageFile

from plugins.functional.errors import UserError
from plugins.functional.images import image_size, read_image, read_reduced, verify_image


def slope(width: int, height: int) -> Image.Image:
    """Red grows by 2 a column, green by 2 a row: a pixel's colour says where it is."""
    x, y = np.meshgrid(np.arange(width), np.arange(height))
    return Image.fromarray(np.stack((2 * x, 2 * y, 0 * x), axis=2).astype(np.uint8))


@pytest.mark.parametrize('factor', [2, 4, 8])
@pytest.mark.parametrize('orientation', range(1, 9))
@pytest.mark.parametrize('size', [(120, 96), (117, 91)], ids=['whole blocks', 'odd sizes'])
def test_a_reduced_image_knows_where_its_pixels_are_on_the_full_one(
    tmp_path: Path, size: tuple[int, int], orientation: int, factor: int
) -> None:
    path = save(
        tmp_path / 'a.jpg', slope(*size), exif=turned(orientation), quality=100, subsampling=0
    )
    full, reduced = read_image(path), read_reduced(path, max(size) / factor)

    assert reduced.size == full.shape[1::-1] == image_size(path)
    width, height = (-(-side // factor) for side in reduced.size)
    assert reduced.pixels.shape == (height, width, 3)
    assert reduced.pixels.flags.c_contiguous
    # The full image at the centre of each reduced pixel, but for the border, which cannot be
    # interpolated; half a pixel off would be 1 grey level on each.
    x, y = np.meshgrid(np.arange(width), np.arange(height))
    back = np.linalg.inv(reduced.matrix)
    places = np.stack((x, y, np.ones_like(x)), axis=-1) @ back.T
    seen = cv2.remap(full, places[..., :2].astype(np.float32), None, cv2.INTER_LINEAR)
    difference = (seen.astype(float) - reduced.pixels)[1:-1, 1:-1]
    assert np.abs(difference.mean(axis=(0, 1))).max() < 0.4
    assert np.abs(difference).max() <= 3  # JPEG's own rounding


@pytest.mark.parametrize(
    ('longest', 'expected'),
    [
        pytest.param(np.inf, (117, 91), id='every pixel'),
        pytest.param(118, (117, 91), id='more than there is'),
        pytest.param(58.6, (117, 91), id='a little over a half, 58.5'),
        pytest.param(58.5, (59, 46), id='a half'),
        pytest.param(30, (59, 46), id='a little over a quarter'),
        pytest.param(29, (30, 23), id='a quarter'),
        pytest.param(14.625, (15, 12), id='an eighth'),
        pytest.param(1, (15, 12), id='no less than an eighth'),
    ],
)
def test_an_image_is_reduced_as_far_as_the_longest_side_allows(tmp_path, longest, expected) -> None:
    path = save(tmp_path / 'a.jpg', slope(117, 91))
    assert read_reduced(path, longest).pixels.shape[1::-1] == expected


@pytest.mark.parametrize('suffix', ['.png', '.webp', '.bmp'])
def test_only_jpeg_is_reduced(tmp_path: Path, suffix: str) -> None:
    path = save(tmp_path / f'a{suffix}', slope(117, 91))
    image = read_reduced(path, 1)
    np.testing.assert_array_equal(image.pixels, read_image(path))
    np.testing.assert_array_equal(image.matrix, np.eye(3))


def test_a_progressive_jpeg_is_reduced_alike(tmp_path: Path) -> None:
    plain = save(tmp_path / 'a.jpg', slope(117, 91), quality=95)
    progressive = save(tmp_path / 'b.jpg', slope(117, 91), quality=95, progressive=True)
    a, b = (read_reduced(path, 29).pixels.astype(int) for path in (plain, progressive))
    np.testing.assert_allclose(a, b, atol=1)


@pytest.mark.parametrize('longest', [np.inf, 8], ids=['full', 'reduced'])
def test_a_page_is_decoded_once(tmp_path: Path, monkeypatch, longest: float) -> None:
    path = save(tmp_path / 'a.jpg', slope(117, 91), exif=turned(6))
    decoded = []
    decode = cv2.imdecode
    monkeypatch.setattr(cv2, 'imdecode', lambda *args: decoded.append(args) or decode(*args))
    monkeypatch.setattr(ImageFile.ImageFile, 'load', lambda image: decoded.append(image))
    read_reduced(path, longest)
    assert len(decoded) == 1
    image_size(path)
    assert len(decoded) == 1
    verify_image(path)
    assert len(decoded) == 2


def as_16_bit(path: Path) -> Path:
    grey = np.asarray(corners().convert('L')).astype(np.uint16) * 257
    cv2.imwrite(str(path), grey)
    return path


@pytest.mark.parametrize(
    ('make', 'tolerance'),
    [
        pytest.param(lambda p: save(p / 'a.jpg', corners().convert('L')), 3, id='grey JPEG'),
        pytest.param(lambda p: save(p / 'a.jpg', corners().convert('CMYK')), 8, id='CMYK JPEG'),
        pytest.param(lambda p: save(p / 'a.png', corners().convert('P')), 0, id='palette PNG'),
        pytest.param(lambda p: save(p / 'a.png', corners().convert('1')), 0, id='1-bit PNG'),
        pytest.param(lambda p: save(p / 'a.png', corners().convert('LA')), 0, id='grey + alpha'),
        pytest.param(lambda p: save(p / 'a.png', corners().convert('RGBA')), 0, id='RGBA PNG'),
        pytest.param(lambda p: save(p / 'a.bmp', corners()), 0, id='BMP'),
        pytest.param(lambda p: save(p / 'a.bmp', corners().convert('P')), 0, id='palette BMP'),
    ],
)
def test_every_colour_format_becomes_8_bit_bgr(tmp_path: Path, make, tolerance: int) -> None:
    path = make(tmp_path)
    pixels = read_image(path)
    assert (pixels.shape, pixels.dtype) == ((32, 48, 3), np.uint8)
    np.testing.assert_allclose(pixels.astype(int), displayed(path).astype(int), atol=tolerance)
    assert verify_image(path) == (48, 32)


def test_16_bit_png_keeps_its_upper_byte(tmp_path: Path) -> None:
    pixels = read_image(as_16_bit(tmp_path / 'a.png'))
    expected = np.asarray(corners().convert('L'))
    assert (pixels.shape, pixels.dtype) == ((32, 48, 3), np.uint8)
    np.testing.assert_array_equal(pixels, np.repeat(expected[..., None], 3, axis=2))


def test_size_comes_from_the_header_alone(tmp_path: Path) -> None:
    path = save(tmp_path / 'a.png', corners())
    path.write_bytes(path.read_bytes()[:60])  # pixels cut off
    assert image_size(path) == (48, 32)
    with pytest.raises(UserError, match=r'a\.png: .*60 bytes'):
        read_image(path)


@pytest.mark.parametrize('read', [read_image, image_size, verify_image])
def test_missing_files_and_folders(tmp_path: Path, read) -> None:
    with pytest.raises(UserError, match=r'nowhere\.jpg: '):
        read(tmp_path / 'nowhere.jpg')
    with pytest.raises(UserError, match=f'{tmp_path.name}: '):
        read(tmp_path)


@pytest.mark.parametrize('read', [read_image, image_size, verify_image])
def test_a_link_to_a_pipe_does_not_block(tmp_path: Path, read) -> None:
    os.mkfifo(tmp_path / 'pipe')
    (tmp_path / 'a.jpg').symlink_to('pipe')
    with pytest.raises(UserError, match=r'a\.jpg: .*pipe'):
        read(tmp_path / 'a.jpg')


def test_the_strict_check_finds_what_opencv_papers_over(tmp_path: Path) -> None:
    data = bytearray(noisy('PNG'))
    data[len(data) // 2] ^= 0xFF
    path = tmp_path / 'a.png'
    path.write_bytes(data)
    with pytest.raises(UserError, match=r'a\.png: .*damaged'):
        verify_image(path)


def test_damaged_bytes_never_raise_anything_else(tmp_path: Path, repo_root: Path) -> None:
    script = """
import sys
from pathlib import Path
import numpy as np
from plugins.functional.errors import UserError
from plugins.functional.images import image_size, read_image, read_reduced, verify_image
reduced = lambda path: read_reduced(path, 10)
rng = np.random.default_rng(0)
folder = Path(sys.argv[1])
for source in sorted(folder.glob('whole.*')):
    data = np.frombuffer(source.read_bytes(), np.uint8)
    for _ in range(60):
        copy = data.copy()
        places = rng.integers(0, rng.choice([32, 200, len(copy)]), rng.integers(1, 20))
        copy[places] = rng.integers(0, 256, len(places))
        path = folder / ('hurt' + source.suffix)
        path.write_bytes(copy[: rng.integers(1, len(copy) + 1)].tobytes())
        for read in (read_image, reduced, image_size, verify_image):
            try:
                read(path)
            except UserError as error:
                assert str(path) in error.line
"""
    for kind, suffix in (('JPEG', 'jpg'), ('PNG', 'png'), ('BMP', 'bmp'), ('WEBP', 'webp')):
        (tmp_path / f'whole.{suffix}').write_bytes(noisy(kind))
    # In a process of its own: the decoders' own warnings go to its standard error.
    command = [sys.executable, '-c', script, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=repo_root)
    assert done.returncode == 0, done.stderr
