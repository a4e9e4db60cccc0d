"""What is wrong with a dataset, by image and word."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from damaged_dataset import SIZE, SQUARE, Dataset, damage, shifted, word
from PIL import Image

from plugins.functional.annotations import DatasetProblem, check, check_entry, check_pages
from plugins.functional.errors import UserError


def kinds(words: dict, size: tuple[int, int] | None = SIZE) -> list[tuple[str, str]]:
    """The (word, kind) pairs found on a page that also has a good word."""
    good = {'good': word(shifted(30))}
    record = {'words': good | words, 'img_w': 100, 'img_h': 80}
    return [(found.word, found.kind) for found in check_entry('a.jpg', record, size)]


BAD_WORDS = {
    'NaN': ([[np.nan, 1], *SQUARE[1:]], check.NOT_FINITE),
    'infinite': ([[np.inf, 1], *SQUARE[1:]], check.NOT_FINITE),
    'beyond any image': ([[1e99, 1], *SQUARE[1:]], check.NOT_FINITE),
    'text': ([['1', 1], *SQUARE[1:]], check.BROKEN_WORD),
    'one coordinate': ([[1], *SQUARE[1:]], check.BROKEN_WORD),
    'points as text': ('0,0', check.BROKEN_WORD),
    'triangle': (SQUARE[:3], check.FEW_POINTS),
    'one point': (SQUARE[:1], check.FEW_POINTS),
    'one point four times': ([[5, 5]] * 4, check.ZERO_AREA),
    'line': ([[0, 5], [9, 5], [9, 5], [0, 5]], check.ZERO_AREA),
    'slope': ([[0.1, 0.1], [0.7, 0.7], [0.3, 0.3], [0.2, 0.2]], check.ZERO_AREA),
    'bow-tie': ([[0, 0], [9, 9], [9, 0], [0, 9]], check.SELF_INTERSECTION),
    'uneven one': ([[0, 0], [9, 9], [9, 0], [0, 5]], check.SELF_INTERSECTION),
    'right of the image, edges touching': (shifted(90), check.OUTSIDE),
    'left': (shifted(-20.5), check.OUTSIDE),
    'below': (shifted(0, 80), check.OUTSIDE),
    # Its bounding box reaches the corner (100, 80), the word itself does not.
    'slanted past the corner': ([[95, 100], [120, 75], [121, 76], [96, 101]], check.OUTSIDE),
    'same word twice': (shifted(30), check.DUPLICATE),
    'other start': (shifted(30)[2:] + shifted(30)[:2], check.DUPLICATE),
    'other direction': (shifted(30)[::-1], check.DUPLICATE),
}


@pytest.mark.parametrize(('points', 'kind'), BAD_WORDS.values(), ids=BAD_WORDS)
def test_bad_words_are_found_by_kind(points: object, kind: str) -> None:
    assert kinds({'7': word(points)}) == [('7', kind)]


@pytest.mark.parametrize(
    'points',
    [
        pytest.param([], id='no points'),
        pytest.param(None, id='null points'),
        pytest.param(shifted(-15), id='over the left edge'),
        pytest.param(shifted(85, 65), id='over the corner'),
        pytest.param([*SQUARE, SQUARE[0]], id='closed ring'),
        pytest.param([[0, 0], [5, 2], [10, 0], [10, 9], [5, 4], [0, 9]], id='not convex'),
        pytest.param(SQUARE[::-1], id='counter-clockwise'),
    ],
)
def test_legal_words_are_left_alone(points: object) -> None:
    assert kinds({'7': word(points)}) == []


def test_three_equal_words_are_two_duplicates_of_the_first() -> None:
    words = {'words': {key: word(SQUARE) for key in 'abc'}}
    found = check_entry('a.jpg', words, SIZE)
    assert [(p.word, p.detail) for p in found] == [
        ('b', "the same outline as word 'a'"),
        ('c', "the same outline as word 'a'"),
    ]


def test_one_word_may_have_two_faults() -> None:
    words = {'1': word(shifted(200)), '2': word(shifted(200))}
    assert kinds(words) == [('1', check.OUTSIDE), ('2', check.DUPLICATE), ('2', check.OUTSIDE)]


def test_without_a_known_size_nothing_is_outside() -> None:
    assert kinds({'7': word(shifted(900))}, size=None) == []


@pytest.mark.parametrize(
    ('labels', 'kind'),
    [
        pytest.param({'language': 'ko'}, check.BROKEN_LABEL, id='bare language'),
        pytest.param({'orientation': 5}, check.BROKEN_LABEL, id='orientation a number'),
    ],
)
def test_bad_labels_are_told_from_bad_outlines(labels: dict, kind: str) -> None:
    assert kinds({'7': word(SQUARE, **labels)}) == [('7', kind)]


def test_a_word_with_a_bad_label_is_still_checked_for_its_outline() -> None:
    assert kinds({'7': word(SQUARE[:3], language='ko')}) == [
        ('7', check.BROKEN_LABEL),
        ('7', check.FEW_POINTS),
    ]


@pytest.mark.parametrize('record', [5, {}], ids=['no object', 'no points key'])
def test_words_that_are_none(record: object) -> None:
    assert kinds({'7': record}) == [('7', check.BROKEN_WORD)]


BAD_ENTRIES = {
    'entry a list': ([], check.BROKEN_ENTRY, '[]'),
    'no words': ({}, check.BROKEN_ENTRY, '"words" is missing'),
    'words a list': ({'words': []}, check.BROKEN_ENTRY, '"words" is []'),
    'text': ({'words': {}, 'img_w': '9'}, check.WRONG_SIZE, "img_w is '9'"),
    'other': ({'words': {}, 'img_w': 90, 'img_h': 80}, check.WRONG_SIZE, '90 x 80, but'),
    'turned': ({'words': {}, 'img_w': 80, 'img_h': 100}, check.WRONG_SIZE, 'EXIF'),
}


@pytest.mark.parametrize(('record', 'kind', 'detail'), BAD_ENTRIES.values(), ids=BAD_ENTRIES)
def test_bad_entries(record: object, kind: str, detail: str) -> None:
    (found,) = check_entry('a.jpg', record, SIZE)
    assert (found.kind, found.file, found.word) == (kind, 'a.jpg', '')
    assert detail in found.detail


@pytest.mark.parametrize('record', [{'words': None}, {'words': {}, 'img_w': None, 'img_h': 80}])
def test_legal_entries(record: dict) -> None:
    assert check_entry('a.jpg', record, SIZE) == []


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    return Dataset(tmp_path)


def test_images_and_annotation_are_held_against_each_other(dataset: Dataset) -> None:
    damage(dataset)
    _, problems = dataset.check()
    assert [(found.file, found.kind) for found in problems] == [
        ('bad.jpg', check.BROKEN_ENTRY),
        ('cut.jpg', check.BROKEN_IMAGE),
        ('empty.jpg', check.BROKEN_IMAGE),
        ('gone.jpg', check.MISSING_IMAGE),
        ('turned.jpg', check.WRONG_SIZE),
        ('extra.png', check.UNLISTED_IMAGE),
    ]
    details = {found.file: found.detail for found in problems}
    assert 'truncated' in details['cut.jpg']
    assert 'empty' in details['empty.jpg']


def test_the_size_is_that_of_the_image_as_displayed(dataset: Dataset) -> None:
    dataset.add('a.jpg', {}, width=80, height=100)
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.effect_noise(SIZE, 50).save(dataset.folder / 'a.jpg', exif=exif)
    assert dataset.check()[1] == []


@pytest.mark.parametrize(
    'dropped', [None, 'x', 5, {}, [1], [{}], [{'file': 3}], [{'file': ['b.jpg']}]], ids=repr
)
def test_a_strange_list_of_dropped_pages_is_ignored(dataset: Dataset, dropped: object) -> None:
    dataset.add('a.jpg', {})
    (dataset.folder / 'b.jpg').write_bytes(b'')
    text = json.dumps({'images': dataset.images, 'dropped': dropped})
    assert [found.file for found in dataset.check(text)[1]] == ['b.jpg']


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(UserError, match='nowhere: '):
        check_pages({}, tmp_path / 'nowhere')


def test_the_report_has_a_row_a_problem(tmp_path: Path) -> None:
    problems = [
        DatasetProblem(check.ZERO_AREA, 'a,b.jpg', '0001', 'x'),
        DatasetProblem(check.DUPLICATE, 'b.jpg', '0002', 'the "same"'),
    ]
    check.write_report(tmp_path / 'r.csv', problems)
    with (tmp_path / 'r.csv').open(newline='') as file:
        assert list(csv.reader(file)) == [
            ['kind', 'file', 'word', 'detail'],
            ['zero area', 'a,b.jpg', '0001', 'x'],
            ['duplicate word', 'b.jpg', '0002', 'the "same"'],
        ]


def test_the_summary_counts_kinds_most_frequent_first() -> None:
    problems = [DatasetProblem(kind, 'a', '', '') for kind in ('x', 'y', 'y')]
    assert list(check.count_by_kind(problems).items()) == [('y', 2), ('x', 1)]
