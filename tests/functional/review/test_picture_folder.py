"""Folders of numbered pictures."""

import cv2
import numpy as np
import pytest

from plugins.functional.errors import UserError
from plugins.functional.review import check_images, prepare_folder, write_pictures


def test_pictures_are_numbered_and_keep_their_names(tmp_path):
    names = ['a.b.jpg', *(f'{n}.jpg' for n in range(98)), 'z.jpg']
    for name in names:
        cv2.imwrite(str(tmp_path / name), np.zeros((5, 5, 3), np.uint8))
    drawn = []
    written = write_pictures(
        tmp_path / 'out', tmp_path, names, lambda name, image: drawn.append(name) or image + 1
    )
    assert [path.name for path in written][:: len(names) - 1] == ['01_a.b.png', '100_z.png']
    assert drawn == names
    assert (cv2.imread(str(tmp_path / 'out/100_z.png')) == 1).all()


def test_only_earlier_pictures_make_way_and_only_by_force(tmp_path):
    prepare_folder(tmp_path / 'new', force=False)
    for name in ('01_a.png', 'mine.png', 'pages.csv', '2_b.png'):
        (tmp_path / name).touch()
    with pytest.raises(UserError, match=f'{tmp_path.name}: .* 1 .*--force'):
        prepare_folder(tmp_path, force=False)
    prepare_folder(tmp_path, force=True)
    assert sorted(p.name for p in tmp_path.iterdir()) == ['2_b.png', 'mine.png', 'pages.csv']


def test_missing_images_are_told_beforehand(tmp_path):
    cv2.imwrite(str(tmp_path / 'a.png'), np.zeros((5, 5, 3), np.uint8))
    check_images(tmp_path, ['a.png'])
    with pytest.raises(UserError, match=r'b\.png: '):
        check_images(tmp_path, ['a.png', 'b.png'])
    with pytest.raises(UserError, match='nowhere: '):
        check_images(tmp_path / 'nowhere', [])
