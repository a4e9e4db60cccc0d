"""The clean copy of a damaged annotation file."""

import json
from pathlib import Path

import numpy as np
import pytest
from damaged_dataset import (
    BARS_SIZE,
    SIZE,
    SQUARE,
    Dataset,
    bars,
    check_file,
    damage,
    save_bars,
    shifted,
    word,
)

from plugins.functional.annotations import load_pages, write_fixed
from plugins.functional.annotations import problem_kinds as kinds


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    return Dataset(tmp_path)


def test_the_fixed_copy_checks_clean(dataset: Dataset, tmp_path: Path) -> None:
    damage(dataset)
    words = {
        '0001': word(SQUARE),
        '0002': word(SQUARE),
        '0003': word([[np.nan, 1]] * 4),
        '0004': word(shifted(30), language='ko'),
        '0005': word(SQUARE[:2]),
        '0006': word([]),
        '0007': 'junk',
        '0008': word([[0, 0], [9, 9], [9, 0], [0, 9]]),
        '0009': word(shifted(500), note='kept on a page that keeps it'),
        '0010': word(shifted(60), note='an unknown key'),
    }
    dataset.add('words.png', words, width=99)
    content, problems = dataset.check()
    fixed = tmp_path / 'fixed.json'
    summary = write_fixed(fixed, content, problems, dataset.folder)

    again, none = check_file(fixed, dataset.folder)
    assert none == []
    assert list(again['images']) == ['good.jpg', 'turned.jpg', 'words.png']
    page = load_pages(fixed, strict=True)['words.png']
    assert [w.id for w in page.words] == ['0001', '0004', '0006', '0010']
    assert (page.width, page.height) == SIZE
    assert page.words[1].language is None
    assert again['images']['words.png']['words']['0010'] == words['0010']
    # 4 pages; 2 sizes and a label; words 2, 3, 5, 7, 8 and 9
    assert (summary.pages, summary.dropped_pages) == (3, 4)
    assert (summary.corrected, summary.dropped_words) == (3, 6)
    notes = {(note['file'], note['word'], note['kind']) for note in again['dropped']}
    assert ('gone.jpg', '', kinds.MISSING_IMAGE) in notes
    assert ('extra.png', '', kinds.UNLISTED_IMAGE) in notes
    assert ('words.png', '0005', kinds.FEW_POINTS) in notes
    assert len(notes) == 4 + 1 + 6


def test_fixing_twice_keeps_the_first_notes(dataset: Dataset, tmp_path: Path) -> None:
    damage(dataset)
    content, problems = dataset.check()
    one, two = tmp_path / 'one.json', tmp_path / 'two.json'
    write_fixed(one, content, problems, dataset.folder)
    write_fixed(two, *check_file(one, dataset.folder), dataset.folder)
    assert one.read_bytes() == two.read_bytes()


def test_doubled_keys_are_reported_and_the_last_value_kept(dataset, tmp_path) -> None:
    dataset.add('a.jpg', {})
    one, two = (json.dumps(word(shifted(n))) for n in (1, 2))
    entry = f'{{"words": {{"0001": {one}, "0001": {two}}}, "img_w": 100, "img_w": 100}}'
    content, problems = dataset.check(f'{{"images": {{"a.jpg": {entry}}}}}')
    assert [(p.kind, p.word) for p in problems] == [
        (kinds.DOUBLED_KEY, ''),
        (kinds.DOUBLED_KEY, '0001'),
    ]
    write_fixed(tmp_path / 'fixed.json', content, problems, dataset.folder)
    (kept,) = load_pages(tmp_path / 'fixed.json')['a.jpg'].words
    assert kept.points.tolist() == shifted(2)
    assert check_file(tmp_path / 'fixed.json', dataset.folder)[1] == []


def fixed_copy(dataset: Dataset, path: Path):
    content, problems = dataset.check()
    summary = write_fixed(path, content, problems, dataset.folder)
    return summary, *check_file(path, dataset.folder)


def line(y: float) -> list[list[float]]:
    return [[10, y], [60, y], [60, y + 10], [10, y + 10]]


@pytest.mark.parametrize('share', [1, 3], ids=['all words', 'every third'])
@pytest.mark.parametrize(
    'change',
    [
        pytest.param(lambda p: [p[0], *p[:0:-1]], id='counter-clockwise'),
        pytest.param(lambda p: p[::-1], id='mirrored'),
        pytest.param(lambda p: p[1:] + p[:1], id='from the next corner'),
        pytest.param(lambda p: p[3:] + p[:3], id='from the last corner'),
    ],
)
def test_words_are_put_in_order_with_their_numbers_as_they_are(dataset, tmp_path, change, share):
    lines = [line(10 * n) for n in range(7)]
    words = {str(n): word(change(p) if n % share == 0 else p) for n, p in enumerate(lines)}
    dataset.add('a.png', words)
    summary, content, none = fixed_copy(dataset, tmp_path / 'fixed.json')
    assert none == []
    assert [w['points'] for w in content['images']['a.png']['words'].values()] == lines
    assert (summary.corrected, summary.dropped_words) == (len(lines[::share]), 0)
    assert content['dropped'] == []


def test_a_page_upside_down_stays_and_is_told_again(dataset: Dataset, tmp_path: Path) -> None:
    dataset.add('a.png', {str(n): word(line(10 * n)[2:] + line(10 * n)[:2]) for n in range(7)})
    summary, content, again = fixed_copy(dataset, tmp_path / 'fixed.json')
    assert content['images'] == dataset.images
    assert content['dropped'] == []
    assert (summary.pages, summary.left, summary.corrected) == (1, 1, 0)
    assert [problem.kind for problem in again] == [kinds.UPSIDE_DOWN]


@pytest.mark.parametrize('size', [True, False], ids=['with the raw size', 'without a size'])
def test_labels_of_the_unturned_image_cost_the_page(dataset, tmp_path, size) -> None:
    save_bars(dataset.folder / 'a.jpg', 6)
    dataset.images['a.jpg'] = {'words': bars(displayed=False)}
    if size:
        dataset.images['a.jpg'] |= {'img_w': BARS_SIZE[0], 'img_h': BARS_SIZE[1]}
    summary, content, none = fixed_copy(dataset, tmp_path / 'fixed.json')
    assert none == []
    assert content['images'] == {}
    assert (summary.dropped_pages, summary.corrected) == (1, 0)
    assert kinds.RAW_FRAME in [note['kind'] for note in content['dropped']]


def test_labels_as_displayed_stay_though_the_size_is_that_of_the_pixels(dataset, tmp_path) -> None:
    save_bars(dataset.folder / 'a.jpg', 6)
    width, height = BARS_SIZE
    dataset.images['a.jpg'] = {'words': bars(displayed=True), 'img_w': width, 'img_h': height}
    _, content, none = fixed_copy(dataset, tmp_path / 'fixed.json')
    assert none == []
    turned = {'img_w': height, 'img_h': width}
    assert content['images']['a.jpg'] == dataset.images['a.jpg'] | turned


def test_pages_that_cannot_be_mended_go(dataset: Dataset, tmp_path: Path) -> None:
    dataset.add('relative.png', {'1': word([[0.1, 0.1], [0.5, 0.1], [0.5, 0.2], [0.1, 0.2]])})
    dataset.images['sub/a.png'] = {'words': {}}
    dataset.add('good.png', {'1': word(SQUARE)})
    _, content, none = fixed_copy(dataset, tmp_path / 'fixed.json')
    assert none == []
    assert list(content['images']) == ['good.png']
    assert [note['kind'] for note in content['dropped']] == [kinds.RELATIVE, kinds.BAD_NAME]
