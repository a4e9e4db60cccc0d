"""The annotation JSON: what is read, what is refused and in which words."""

import contextlib
import gc
import json
from pathlib import Path

import numpy as np
import pytest

from plugins.functional.annotations import Page, Word, load_pages, save_pages
from plugins.functional.errors import UserError

SQUARE = [[0, 0], [10, 0], [10, 10], [0, 10]]


def write(path: Path, content: object) -> Path:
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def page_of(**words: object) -> dict:
    return {'images': {'a.jpg': {'words': words}}}


def word(points: object, **others: object) -> dict:
    return {'points': points, 'orientation': None, 'language': None} | others


def test_the_contract_example_is_read_as_it_stands(tmp_path: Path) -> None:
    points = [[235.83, 91.13], [300.1, 91.0], [300.1, 120.4], [235.8, 120.5]]
    words = {
        '0001': {'points': points, 'orientation': 'Horizontal', 'language': ['ko']},
        '0002': {'points': [], 'orientation': None, 'language': None},
    }
    name = 'drp.en_ko.in_house.selectstar_000003.jpg'
    content = {'images': {name: {'words': words, 'img_w': 960, 'img_h': 1280}}}
    page = load_pages(write(tmp_path / 'train.json', content))[name]

    assert (page.width, page.height) == (960, 1280)
    assert [w.id for w in page.words] == ['0001', '0002']
    assert page.words[0].orientation == 'Horizontal'
    assert page.words[0].language == ('ko',)
    assert page.words[1].points.shape == (0, 2)
    # The word without points is no polygon, and the ids keep step with the polygons.
    assert page.word_ids == ['0001']
    assert [polygon.tolist() for polygon in page.polygons] == [points]
    assert page.polygons[0].dtype == np.float64


@pytest.mark.parametrize(
    'record',
    [
        pytest.param({'words': {}}, id='test.json has no words and no size'),
        pytest.param({'words': None}, id='null words'),
        pytest.param({'words': {}, 'img_w': None, 'img_h': None}, id='null size'),
        pytest.param({'words': {}, 'camera': {'x': [1]}}, id='unknown key'),
        pytest.param({'words': {'0001': {'points': None}}}, id='null points, labels missing'),
        pytest.param({'words': {'0001': {'points': [], 'note': 1}}}, id='unknown key in a word'),
    ],
)
def test_what_may_be_absent(tmp_path: Path, record: dict) -> None:
    content = {'images': {'a.jpg': record}, 'dropped': []}
    page = load_pages(write(tmp_path / 'a.json', content))['a.jpg']
    assert (page.polygons, page.word_ids, page.width, page.height) == ([], [], None, None)


def test_words_of_one_to_three_points_never_score(tmp_path: Path) -> None:
    content = page_of(a=word(SQUARE[:3]), b=word(SQUARE), c=word(SQUARE[:1]), d=word([]))
    path = write(tmp_path / 'a.json', content)
    assert load_pages(path)['a.jpg'].word_ids == ['b']
    with pytest.raises(UserError, match=r"a\.json: image 'a\.jpg': word 'a': 3 "):
        load_pages(path, strict=True)


def test_strict_still_skips_words_without_points(tmp_path: Path) -> None:
    path = write(tmp_path / 'a.json', page_of(a=word([]), b=word(SQUARE)))
    assert load_pages(path, strict=True)['a.jpg'].word_ids == ['b']


BAD_ENTRIES = {
    'NaN': (page_of(w=word([[0, 0], [np.nan, 1]])), "word 'w': point 2 is [nan, 1]"),
    'orientation': (page_of(w=word([], orientation=3)), 'orientation is 3'),
    'bare language': (page_of(w=word([], language='ko')), "language is 'ko'"),
    'language number': (page_of(w=word([], language=[1])), 'language is [1]'),
    'entry a list': ({'images': {'a.jpg': []}}, 'its entry is []'),
    'no words key': ({'images': {'a.jpg': {}}}, 'has no key "words"'),
    'words a list': ({'images': {'a.jpg': {'words': []}}}, '"words" is []'),
    'size text': ({'images': {'a.jpg': {'words': {}, 'img_w': '960'}}}, "img_w is '960'"),
    'size 0': ({'images': {'a.jpg': {'words': {}, 'img_h': 0}}}, 'img_h is 0'),
    'size a bool': ({'images': {'a.jpg': {'words': {}, 'img_h': True}}}, 'img_h is True'),
    'word id twice': (
        '{"images": {"a.jpg": {"words": {"1": {"points": []}, "1": {"points": []}}}}}',
        '"words" holds the key \'1\' twice',
    ),
    'points twice': (
        '{"images": {"a.jpg": {"words": {"1": {"points": [], "points": []}}}}}',
        "word '1' holds the key 'points' twice",
    ),
}


@pytest.mark.parametrize(('content', 'message'), BAD_ENTRIES.values(), ids=BAD_ENTRIES)
def test_a_bad_entry_is_named_by_file_image_word_and_value(tmp_path, content, message) -> None:
    path = write(tmp_path / 'train.json', content)
    with pytest.raises(UserError) as caught:
        load_pages(path)
    line = caught.value.line
    assert line.startswith(f"{path}: image 'a.jpg': ")
    assert message in line
    assert line.endswith('tools/check_dataset.py --fix')
    assert len(line) < 400


def test_saving_and_loading_gives_the_same_values(tmp_path: Path) -> None:
    points = np.array([[0.1 + 0.2, 1 / 3], [1e-17, -5.5], [2.0**40 % 1e6, 3.0], [7.0, 8.0]])
    words = (
        Word('0001', points, 'Vertical', ('ko', 'en')),
        Word('가', points[:0]),
        Word('0003', points[:3], None, ()),
    )
    pages = {'b, "1".jpg': Page(words, 960, 1280), '가.jpg': Page()}
    save_pages(tmp_path / 'a.json', pages)
    loaded = load_pages(tmp_path / 'a.json')

    assert list(loaded) == list(pages)
    for page, again in zip(pages.values(), loaded.values(), strict=True):
        assert (page.width, page.height) == (again.width, again.height)
        for one, two in zip(page.words, again.words, strict=True):
            np.testing.assert_array_equal(one.points, two.points)
            assert vars(one) | {'points': None} == vars(two) | {'points': None}
    save_pages(tmp_path / 'b.json', loaded)
    assert (tmp_path / 'a.json').read_bytes() == (tmp_path / 'b.json').read_bytes()


def test_an_unknown_size_is_left_out_rather_than_guessed(tmp_path: Path) -> None:
    save_pages(tmp_path / 'a.json', {'a.jpg': Page()})
    assert json.loads((tmp_path / 'a.json').read_text()) == {'images': {'a.jpg': {'words': {}}}}


def test_a_failed_save_leaves_the_old_file_alone(tmp_path: Path) -> None:
    path = tmp_path / 'a.json'
    save_pages(path, {'a.jpg': Page()})
    before = path.read_bytes()
    with pytest.raises(ValueError, match=r'a\.json: .*JSON'):
        save_pages(path, {'a.jpg': Page((Word('1', np.full((4, 2), np.nan)),))})
    with pytest.raises(UserError, match=r'a\.json: .*ud800'):
        save_pages(path, {'a.jpg': Page((Word('\ud800', np.zeros((4, 2))),))})
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize('content', ['{"images": {}}', '{}'], ids=['loaded', 'refused'])
def test_loading_leaves_garbage_collection_on(tmp_path: Path, content: str) -> None:
    path = write(tmp_path / 'a.json', content)
    with contextlib.suppress(UserError):
        load_pages(path)
    assert gc.isenabled()
