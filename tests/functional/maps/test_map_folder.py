"""A folder of probability maps: complete, unfinished, damaged."""

import json

import numpy as np
import pytest

from plugins.functional.errors import UserError
from plugins.functional.maps import MapFolder, ProbMap, read_manifest, write_manifest, write_map

MAP = ProbMap.of(np.eye(4, dtype=np.float32), (400, 600))


def make_folder(path, pages=('a.jpg', 'b.jpg', 'c.jpg'), absent=('c.jpg',)) -> None:
    write_manifest(path, pages, absent, {'thresh': 0.2}, {'config': 'x.py'})


def test_a_folder_knows_its_pages_and_how_they_were_decoded(tmp_path) -> None:
    make_folder(tmp_path)
    for name in ('a.jpg', 'b.jpg'):
        write_map(tmp_path, name, MAP)
    folder = MapFolder(tmp_path)
    assert folder.names == ('a.jpg', 'b.jpg', 'c.jpg')
    assert folder.absent == {'c.jpg'}
    assert folder.decoding == {'thresh': 0.2}
    assert folder.info == {'config': 'x.py'}
    assert folder.read('b.jpg').page_size == (400, 600)


def test_an_unfinished_folder_says_how_to_go_on(tmp_path) -> None:
    make_folder(tmp_path)
    write_map(tmp_path, 'a.jpg', MAP)
    with pytest.raises(UserError, match=r"1 of 3 pages have no map yet, first 'b\.jpg'"):
        MapFolder(tmp_path)


def test_a_folder_without_manifest(tmp_path) -> None:
    assert read_manifest(tmp_path) is None
    with pytest.raises(UserError, match=r'no maps\.json'):
        MapFolder(tmp_path)
    with pytest.raises(UserError, match='no such folder'):
        MapFolder(tmp_path / 'x')


@pytest.mark.parametrize(
    ('key', 'value', 'message'),
    [
        pytest.param('pages', 'a.jpg', '"pages" is no list', id='a text for a list'),
        pytest.param('pages', [], 'lists no page', id='no page'),
        pytest.param('pages', ['../a'], 'plain file name', id='leads elsewhere'),
        pytest.param('absent', None, '"absent" is no list', id='missing'),
        pytest.param('decoding', [0.2], '"decoding"', id='a list'),
        pytest.param('source', 7, '"source"', id='a number'),
        pytest.param('source', {'images': ['a.jpg']}, '"images"', id='a list of images'),
    ],
)
def test_a_damaged_manifest_is_named(tmp_path, key, value, message) -> None:
    make_folder(tmp_path, absent=('a.jpg', 'b.jpg', 'c.jpg'))
    path = tmp_path / 'maps.json'
    content = json.loads(path.read_text())
    content[key] = value
    path.write_text(json.dumps(content))
    with pytest.raises(UserError, match=rf'maps\.json: .*{message}'):
        MapFolder(tmp_path)
