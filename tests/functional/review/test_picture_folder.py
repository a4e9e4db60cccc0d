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
    prepare_folder(tmp_path / 'new', tmp_path / 'images', force=False)
    for name in ('01_a.png', 'mine.png', 'pages.csv', '2_b.png'):
        (tmp_path / name).touch()
    with pytest.raises(UserError, match=f'{tmp_path.name}: .* 1 .*--force'):
        prepare_folder(tmp_path, tmp_path / 'images', force=False)
    prepare_folder(tmp_path, tmp_path / 'images', force=True)
    assert sorted(p.name for p in tmp_path.iterdir()) == ['2_b.png', 'mine.png', 'pages.csv']


def test_the_images_themselves_do_not_make_way(tmp_path):
    (tmp_path / '01_a.png').write_bytes(b'mine')
    (tmp_path / 'link').symlink_to(tmp_path)
    for folder in (tmp_path, tmp_path / 'link'):
        with pytest.raises(UserError, match='holds the images themselves'):
            prepare_folder(folder, tmp_path, force=True)
    assert (tmp_path / '01_a.png').read_bytes() == b'mine'


def test_a_picture_in_place_of_a_link_leaves_what_it_leads_to(tmp_path):
    cv2.imwrite(str(tmp_path / 'a.png'), np.zeros((5, 5, 3), np.uint8))
    before = (tmp_path / 'a.png').read_bytes()
    (tmp_path / 'out').mkdir()
    (tmp_path / 'out/01_a.png').symlink_to(tmp_path / 'a.png')
    prepare_folder(tmp_path / 'out', tmp_path, force=True)
    assert len(list(write_pictures(tmp_path / 'out', tmp_path, ['a.png'], lambda _, i: i + 1))) == 1
    assert (tmp_path / 'a.png').read_bytes() == before


def test_a_broken_image_is_told_and_the_others_are_drawn(tmp_path):
    cv2.imwrite(str(tmp_path / 'c.png'), np.zeros((5, 5, 3), np.uint8))
    (tmp_path / 'a.png').touch()
    names = ['a.png', 'b.png', 'c.png']
    check_images(tmp_path, names)
    empty, missing, drawn = write_pictures(tmp_path / 'out', tmp_path, names, lambda _, i: i)
    assert 'a.png: the image file is empty' in empty.line
    assert 'b.png: cannot be read (No such file' in missing.line
    assert drawn.name == '03_c.png'


def test_a_long_name_is_cut(tmp_path):
    name = '영' * 83 + '.png'  # 253 bytes
    cv2.imwrite(str(tmp_path / name), np.zeros((5, 5, 3), np.uint8))
    (drawn,) = write_pictures(tmp_path / 'out', tmp_path, [name], lambda _, image: image)
    assert drawn.name == '01_' + '영' * 76 + '.png'
    assert drawn.is_file()


def test_a_folder_of_other_images_is_told_beforehand(tmp_path):
    cv2.imwrite(str(tmp_path / 'a.png'), np.zeros((5, 5, 3), np.uint8))
    check_images(tmp_path, ['a.png', 'b.png'])
    with pytest.raises(UserError, match=r'b\.png: '):
        check_images(tmp_path, ['b.png', 'c.png'])
    with pytest.raises(UserError, match='nowhere: '):
        check_images(tmp_path / 'nowhere', [])
