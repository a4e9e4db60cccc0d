"""The clean copy of a damaged annotation file."""

import json
from pathlib import Path

import numpy as np
import pytest
from damaged_dataset import SIZE, SQUARE, Dataset, check_file, damage, shifted, word

from plugins.functional.annotations import check, load_pages, write_fixed


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
    assert ('gone.jpg', '', check.MISSING_IMAGE) in notes
    assert ('extra.png', '', check.UNLISTED_IMAGE) in notes
    assert ('words.png', '0005', check.FEW_POINTS) in notes
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
        (check.DOUBLED_KEY, ''),
        (check.DOUBLED_KEY, '0001'),
    ]
    write_fixed(tmp_path / 'fixed.json', content, problems, dataset.folder)
    (kept,) = load_pages(tmp_path / 'fixed.json')['a.jpg'].words
    assert kept.points.tolist() == shifted(2)
    assert check_file(tmp_path / 'fixed.json', dataset.folder)[1] == []
