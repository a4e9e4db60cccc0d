"""Which pictures files and folders stand for."""

import errno
import os
from pathlib import Path

import pytest

from plugins.functional.errors import UserError
from plugins.functional.images import (
    FoundPictures,
    LeftOut,
    find_pictures,
    image_files,
    left_out_lines,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files = ('b.jpg', 'a.PNG', 'notes.txt', '._a.png', '.hidden.jpg', 'sub/c.webp', '.git/d.jpg')
    for name in files:
        path = tmp_path / 'in' / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (tmp_path / 'in/folder.jpg').mkdir()
    return tmp_path / 'in'


def names(pictures: list[Path]) -> list[str]:
    return [path.name for path in pictures]


def taken(found: FoundPictures) -> list[str]:
    return names(found.pictures)


def others(found: FoundPictures) -> dict[str, tuple[str, bool]]:
    return {each.path.name: (each.reason, each.may_be_a_page) for each in found.left_out}


def test_a_folder_stands_for_its_pictures_by_name(folder) -> None:
    assert taken(find_pictures([folder])) == ['a.PNG', 'b.jpg']
    assert taken(find_pictures([folder], recursive=True)) == ['a.PNG', 'b.jpg', 'c.webp']


def test_places_keep_their_order_and_files_their_suffix(folder) -> None:
    places = [folder / 'notes.txt', folder / 'sub', folder]
    assert taken(find_pictures(places)) == ['notes.txt', 'c.webp', 'a.PNG', 'b.jpg']


def test_a_picture_named_twice_is_taken_once(folder) -> None:
    (folder.parent / 'link').symlink_to(folder)
    places = [folder / 'b.jpg', folder, folder.parent / 'link' / 'b.jpg', f'{folder}/sub/../b.jpg']
    assert taken(find_pictures(places)) == ['b.jpg', 'a.PNG']


def test_links_to_pictures_count_also_where_they_lead_nowhere(folder) -> None:
    (folder / 'gone.jpg').symlink_to(folder / 'nowhere.jpg')
    (folder / 'copy.jpg').symlink_to('b.jpg')
    assert taken(find_pictures([folder])) == ['a.PNG', 'b.jpg', 'copy.jpg', 'gone.jpg']


def test_what_would_block_is_passed_over_and_told(folder) -> None:
    os.mkfifo(folder / 'pipe.jpg')
    found = find_pictures([folder])
    assert 'pipe.jpg' not in taken(found)
    assert others(found)['pipe.jpg'] == ('no file', True)
    with pytest.raises(UserError, match=r'pipe\.jpg: '):
        find_pictures([folder / 'pipe.jpg'])


def test_links_to_folders_are_not_followed_in_circles(folder) -> None:
    (folder / 'sub/up').symlink_to(folder)
    assert taken(find_pictures([folder], recursive=True)) == ['a.PNG', 'b.jpg', 'c.webp']


def test_two_pictures_of_one_name(folder) -> None:
    (folder / 'sub/b.jpg').touch()
    with pytest.raises(UserError, match=r'sub/b\.jpg.*in/b\.jpg'):
        find_pictures([folder], recursive=True)
    with pytest.raises(UserError, match=r'in/b\.jpg.*sub/b\.jpg'):
        find_pictures([folder / 'sub', folder / 'b.jpg'])


@pytest.mark.parametrize(
    ('place', 'message'),
    [
        ('nowhere', 'nowhere: '),
        ('nowhere/x.jpg', 'nowhere/x.jpg: '),
        ('empty', r'empty: no picture \(.bmp .jfif .jpeg .jpg .png .webp\); .*--recursive'),
    ],
)
def test_nothing_to_predict(folder, place, message) -> None:
    (folder / 'empty').mkdir()
    with pytest.raises(UserError, match=message):
        find_pictures([folder / place])


@pytest.mark.parametrize(
    'name',
    ['a\nb.jpg', 'a\\b.jpg', os.fsdecode(b'a\xff.jpg')],
    ids=['line break', 'backslash', 'no UTF-8'],
)
def test_names_that_cannot_be_a_row_are_left_out(folder, name) -> None:
    (folder / name).touch()
    found = find_pictures([folder])
    assert taken(found) == ['a.PNG', 'b.jpg']
    reason, may_be_a_page = others(found)[name]
    assert 'image name' in reason
    assert may_be_a_page
    # Whatever the name, it can be printed, and on one line.
    (line,) = (line for line in left_out_lines(found.left_out) if 'image name' in line)
    assert line.encode()
    assert line.isprintable()
    with pytest.raises(UserError, match=r'1 file, first .*image name'):
        find_pictures([folder / name])


def test_what_is_left_out_is_told_by_reason(folder) -> None:
    for name in ('IMG_1.HEIC', 'c.tif', 'd.TIFF', 'Thumbs.db', 'e.jfif', '.DS_Store'):
        (folder / name).touch()
    (folder / 'link').symlink_to(folder)
    found = find_pictures([folder])
    assert taken(found) == ['a.PNG', 'b.jpg', 'e.jfif']
    assert {name: kind[1] for name, kind in others(found).items()} == {
        **dict.fromkeys(('IMG_1.HEIC', 'c.tif', 'd.TIFF'), True),
        **dict.fromkeys(('Thumbs.db', 'notes.txt', '.hidden.jpg'), False),
        **dict.fromkeys(('sub', 'link', 'folder.jpg'), False),
    }
    lines = left_out_lines(found.left_out)
    convert = "left out 3 files (no JPEG, PNG, BMP or WebP; convert it): 'IMG_1.HEIC', 'c.tif', "
    assert convert + "'d.TIFF'" in lines
    assert sum(line.count("'") // 2 for line in lines) == len(found.left_out)


def test_of_many_that_are_left_out_some_are_named() -> None:
    many = [LeftOut(Path(f'{n}.tif'), 'why') for n in range(1234)]
    (line,) = left_out_lines(many)
    assert line.startswith("left out 1,234 files (why): '0.tif', ")
    assert line.endswith("'4.tif' and 1,229 more")


@pytest.mark.parametrize('name', ['a.heic', 'b.TIF'])
def test_a_folder_of_other_pictures_alone(tmp_path, name) -> None:
    (tmp_path / name).touch()
    with pytest.raises(UserError, match=f"1 file, first '{name}': .*convert"):
        find_pictures([tmp_path])


def no_permission(monkeypatch, *folders: Path) -> None:
    """Root may enter any folder; pretend that these may not be."""
    scandir = os.scandir

    def guarded(folder):
        if Path(folder) in folders:
            raise PermissionError(errno.EACCES, 'Permission denied')
        return scandir(folder)

    monkeypatch.setattr(os, 'scandir', guarded)


def test_a_folder_that_may_not_be_entered(folder, monkeypatch) -> None:
    no_permission(monkeypatch, folder / 'sub')
    found = find_pictures([folder], recursive=True)
    assert taken(found) == ['a.PNG', 'b.jpg']
    reason, may_hold_pages = others(found)['sub']
    assert 'Permission denied' in reason
    assert may_hold_pages
    no_permission(monkeypatch, folder)
    for read in (lambda: find_pictures([folder]), lambda: image_files(folder)):
        with pytest.raises(UserError, match=r'in: .*Permission denied.*permissions'):
            read()


def test_a_picture_that_may_not_be_reached_is_not_called_missing(folder, monkeypatch) -> None:
    def denied(path):
        raise PermissionError(errno.EACCES, 'Permission denied')

    monkeypatch.setattr(os, 'stat', denied)
    with pytest.raises(UserError, match=r'b\.jpg: .*Permission denied.*permissions'):
        find_pictures([folder / 'b.jpg'])


@pytest.mark.parametrize('name', ['n' * 300, 'a\0b'], ids=['long name', 'null byte'])
def test_folders_that_no_disk_has(name) -> None:
    with pytest.raises(UserError):
        find_pictures([name])
    with pytest.raises(UserError):
        image_files(name)


def test_images_right_in_a_folder(folder) -> None:
    assert names(image_files(folder / 'sub')) == ['c.webp']
    with pytest.raises(UserError, match='nowhere: '):
        image_files(folder / 'nowhere')
