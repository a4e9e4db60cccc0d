"""Whether images and annotation belong together."""

import csv
import json
import os
import unicodedata
from pathlib import Path

import pytest
from damaged_dataset import SIZE, Dataset, bars, damage, save_bars
from PIL import Image

from plugins.functional.annotations import (
    DatasetProblem,
    check_pages,
    count_by_kind,
    write_report,
)
from plugins.functional.annotations import problem_kinds as kinds
from plugins.functional.errors import UserError


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    return Dataset(tmp_path)


def test_images_and_annotation_are_held_against_each_other(dataset: Dataset) -> None:
    damage(dataset)
    dataset.images['sub/a.jpg'] = {'words': {}}
    (dataset.folder / 'link.jpg').symlink_to('nowhere')
    dataset.images['link.jpg'] = {'words': {}}
    os.mkfifo(dataset.folder / 'pipe')
    (dataset.folder / 'pipe.jpg').symlink_to('pipe')
    dataset.images['pipe.jpg'] = {'words': {}}
    dataset.images['n' * 300 + '.jpg'] = {'words': {}}
    _, problems = dataset.check()
    assert [(found.file, found.kind) for found in problems] == [
        ('bad.jpg', kinds.BROKEN_ENTRY),
        ('cut.jpg', kinds.BROKEN_IMAGE),
        ('empty.jpg', kinds.BROKEN_IMAGE),
        ('gone.jpg', kinds.MISSING_IMAGE),
        ('turned.jpg', kinds.WRONG_SIZE),
        ('sub/a.jpg', kinds.BAD_NAME),
        ('link.jpg', kinds.MISSING_IMAGE),
        ('pipe.jpg', kinds.BROKEN_IMAGE),
        ('n' * 300 + '.jpg', kinds.BROKEN_IMAGE),
        ('extra.png', kinds.UNLISTED_IMAGE),
    ]
    details = {found.file: found.detail for found in problems}
    assert 'truncated' in details['cut.jpg']
    assert 'empty' in details['empty.jpg']
    assert 'leads nowhere' in details['link.jpg']
    assert 'pipe' in details['pipe.jpg']
    assert 'too long' in details['n' * 300 + '.jpg']


def test_a_name_that_differs_in_its_unicode_form_is_told_as_that(dataset: Dataset) -> None:
    there, listed = (unicodedata.normalize(form, '가.jpg') for form in ('NFD', 'NFC'))
    dataset.add(there, {})
    dataset.images = {listed: dataset.images[there]}
    missing, unlisted = dataset.check()[1]
    assert (missing.kind, unlisted.kind) == (kinds.MISSING_IMAGE, kinds.UNLISTED_IMAGE)
    assert 'Unicode form only' in missing.detail
    assert 'Unicode form only' in unlisted.detail


def test_labels_of_the_unturned_image_are_told(dataset: Dataset) -> None:
    save_bars(dataset.folder / 'a.jpg', 6)
    dataset.images['a.jpg'] = {'words': bars(displayed=True)}
    assert dataset.check()[1] == []
    dataset.images['a.jpg'] = {'words': bars(displayed=False)}
    assert kinds.RAW_FRAME in [found.kind for found in dataset.check()[1]]


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
        DatasetProblem(kinds.ZERO_AREA, 'a,b.jpg', '0001', 'x'),
        DatasetProblem(kinds.DUPLICATE, 'b.jpg', '0002', 'the "same"'),
    ]
    write_report(tmp_path / 'r.csv', problems)
    with (tmp_path / 'r.csv').open(newline='') as file:
        assert list(csv.reader(file)) == [
            ['kind', 'file', 'word', 'detail'],
            ['zero area', 'a,b.jpg', '0001', 'x'],
            ['duplicate word', 'b.jpg', '0002', 'the "same"'],
        ]


def test_the_summary_counts_kinds_most_frequent_first() -> None:
    problems = [DatasetProblem(kind, 'a', '', '') for kind in ('x', 'y', 'y')]
    assert list(count_by_kind(problems).items()) == [('y', 2), ('x', 1)]
