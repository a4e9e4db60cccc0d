"""Pictures are written whole or not at all."""

import os

import cv2
import numpy as np
import pytest

from plugins.functional.errors import UserError
from plugins.functional.images import write_image

GREY = np.full((50, 60, 3), 128, np.uint8)


@pytest.mark.parametrize('name', ['a.png', 'a.JPG', 'a.jfif', '영수증.png'])
def test_images_are_written(tmp_path, name):
    write_image(tmp_path / 'new' / name, GREY)
    data = np.frombuffer((tmp_path / 'new' / name).read_bytes(), np.uint8)
    np.testing.assert_allclose(cv2.imdecode(data, cv2.IMREAD_COLOR), GREY, atol=1)


@pytest.mark.parametrize('name', ['a', 'a.txt', 'a.receipt'])
def test_unknown_suffixes_are_refused(tmp_path, name):
    with pytest.raises(UserError, match=f'/{name}: '):
        write_image(tmp_path / name, GREY)
    assert not list(tmp_path.iterdir())


def test_a_full_disk_leaves_the_old_image(tmp_path, monkeypatch):
    def full(handle):
        raise OSError(28, 'No space left on device')

    path = tmp_path / 'a.png'
    path.write_bytes(b'old')
    monkeypatch.setattr(os, 'fsync', full)
    with pytest.raises(UserError, match=r'a\.png: .*No space left'):
        write_image(path, GREY)
    assert path.read_bytes() == b'old'
    assert len(list(tmp_path.iterdir())) == 1


def test_a_link_is_replaced_and_the_picture_that_it_leads_to_stays(tmp_path):
    (tmp_path / 'mine.png').write_bytes(b'mine')
    (tmp_path / 'a.png').symlink_to('mine.png')
    write_image(tmp_path / 'a.png', GREY)
    assert (tmp_path / 'mine.png').read_bytes() == b'mine'
    assert cv2.imread(str(tmp_path / 'a.png')).shape == GREY.shape
