"""Receipts in SROIE's layout."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from plugins.functional.annotations import load_pages
from plugins.functional.errors import UserError
from plugins.functional.label_formats import choose_test, find_receipts, read_receipt, write_dataset

ROW = '1,2,30,2,30,9,1,9,TOTAL'


def receipt(root: Path, name: str, labels: bytes | str = ROW, size=(40, 60)) -> None:
    (root / 'img').mkdir(parents=True, exist_ok=True)
    (root / 'box').mkdir(exist_ok=True)
    Image.new('RGB', size).save(root / 'img' / f'{name}.jpg')
    data = labels if isinstance(labels, bytes) else labels.encode()
    (root / 'box' / f'{name}.txt').write_bytes(data)


def only_page(root: Path):
    (found,), _ = find_receipts(root)
    return read_receipt(found)


@pytest.mark.parametrize(
    'labels',
    [
        pytest.param(f'{ROW}\n'.encode(), id='plain'),
        pytest.param(ROW.encode(), id='no line end'),
        pytest.param(f'{ROW}, 12,50, "NET",\n'.encode(), id='commas in the transcript'),
        pytest.param(f'\ufeff{ROW}\r\n\r\n'.encode(), id='BOM, CRLF, blank line'),
        pytest.param(f'{ROW} CAFÉ\x85 5\n'.encode('latin-1'), id='Latin-1 with an odd 0x85'),
        pytest.param(f'{ROW} 합계\n'.encode('euc-kr'), id='some other encoding'),
        pytest.param(b'1, 2, 30, 2, 30, 9, 1, 9, spaced', id='spaces'),
        pytest.param(b'1,2,30,2,30,9,1,9,', id='empty transcript'),
    ],
)
def test_label_files_as_they_come(tmp_path: Path, labels: bytes) -> None:
    receipt(tmp_path, 'a', labels)
    page = only_page(tmp_path)
    assert [word.points.tolist() for word in page.words] == [[[1, 2], [30, 2], [30, 9], [1, 9]]]
    assert (page.width, page.height) == (40, 60)
    assert page.words[0].id == '0001'


@pytest.mark.parametrize(
    ('labels', 'message'),
    [
        pytest.param(f'{ROW}\n1,2,30,2,30,9\n', 'a.txt:2: 5 ', id='cut row'),
        pytest.param('1,2,30,2,30,9,1,9\n', 'a.txt:1: 7 ', id='no transcript'),
        pytest.param('TOTAL\n', 'a.txt:1: 0 ', id='no coordinates'),
        pytest.param(f'{ROW}\n\n1,2,x,2,30,9,1,9,T', "a.txt:3: 'x'", id='letter'),
        pytest.param('1,2,nan,2,30,9,1,9,T', "a.txt:1: 'nan'", id='NaN'),
        pytest.param('1,2,,2,30,9,1,9,T', "a.txt:1: ''", id='empty field'),
        pytest.param('1,2,9e99,2,30,9,1,9,T', "a.txt:1: '9e99'", id='huge'),
        pytest.param('', 'a.txt: holds no boxes', id='empty file'),
        pytest.param('\n\n', 'a.txt: holds no boxes', id='blank lines'),
    ],
)
def test_bad_labels_name_file_and_line(tmp_path: Path, labels: str, message: str) -> None:
    receipt(tmp_path, 'a', labels)
    with pytest.raises(UserError) as caught:
        only_page(tmp_path)
    assert message in caught.value.line


def test_files_without_a_partner_are_reported(tmp_path: Path) -> None:
    for name in 'abc':
        receipt(tmp_path, name)
    (tmp_path / 'box/a.txt').unlink()
    (tmp_path / 'img/c.jpg').unlink()
    (tmp_path / 'img/Thumbs.db').write_bytes(b'')
    receipts, alone = find_receipts(tmp_path)
    assert [found.image.name for found in receipts] == ['b.jpg']
    assert alone == [tmp_path / 'box/c.txt', tmp_path / 'img/a.jpg']


def test_two_images_for_one_label_file_are_refused(tmp_path: Path) -> None:
    receipt(tmp_path, 'a')
    Image.new('RGB', (4, 4)).save(tmp_path / 'img/a.png')
    with pytest.raises(UserError, match=r'a\.jpg: a\.png'):
        find_receipts(tmp_path)


def test_folders_that_are_not_sroie(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r'img: .*--src'):
        find_receipts(tmp_path)
    receipt(tmp_path, 'a')
    (tmp_path / 'box/a.txt').unlink()
    with pytest.raises(UserError, match=f'{tmp_path.name}: '):
        find_receipts(tmp_path)


def test_the_seed_chooses_the_test_receipts() -> None:
    names = [f'{n}.jpg' for n in range(100)]
    chosen = choose_test(names, 10, 0)
    assert len(chosen) == 10
    assert chosen == choose_test(names[::-1], 10, 0)
    assert chosen != choose_test(names, 10, 1)
    assert choose_test(names, 0, 0) == set()


@pytest.mark.parametrize(
    ('n_test', 'seed', 'message'),
    [
        pytest.param(3, 0, '3 of 3 ', id='nothing left to train on'),
        pytest.param(-1, 0, '-1 of 3 ', id='negative'),
        pytest.param(1, -1, 'seed -1', id='negative seed'),
    ],
)
def test_impossible_choices(n_test: int, seed: int, message: str) -> None:
    with pytest.raises(UserError, match=message):
        choose_test('abc', n_test, seed)


def convert(root: Path, out: Path, test: set[str] = frozenset(), force: bool = False) -> None:
    pages = {found.image: read_receipt(found) for found in find_receipts(root)[0]}
    list(write_dataset(out, pages, test, force))


def test_train_and_test_go_their_ways(tmp_path: Path) -> None:
    for name in 'abc':
        receipt(tmp_path / 'src', name, '\n'.join([ROW] * (ord(name) - 96)))
    out = tmp_path / 'out'
    convert(tmp_path / 'src', out, {'b.jpg'})

    train, test = load_pages(out / 'jsons/train.json'), load_pages(out / 'jsons/test.json')
    labels = load_pages(out / 'jsons/test_labels.json')
    assert {name: len(page.words) for name, page in train.items()} == {'a.jpg': 1, 'c.jpg': 3}
    assert {name: len(page.words) for name, page in labels.items()} == {'b.jpg': 2}
    assert json.loads((out / 'jsons/test.json').read_text()) == {
        'images': {'b.jpg': {'words': {}, 'img_w': 40, 'img_h': 60}}
    }
    assert (test['b.jpg'].width, test['b.jpg'].height) == (40, 60)
    assert {file.name for file in (out / 'images/train').iterdir()} == {'a.jpg', 'c.jpg'}
    assert {file.name for file in (out / 'images/test').iterdir()} == {'b.jpg'}
    for file in out.glob('images/*/*.jpg'):
        assert file.read_bytes() == (tmp_path / 'src/img' / file.name).read_bytes()


def test_another_choice_leaves_nothing_of_the_last_one(tmp_path: Path) -> None:
    for name in 'abc':
        receipt(tmp_path / 'src', name)
    out = tmp_path / 'out'
    convert(tmp_path / 'src', out, {'b.jpg'})
    with pytest.raises(UserError, match=r'train\.json: .*--force'):
        convert(tmp_path / 'src', out)
    assert load_pages(out / 'jsons/test.json').keys() == {'b.jpg'}

    convert(tmp_path / 'src', out, force=True)
    assert [file.name for file in (out / 'jsons').iterdir()] == ['train.json']
    assert not list((out / 'images/test').iterdir())
    names = sorted(file.name for file in (out / 'images/train').iterdir())
    assert names == ['a.jpg', 'b.jpg', 'c.jpg']


def test_images_are_copied_where_links_do_not_reach(tmp_path: Path, monkeypatch) -> None:
    def no_links(self: Path, target: Path) -> None:
        raise OSError(18, 'Invalid cross-device link')

    monkeypatch.setattr(Path, 'hardlink_to', no_links)
    receipt(tmp_path / 'src', 'a')
    receipt(tmp_path / 'src', 'b')
    convert(tmp_path / 'src', tmp_path / 'out')
    copy, source = tmp_path / 'out/images/train/a.jpg', tmp_path / 'src/img/a.jpg'
    assert copy.read_bytes() == source.read_bytes()
    assert not copy.samefile(source)


def test_without_all_images_there_is_no_json(tmp_path: Path) -> None:
    receipt(tmp_path / 'src', 'a')
    receipt(tmp_path / 'src', 'b')
    pages = {found.image: read_receipt(found) for found in find_receipts(tmp_path / 'src')[0]}
    writing = write_dataset(tmp_path / 'out', pages)
    (tmp_path / 'src/img/b.jpg').unlink()
    with pytest.raises(UserError, match=r'b\.jpg'):
        list(writing)
    assert not list(tmp_path.glob('out/jsons/*'))


def test_the_real_receipts_come_through_whole(sroie_root: Path) -> None:
    receipts, alone = find_receipts(sroie_root)
    assert (len(receipts), alone) == (546, [])
    pages = [read_receipt(found) for found in receipts]
    rows = sum(len(found.labels.read_bytes().strip().split(b'\n')) for found in receipts)
    assert sum(len(page.polygons) for page in pages) == rows
    assert int(np.median([len(page.polygons) for page in pages])) == 50
    assert max(len(page.polygons) for page in pages) == 153
