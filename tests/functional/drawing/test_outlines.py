"""Polygons on pages: drawn where they are, on a copy, and written whole or not at all."""

import cv2
import numpy as np
import pytest

from plugins.functional import files
from plugins.functional.drawing import START, contact_sheet, draw_polygons, write_image
from plugins.functional.errors import UserError

SQUARE = np.array([[10, 10], [30, 10], [30, 30], [10, 30]], dtype=float)
GREY = np.full((50, 60, 3), 128, np.uint8)


def test_outlines_and_fills_lie_where_the_polygon_is():
    drawn = draw_polygons(GREY, [SQUARE], (0, 0, 0))
    assert drawn[10, 20].max() < 20  # nearly black: lines are smoothed
    assert drawn[20, 20, 0] == pytest.approx(128 * 0.82, abs=1)  # 18 % of black
    np.testing.assert_array_equal(drawn[:, 33:], 128)
    assert (GREY == 128).all()


def test_fractions_of_a_pixel_show():
    left, right = (
        draw_polygons(GREY, [SQUARE + shift], (0, 0, 0))[20, 9:12, 0] for shift in (-0.4, 0.4)
    )
    assert left[0] < right[0]
    assert left[2] > right[2]


def test_a_dot_marks_the_start():
    drawn = draw_polygons(GREY, [np.roll(SQUARE, -1, axis=0)], (0, 0, 0), start=True)
    assert drawn[10, 30].tolist() == list(START)
    assert drawn[30, 10].tolist() != list(START)


def test_no_polygons_leave_the_page_as_it_is():
    np.testing.assert_array_equal(draw_polygons(GREY, []), GREY)


@pytest.mark.parametrize('start', [False, True])
@pytest.mark.parametrize(
    'far', [1e6, 1e9, 1e30], ids=['1e6', 'beyond 27 bits', 'beyond any integer']
)
def test_far_corners_do_not_wrap_round(far, start):
    stripe = np.array([[-far, 10], [far, 10], [far, 30], [-far, 30]])
    drawn = draw_polygons(GREY, [stripe], (0, 0, 0), start)
    assert (drawn[20] < 110).all()
    np.testing.assert_array_equal(drawn[34:], 128)


def test_a_sheet_holds_every_image_and_white_between():
    images = [np.full((20, 10, 3), value, np.uint8) for value in (10, 20, 30)]
    sheet = contact_sheet(images, columns=2, height=40, gap=5)
    assert sheet.shape == (5 + 40 + 5 + 40 + 5, 5 + 20 + 5 + 20 + 5, 3)
    assert [sheet[25, 15, 0], sheet[25, 40, 0], sheet[70, 15, 0]] == [10, 20, 30]
    assert sheet[70, 40, 0] == sheet[2, 2, 0] == 255


def test_a_sheet_of_nothing_is_refused():
    with pytest.raises(ValueError, match='needs one image or more'):
        contact_sheet([], 3)


@pytest.mark.parametrize('name', ['a.png', 'a.JPG', '영수증.png'])
def test_images_are_written(tmp_path, name):
    write_image(tmp_path / 'new' / name, GREY)
    data = np.frombuffer((tmp_path / 'new' / name).read_bytes(), np.uint8)
    np.testing.assert_allclose(cv2.imdecode(data, cv2.IMREAD_COLOR), GREY, atol=1)


@pytest.mark.parametrize('name', ['a', 'a.txt', 'a.receipt'])
def test_unknown_suffixes_are_refused(tmp_path, name):
    with pytest.raises(UserError, match=r'name it \.png or \.jpg'):
        write_image(tmp_path / name, GREY)
    assert not list(tmp_path.iterdir())


def test_a_full_disk_leaves_the_old_image(tmp_path, monkeypatch):
    def full(handle):
        raise OSError(28, 'No space left on device')

    path = tmp_path / 'a.png'
    path.write_bytes(b'old')
    monkeypatch.setattr(files.os, 'fsync', full)
    with pytest.raises(UserError, match='No space left'):
        write_image(path, GREY)
    assert path.read_bytes() == b'old'
    assert len(list(tmp_path.iterdir())) == 1
