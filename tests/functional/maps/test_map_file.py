"""Probability maps on disk: what is written comes back, what is damaged is named."""

import json
import os

import cv2
import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from shapes import painted_map

from plugins.functional.errors import UserError
from plugins.functional.maps import ProbMap, check_probabilities, map_path, read_map, write_map


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


@pytest.mark.parametrize('check', [check_probabilities, lambda values: ProbMap.of(values, (3, 3))])
@pytest.mark.parametrize(
    ('values', 'message'),
    [
        pytest.param(np.full((4, 4), np.nan), 'NaN', id='NaN'),
        pytest.param(painted_map((1, 1, 2, 2, np.nan)), 'NaN', id='some NaN'),
        pytest.param(painted_map((1, 1, 2, 2, np.inf)), 'got 0 to inf', id='infinite'),
        pytest.param(painted_map((1, 1, 2, 2, -np.inf)), 'got -inf to', id='negative infinity'),
        pytest.param(painted_map((1, 1, 2, 2, 255)), 'got 0 to 255', id='bytes'),
        pytest.param(-painted_map((1, 1, 2, 2, 3)), 'got -3 to', id='logits'),
        pytest.param(np.zeros((4, 4), np.uint8), 'uint8; divide by .* 255', id='integers'),
        pytest.param(np.zeros((4, 4), complex), 'must be floats', id='complex'),
        pytest.param(np.full((4, 4), 'a'), 'must be floats', id='text'),
        pytest.param(np.zeros((1, 4, 4)), r'got \(1, 4, 4\)', id='a batch'),
        pytest.param(np.zeros(4), r'got \(4,\)', id='flat'),
    ],
)
def test_what_is_no_map_is_refused(values, message, check) -> None:
    with pytest.raises(ValueError, match=message):
        check(values)


def test_a_map_without_pixels_or_of_other_bits_is_not_made(tmp_path, noise) -> None:
    with pytest.raises(ValueError, match=r'\(0, 3\)'):
        ProbMap.of(np.zeros((0, 3)), (3, 3))
    with pytest.raises(ValueError, match='12'):
        ProbMap.of(noise, (400, 600), bits=12)
    with pytest.raises(ValueError, match='32 bits'):  # which is for maps that stay in memory
        write_map(tmp_path, 'a.jpg', ProbMap.of(noise, (400, 600), 32))


def test_a_rounding_error_is_let_pass() -> None:
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


def labelled(mode='L', **header):
    """A picture with a map's header."""

    def make(path, name: str) -> None:
        info = PngInfo()
        info.add_text('mmreceipt', json.dumps({'image': name, 'page_size': [4, 4], **header}))
        Image.new(mode, (4, 4)).save(path / f'{name}.png', pnginfo=info)

    return make


def a_folder(path, name: str) -> None:
    (path / f'{name}.png').mkdir()


def a_pipe(path, name: str) -> None:
    os.mkfifo(path / 'pipe')
    (path / f'{name}.png').symlink_to('pipe')


def in_brackets(path, name: str) -> None:
    info = PngInfo()
    info.add_text('mmreceipt', '[' * 100_000)
    Image.new('L', (4, 4)).save(path / f'{name}.png', pnginfo=info)


@pytest.mark.parametrize(
    ('make', 'message'),
    [
        pytest.param(foreign, 'no probability map', id='any picture'),
        pytest.param(renamed, "is the map of 'other.jpg'", id='map of another page'),
        pytest.param(labelled(mode='RGB'), 'RGB', id='in colours'),
        pytest.param(labelled(page_size=[4]), r'\[4\]', id='half a size'),
        pytest.param(labelled(page_size=[0, 4]), r'\[0, 4\]', id='no width'),
        pytest.param(a_folder, 'Is a directory', id='a folder'),
        pytest.param(a_pipe, 'is a pipe', id='a pipe'),
        pytest.param(in_brackets, 'nested too deeply', id='a header of brackets'),
        pytest.param(labelled(page_size=[1e400, 4]), 'inf', id='an endless page'),
        pytest.param(labelled(page_size='44'), "'44'", id='a size in words'),
        pytest.param(labelled(image=['a.jpg']), 'is the map of', id='a list of names'),
        pytest.param(lambda *_: None, 'no such map', id='nothing'),
    ],
)
def test_what_is_not_the_page_s_map_is_refused(tmp_path, make, message) -> None:
    make(tmp_path, 'a.jpg')
    with pytest.raises(UserError, match=message):
        read_map(tmp_path, 'a.jpg')
