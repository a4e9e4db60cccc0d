"""The dataset check and its repair."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from plugins.functional.annotations import (
    DatasetProblem,
    check_entry,
    check_pages,
    load_pages,
    read_content,
    unlisted_images,
    write_fixed,
)
from plugins.functional.annotations import check as check
from plugins.functional.errors import UserError

# The page is 100 wide and 80 high.
SIZE = (100, 80)
SQUARE = [[10, 10], [20, 10], [20, 20], [10, 20]]


def shifted(dx: float, dy: float = 0) -> list[list[float]]:
    return [[x + dx, y + dy] for x, y in SQUARE]


def word(points: object, **labels: object) -> dict:
    return {'points': points, 'orientation': None, 'language': None} | labels


def kinds(words: dict, size: tuple[int, int] | None = SIZE) -> list[tuple[str, str]]:
    """The (word, kind) pairs found on a page that also has a good word."""
    good = {'good': word(shifted(30))}
    record = {'words': good | words, 'img_w': 100, 'img_h': 80}
    return [(found.word, found.kind) for found in check_entry('a.jpg', record, size)]


@pytest.mark.parametrize(
    ('points', 'kind'),
    [
        pytest.param([[np.nan, 1], *SQUARE[1:]], check.NOT_FINITE, id='NaN'),
        pytest.param([[np.inf, 1], *SQUARE[1:]], check.NOT_FINITE, id='infinite'),
        pytest.param([[1e99, 1], *SQUARE[1:]], check.NOT_FINITE, id='beyond any image'),
        pytest.param([['1', 1], *SQUARE[1:]], check.BROKEN_WORD, id='text'),
        pytest.param([[1], *SQUARE[1:]], check.BROKEN_WORD, id='one coordinate'),
        pytest.param('0,0', check.BROKEN_WORD, id='points as text'),
        pytest.param(SQUARE[:3], check.FEW_POINTS, id='triangle'),
        pytest.param(SQUARE[:1], check.FEW_POINTS, id='one point'),
        pytest.param([[5, 5]] * 4, check.ZERO_AREA, id='one point four times'),
        pytest.param([[0, 5], [9, 5], [9, 5], [0, 5]], check.ZERO_AREA, id='line'),
        pytest.param([[0.1, 0.1], [0.7, 0.7], [0.3, 0.3], [0.2, 0.2]], check.ZERO_AREA, id='slope'),
        pytest.param([[0, 0], [9, 9], [9, 0], [0, 9]], check.SELF_INTERSECTION, id='bow-tie'),
        pytest.param([[0, 0], [9, 9], [9, 0], [0, 5]], check.SELF_INTERSECTION, id='uneven one'),
        pytest.param(shifted(90), check.OUTSIDE, id='right of the image, edges touching'),
        pytest.param(shifted(-20.5), check.OUTSIDE, id='left'),
        pytest.param(shifted(0, 80), check.OUTSIDE, id='below'),
        pytest.param(
            # Its bounding box reaches the corner (100, 80), the word itself does not.
            [[95, 100], [120, 75], [121, 76], [96, 101]],
            check.OUTSIDE,
            id='slanted past the corner',
        ),
        pytest.param(shifted(30), check.DUPLICATE, id='same word twice'),
        pytest.param(shifted(30)[2:] + shifted(30)[:2], check.DUPLICATE, id='other start'),
        pytest.param(shifted(30)[::-1], check.DUPLICATE, id='other direction'),
    ],
)
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
    assert kinds(words) == [
        ('1', check.OUTSIDE),
        ('2', check.DUPLICATE),
        ('2', check.OUTSIDE),
    ]


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


@pytest.mark.parametrize(
    ('record', 'kind', 'detail'),
    [
        pytest.param([], check.BROKEN_ENTRY, 'is [], expected', id='entry a list'),
        pytest.param({}, check.BROKEN_ENTRY, '"words" is missing', id='no words'),
        pytest.param({'words': []}, check.BROKEN_ENTRY, '"words" is []', id='words a list'),
        pytest.param({'words': {}, 'img_w': '9'}, check.WRONG_SIZE, "img_w is '9'", id='text'),
        pytest.param(
            {'words': {}, 'img_w': 90, 'img_h': 80}, check.WRONG_SIZE, '90 x 80, but', id='other'
        ),
        pytest.param(
            {'words': {}, 'img_w': 80, 'img_h': 100}, check.WRONG_SIZE, 'EXIF', id='turned'
        ),
    ],
)
def test_bad_entries(record: object, kind: str, detail: str) -> None:
    (found,) = check_entry('a.jpg', record, SIZE)
    assert (found.kind, found.file, found.word) == (kind, 'a.jpg', '')
    assert detail in found.detail


@pytest.mark.parametrize('record', [{'words': None}, {'words': {}, 'img_w': None, 'img_h': 80}])
def test_legal_entries(record: dict) -> None:
    assert check_entry('a.jpg', record, SIZE) == []


class Dataset:
    """A folder of images and an annotation file that grow page by page."""

    def __init__(self, root: Path) -> None:
        self.folder, self.path = root / 'images', root / 'train.json'
        self.folder.mkdir()
        self.images: dict = {}

    def add(self, name: str, words: dict, width: int = 100, height: int = 80) -> None:
        Image.effect_noise(SIZE, 50).save(self.folder / name)
        self.images[name] = {'words': words, 'img_w': width, 'img_h': height}

    def check(self, text: str | None = None) -> tuple[dict, list[DatasetProblem]]:
        self.path.write_text(text or json.dumps({'images': self.images}))
        return check_file(self.path, self.folder)


def check_file(path: Path, folder: Path) -> tuple[dict, list[DatasetProblem]]:
    content = read_content(path)
    pages = check_pages(content['images'], folder)
    problems = [problem for page in pages for problem in page]
    return content, problems + unlisted_images(content['images'], folder, content.get('dropped'))


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    return Dataset(tmp_path)


def damage(dataset: Dataset) -> None:
    """One image with each fault an image can have, around a good one."""
    for name in ('bad.jpg', 'cut.jpg', 'empty.jpg', 'gone.jpg', 'good.jpg', 'turned.jpg'):
        dataset.add(name, {'0001': word(SQUARE)})
    dataset.images['bad.jpg'] = 'nonsense'
    cut = dataset.folder / 'cut.jpg'
    cut.write_bytes(cut.read_bytes()[:-200])
    (dataset.folder / 'empty.jpg').write_bytes(b'')
    (dataset.folder / 'gone.jpg').unlink()
    dataset.images['turned.jpg'] |= {'img_w': 80, 'img_h': 100}
    (dataset.folder / 'extra.png').write_bytes(b'whatever')
    (dataset.folder / 'Thumbs.db').write_bytes(b'no image by its name')


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
    assert details['cut.jpg'].startswith('the image is truncated')
    assert details['empty.jpg'] == 'the image file is empty; copy it again'


def test_the_size_is_that_of_the_image_as_displayed(dataset: Dataset) -> None:
    dataset.add('a.jpg', {}, width=80, height=100)
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.effect_noise(SIZE, 50).save(dataset.folder / 'a.jpg', exif=exif)
    assert dataset.check()[1] == []


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


def test_doubled_keys_are_reported_and_the_last_value_kept(
    dataset: Dataset, tmp_path: Path
) -> None:
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


@pytest.mark.parametrize(
    'dropped', [None, 'x', 5, {}, [1], [{}], [{'file': 3}], [{'file': ['b.jpg']}]], ids=repr
)
def test_a_strange_list_of_dropped_pages_is_ignored(dataset: Dataset, dropped: object) -> None:
    dataset.add('a.jpg', {})
    (dataset.folder / 'b.jpg').write_bytes(b'')
    text = json.dumps({'images': dataset.images, 'dropped': dropped})
    assert [found.file for found in dataset.check(text)[1]] == ['b.jpg']


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(UserError, match='nowhere: no such folder'):
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
