"""The image of a page, and whether its labels were turned along with it."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from drawn_images import turned
from PIL import Image

from plugins.functional.annotations.image_check import check_image, unturned_labels
from plugins.functional.annotations.problem_kinds import BROKEN_IMAGE, MISSING_IMAGE
from plugins.functional.images import as_displayed

SIZE = (300, 200)


def lines(rng: np.random.Generator) -> list[np.ndarray]:
    """Words of several lengths in the upper left two thirds of a page."""
    boxes = [(10, y, int(rng.integers(60, 190)), y + 9) for y in range(12, 130, 16)]
    return [np.array([[a, b], [c, b], [c, d], [a, d]], float) for a, b, c, d in boxes]


def scribbled(polygons: list[np.ndarray]) -> Image.Image:
    page = np.full((SIZE[1], SIZE[0], 3), 240, np.uint8)
    for polygon in polygons:
        left, top = polygon[0].astype(int)
        right, bottom = polygon[2].astype(int)
        for x in range(left, right, 5):
            cv2.line(page, (x, top), (x, bottom), (20, 20, 20), 2)
    return Image.fromarray(page)


@pytest.fixture(params=range(2, 9))
def page(request, tmp_path):
    """An image with an orientation, and its labels before and after the turn."""
    raw = lines(np.random.default_rng(request.param))
    scribbled(raw).save(tmp_path / 'a.jpg', exif=turned(request.param))
    return tmp_path / 'a.jpg', raw, [as_displayed(each, SIZE, request.param) for each in raw]


def test_the_ink_tells_in_which_frame_labels_are(page) -> None:
    path, raw, displayed = page
    for raw_size in (True, False):
        assert 'before EXIF orientation' in unturned_labels(path, raw, raw_size)
        assert unturned_labels(path, displayed, raw_size) is None


def test_where_the_ink_does_not_tell_the_size_does(tmp_path: Path) -> None:
    Image.new('RGB', SIZE, 'white').save(tmp_path / 'a.jpg', exif=turned(6))
    labels = lines(np.random.default_rng(0))
    assert 'the size of the entry' in unturned_labels(tmp_path / 'a.jpg', labels, True)
    assert unturned_labels(tmp_path / 'a.jpg', labels, False) is None


def test_a_page_that_is_not_turned_is_not_looked_at(tmp_path: Path) -> None:
    labels = lines(np.random.default_rng(0))
    scribbled(labels).save(tmp_path / 'a.jpg')
    assert unturned_labels(tmp_path / 'a.jpg', labels[::-1], True) is None
    scribbled(labels).save(tmp_path / 'b.jpg', exif=turned(6))
    assert unturned_labels(tmp_path / 'b.jpg', [], True) is None


def test_large_images_are_compared_reduced(tmp_path: Path) -> None:
    raw = [20 * polygon for polygon in lines(np.random.default_rng(0))]
    large = scribbled([polygon / 20 for polygon in raw]).resize((6000, 4000))
    for name in ('a.jpg', 'a.png'):
        large.save(tmp_path / name, exif=turned(8))
        assert unturned_labels(tmp_path / name, raw, False) is not None
        displayed = [as_displayed(each, (6000, 4000), 8) for each in raw]
        assert unturned_labels(tmp_path / name, displayed, False) is None


def test_what_there_is_of_an_image(tmp_path: Path) -> None:
    Image.new('RGB', SIZE).save(tmp_path / 'a.png')
    assert check_image(tmp_path / 'a.png') == (SIZE, None)
    size, (kind, _, detail) = check_image(tmp_path / 'b.png')
    assert (size, kind, detail) == (None, MISSING_IMAGE, 'listed, but not on disk')
    assert 'Unicode form' in check_image(tmp_path / 'b.png', twin=True)[1][2]
    (tmp_path / 'c.png').symlink_to('nowhere')
    assert 'leads nowhere' in check_image(tmp_path / 'c.png')[1][2]
    (tmp_path / 'd.png').touch()
    assert check_image(tmp_path / 'd.png')[1][0] == BROKEN_IMAGE
