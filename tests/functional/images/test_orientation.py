"""EXIF orientations: pictures as a viewer shows them."""

from pathlib import Path

import numpy as np
import pytest
from drawn_images import BLUE, RED, corners, displayed, save, turned
from PIL import Image

from plugins.functional.images import (
    as_displayed,
    exif_orientation,
    image_size,
    read_image,
    verify_image,
)


@pytest.mark.parametrize('suffix', ['.jpg', '.png', '.webp'])
@pytest.mark.parametrize('orientation', range(1, 9))
def test_the_exif_orientation_is_applied_to_the_pixels(tmp_path, orientation, suffix) -> None:
    options = {'.jpg': {'quality': 100, 'subsampling': 0}, '.webp': {'lossless': True}}
    path = save(
        tmp_path / f'a{suffix}', corners(), exif=turned(orientation), **options.get(suffix, {})
    )
    pixels = read_image(path)

    assert pixels.dtype == np.uint8
    assert pixels.flags.c_contiguous
    # JPEG decoders differ by a grey level or two; a wrong turn differs by 255.
    np.testing.assert_allclose(pixels.astype(int), displayed(path).astype(int), atol=3)
    assert pixels.shape[:2] == ((48, 32) if orientation >= 5 else (32, 48))
    assert image_size(path) == pixels.shape[1::-1]
    assert verify_image(path) == pixels.shape[1::-1]


def test_orientation_6_puts_the_bottom_left_corner_top_left(tmp_path: Path) -> None:
    # The camera was turned; show the picture turned 90 degrees clockwise.
    pixels = read_image(save(tmp_path / 'a.png', corners(), exif=turned(6)))
    assert pixels[0, 0].tolist() == list(BLUE[::-1])
    assert pixels[0, -1].tolist() == list(RED[::-1])


@pytest.mark.parametrize('value', [0, 9, 65535], ids=['zero', 'nine', 'huge'])
def test_an_orientation_that_does_not_exist_is_ignored(tmp_path: Path, value: int) -> None:
    path = save(tmp_path / 'a.png', corners(), exif=turned(value))
    assert read_image(path).shape == (32, 48, 3)


def test_broken_exif_data_does_not_cost_the_image(tmp_path: Path) -> None:
    path = save(tmp_path / 'a.jpg', corners(), exif=b'Exif\x00\x00XX*\x00garbage')
    assert read_image(path).shape == (32, 48, 3)
    assert image_size(path) == (48, 32)


@pytest.mark.parametrize('orientation', range(1, 9))
def test_points_go_where_their_pixels_go(tmp_path: Path, orientation: int) -> None:
    image = Image.new('RGB', (48, 32))
    image.putpixel((5, 9), RED)
    path = save(tmp_path / 'a.png', image, exif=turned(orientation))
    assert exif_orientation(path) == orientation
    (x, y), corner = as_displayed(np.array([[5.5, 9.5], [0, 0]]), (48, 32), orientation)
    pixels = read_image(path)
    assert pixels[int(y), int(x)].tolist() == list(RED[::-1])
    # The edge, not the first pixel's centre, is 0.
    assert corner.tolist() in [
        [0, 0],
        [pixels.shape[1], 0],
        [0, pixels.shape[0]],
        [pixels.shape[1], pixels.shape[0]],
    ]
