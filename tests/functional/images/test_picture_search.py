"""Which pictures files and folders stand for."""

import os
from pathlib import Path

import pytest

from plugins.functional.errors import UserError
from plugins.functional.images import find_pictures, image_files


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


def test_a_folder_stands_for_its_pictures_by_name(folder) -> None:
    assert names(find_pictures([folder])) == ['a.PNG', 'b.jpg']
    assert names(find_pictures([folder], recursive=True)) == ['a.PNG', 'b.jpg', 'c.webp']


def test_places_keep_their_order_and_files_their_suffix(folder) -> None:
    places = [folder / 'notes.txt', folder / 'sub', folder]
    assert names(find_pictures(places)) == ['notes.txt', 'c.webp', 'a.PNG', 'b.jpg']


def test_a_picture_named_twice_is_taken_once(folder) -> None:
    (folder.parent / 'link').symlink_to(folder)
    places = [folder / 'b.jpg', folder, folder.parent / 'link' / 'b.jpg', f'{folder}/sub/../b.jpg']
    assert names(find_pictures(places)) == ['b.jpg', 'a.PNG']


def test_links_to_pictures_count_also_where_they_lead_nowhere(folder) -> None:
    (folder / 'gone.jpg').symlink_to(folder / 'nowhere.jpg')
    (folder / 'copy.jpg').symlink_to('b.jpg')
    assert names(find_pictures([folder])) == ['a.PNG', 'b.jpg', 'copy.jpg', 'gone.jpg']


def test_what_would_block_is_passed_over(folder) -> None:
    os.mkfifo(folder / 'pipe.jpg')
    assert 'pipe.jpg' not in names(find_pictures([folder]))
    with pytest.raises(UserError, match=r'pipe\.jpg: '):
        find_pictures([folder / 'pipe.jpg'])


def test_links_to_folders_are_not_followed_in_circles(folder) -> None:
    (folder / 'sub/up').symlink_to(folder)
    assert names(find_pictures([folder], recursive=True)) == ['a.PNG', 'b.jpg', 'c.webp']


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
        ('empty', r'empty: no picture \(.bmp .jpeg .jpg .png .webp\); .*--recursive'),
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
def test_names_that_cannot_be_a_row(folder, name) -> None:
    (folder / name).touch()
    with pytest.raises(UserError, match='image name') as raised:
        find_pictures([folder])
    # Whatever the name, it can be printed.
    assert raised.value.line.encode()


def test_images_right_in_a_folder(folder) -> None:
    assert names(image_files(folder / 'sub')) == ['c.webp']
    with pytest.raises(UserError, match='nowhere: '):
        image_files(folder / 'nowhere')
