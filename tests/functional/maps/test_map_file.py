"""Probability maps on disk: what is written comes back, what is damaged is named."""

import json

import cv2
import numpy as np
import pytest
from PIL import Image

from plugins.functional.decoding import DecodeParams, decode_map, params_of
from plugins.functional.errors import UserError
from plugins.functional.maps import (
    MapFolder,
    ProbMap,
    map_path,
    read_manifest,
    read_map,
    write_manifest,
    write_map,
)


@pytest.fixture
def noise() -> np.ndarray:
    return np.random.default_rng(0).random((60, 40)).astype(np.float32)


@pytest.mark.parametrize('bits', [8, 16])
def test_what_is_written_comes_back_to_half_a_step(tmp_path, noise, bits) -> None:
    write_map(tmp_path, 'a.jpg', ProbMap.of(noise, (400, 600), bits))
    back = read_map(tmp_path, 'a.jpg')
    assert back.probabilities.dtype == np.float32
    assert np.abs(back.probabilities - noise).max() <= 0.5 / (2**bits - 1) + 1e-7
    assert back.page_size == (400, 600)
    assert back.scale == (40 / 400, 60 / 600)


def test_nothing_and_certainty_are_exact(tmp_path) -> None:
    write_map(tmp_path, 'a', ProbMap.of(np.eye(4, dtype=np.float32), (4, 4), 8))
    assert np.array_equal(read_map(tmp_path, 'a').probabilities, np.eye(4))


def test_any_viewer_shows_it(tmp_path, noise) -> None:
    write_map(tmp_path, 'a.jpg', ProbMap.of(noise, (400, 600), 8))
    seen = cv2.imread(str(tmp_path / 'a.jpg.png'), cv2.IMREAD_UNCHANGED)
    assert np.array_equal(seen, np.rint(noise * 255))


def test_words_are_found_on_the_displayed_image() -> None:
    values = np.zeros((50, 100), np.float32)
    values[20:30, 30:70] = 0.8
    (word,) = decode_map(ProbMap.of(values, (400, 100)), DecodeParams(unclip_ratio=0))
    # Pixels 30 to 69 of 100, each four pixels of the page wide: their outer edges.
    assert word.polygon.min(axis=0) == pytest.approx([30 * 4 - 0.5, 20 * 2 - 0.5])
    assert word.polygon.max(axis=0) == pytest.approx([70 * 4 - 0.5, 30 * 2 - 0.5])
    assert word.score == pytest.approx(0.8, abs=1e-5)


@pytest.mark.parametrize(
    ('values', 'message'),
    [
        pytest.param(np.full((3, 3), np.nan), 'NaN', id='NaN'),
        pytest.param(np.full((3, 3), np.inf), 'inf', id='infinite'),
        pytest.param(np.full((3, 3), 255.0), 'between 0 and 1', id='integers'),
        pytest.param(np.zeros((1, 3, 3)), 'shape', id='three axes'),
        pytest.param(np.zeros((0, 3)), 'shape', id='empty'),
    ],
)
def test_what_is_no_map_is_refused(values, message) -> None:
    with pytest.raises(ValueError, match=message):
        ProbMap.of(values, (3, 3))


def test_a_rounding_error_is_not() -> None:
    assert ProbMap.of(np.float32([[1.0000001, -1e-7]]), (2, 1)).values.tolist() == [[65535, 0]]


def test_every_truncation_is_named(tmp_path, noise) -> None:
    write_map(tmp_path, 'a.jpg', ProbMap.of(noise, (400, 600), 8))
    path = map_path(tmp_path, 'a.jpg')
    whole = path.read_bytes()
    for length in [*range(0, len(whole), 7), *range(len(whole) - 20, len(whole))]:
        path.write_bytes(whole[:length])
        with pytest.raises(UserError, match=r'a\.jpg\.png: '):
            read_map(tmp_path, 'a.jpg')


def test_a_flipped_bit_is_never_another_map_in_silence(tmp_path, noise) -> None:
    write_map(tmp_path, 'a.jpg', ProbMap.of(noise, (400, 600), 8))
    path = map_path(tmp_path, 'a.jpg')
    whole = path.read_bytes()
    expected = read_map(tmp_path, 'a.jpg')
    for place in np.random.default_rng(1).integers(len(whole), size=300):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << (place % 8)
        path.write_bytes(damaged)
        try:
            found = read_map(tmp_path, 'a.jpg')
        except UserError:
            continue
        assert found.page_size == expected.page_size
        assert np.array_equal(found.values, expected.values)


def foreign(path, name: str) -> None:
    Image.new('L', (4, 4)).save(path / f'{name}.png')


def renamed(path, name: str) -> None:
    write_map(path, 'other.jpg', ProbMap.of(np.zeros((4, 4)), (4, 4)))
    (path / 'other.jpg.png').rename(path / f'{name}.png')


def a_folder(path, name: str) -> None:
    (path / f'{name}.png').mkdir()


@pytest.mark.parametrize(
    ('make', 'message'),
    [
        pytest.param(foreign, 'no probability map', id='any picture'),
        pytest.param(renamed, "is the map of 'other.jpg'", id='map of another page'),
        pytest.param(a_folder, 'damaged', id='a folder'),
        pytest.param(lambda *_: None, 'no such map', id='nothing'),
    ],
)
def test_what_is_not_the_page_s_map_is_refused(tmp_path, make, message) -> None:
    make(tmp_path, 'a.jpg')
    with pytest.raises(UserError, match=message):
        read_map(tmp_path, 'a.jpg')


def make_folder(path, pages=('a.jpg', 'b.jpg', 'c.jpg'), absent=('c.jpg',)) -> None:
    write_manifest(path, pages, absent, {'thresh': 0.2}, {'config': 'x.py'})


def test_a_folder_knows_its_pages_and_how_they_were_decoded(tmp_path, noise) -> None:
    make_folder(tmp_path)
    for name in ('a.jpg', 'b.jpg'):
        write_map(tmp_path, name, ProbMap.of(noise, (400, 600)))
    folder = MapFolder(tmp_path)
    assert folder.names == ('a.jpg', 'b.jpg', 'c.jpg')
    assert folder.absent == {'c.jpg'}
    assert params_of(folder) == DecodeParams(thresh=0.2)
    assert folder.info == {'config': 'x.py'}
    assert folder.read('b.jpg').page_size == (400, 600)


def test_an_unfinished_folder_says_how_to_go_on(tmp_path, noise) -> None:
    make_folder(tmp_path)
    write_map(tmp_path, 'a.jpg', ProbMap.of(noise, (400, 600)))
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
        pytest.param('decoding', {'thresh': 2}, 'thresh must be between 0 and 1', id='range'),
        pytest.param('decoding', {'x': 2}, 'x', id='unknown parameter'),
        pytest.param('source', 7, '"source"', id='a number'),
    ],
)
def test_a_damaged_manifest_is_named(tmp_path, key, value, message) -> None:
    make_folder(tmp_path, absent=('a.jpg', 'b.jpg', 'c.jpg'))
    path = tmp_path / 'maps.json'
    content = json.loads(path.read_text())
    content[key] = value
    path.write_text(json.dumps(content))
    with pytest.raises(UserError, match=rf'maps\.json: .*{message}'):
        params_of(MapFolder(tmp_path))
