"""What is wrong with one entry of an annotation, by word."""

import numpy as np
import pytest
from damaged_dataset import SIZE, SQUARE, shifted, word
from shapes import circle

from plugins.functional.annotations import check_entry
from plugins.functional.annotations import problem_kinds as kinds


def found(words: dict, size: tuple[int, int] | None = SIZE) -> list[tuple[str, str]]:
    """The (word, kind) pairs found on a page that also has a good word."""
    good = {'good': word(shifted(30))}
    record = {'words': good | words, 'img_w': 100, 'img_h': 80}
    return [(problem.word, problem.kind) for problem in check_entry('a.jpg', record, size)]


BAD_WORDS = {
    'NaN': ([[np.nan, 1], *SQUARE[1:]], kinds.NOT_FINITE),
    'infinite': ([[np.inf, 1], *SQUARE[1:]], kinds.NOT_FINITE),
    'beyond any image': ([[1e99, 1], *SQUARE[1:]], kinds.NOT_FINITE),
    'text': ([['1', 1], *SQUARE[1:]], kinds.BROKEN_WORD),
    'one coordinate': ([[1], *SQUARE[1:]], kinds.BROKEN_WORD),
    'points as text': ('0,0', kinds.BROKEN_WORD),
    'too many vertices': (circle(5001).tolist(), kinds.BROKEN_WORD),
    'triangle': (SQUARE[:3], kinds.FEW_POINTS),
    'one point': (SQUARE[:1], kinds.FEW_POINTS),
    'one point four times': ([[5, 5]] * 4, kinds.ZERO_AREA),
    'line': ([[0, 5], [9, 5], [9, 5], [0, 5]], kinds.ZERO_AREA),
    'slope': ([[0.1, 0.1], [0.7, 0.7], [0.3, 0.3], [0.2, 0.2]], kinds.ZERO_AREA),
    'bow-tie': ([[0, 0], [9, 9], [9, 0], [0, 9]], kinds.SELF_INTERSECTION),
    'uneven one': ([[0, 0], [9, 9], [9, 0], [0, 5]], kinds.SELF_INTERSECTION),
    'right of the image, edges touching': (shifted(90), kinds.OUTSIDE),
    'left': (shifted(-20.5), kinds.OUTSIDE),
    'below': (shifted(0, 80), kinds.OUTSIDE),
    # Its bounding box reaches the corner (100, 80), the word itself does not.
    'slanted past the corner': ([[95, 100], [120, 75], [121, 76], [96, 101]], kinds.OUTSIDE),
    'counter-clockwise from the same corner': (SQUARE[:1] + SQUARE[:0:-1], kinds.COUNTER_CLOCKWISE),
    'counter-clockwise, mirrored': (SQUARE[::-1], kinds.COUNTER_CLOCKWISE),
    'from the bottom right': (SQUARE[2:] + SQUARE[:2], kinds.OTHER_CORNER),
    'same word twice': (shifted(30), kinds.DUPLICATE),
    'nearly the same word': (shifted(31.4), kinds.DUPLICATE),
    'less than a pixel wide': ([[0, 0], [0.9, 0], [0.9, 0.5], [0, 0.5]], kinds.RELATIVE),
}


@pytest.mark.parametrize(('points', 'kind'), BAD_WORDS.values(), ids=BAD_WORDS)
def test_bad_words_are_found_by_kind(points: object, kind: str) -> None:
    assert found({'7': word(points)}) == [('7', kind)]


@pytest.mark.parametrize(
    'points',
    [
        pytest.param([], id='no points'),
        pytest.param(None, id='null points'),
        pytest.param(shifted(-15), id='over the left edge'),
        pytest.param(shifted(85, 65), id='over the corner'),
        pytest.param([*SQUARE, SQUARE[0]], id='closed ring'),
        pytest.param([[0, 0], [5, 2], [10, 0], [10, 9], [5, 4], [0, 9]], id='not convex'),
    ],
)
def test_legal_words_are_left_alone(points: object) -> None:
    assert found({'7': word(points)}) == []


def test_three_equal_words_are_two_duplicates_of_the_first() -> None:
    words = {'words': {key: word(SQUARE) for key in 'abc'}}
    problems = check_entry('a.jpg', words, SIZE)
    assert [(p.word, p.detail) for p in problems] == [
        ('b', "the same outline as word 'a'"),
        ('c', "the same outline as word 'a'"),
    ]


def test_one_word_may_have_two_faults() -> None:
    words = {'1': word(shifted(200)), '2': word(shifted(200))}
    assert found(words) == [('1', kinds.OUTSIDE), ('2', kinds.DUPLICATE), ('2', kinds.OUTSIDE)]


def test_without_a_known_size_nothing_is_outside() -> None:
    assert found({'7': word(shifted(900))}, size=None) == []


@pytest.mark.parametrize(
    ('labels', 'kind'),
    [
        pytest.param({'language': 'ko'}, kinds.BROKEN_LABEL, id='bare language'),
        pytest.param({'orientation': 5}, kinds.BROKEN_LABEL, id='orientation a number'),
    ],
)
def test_bad_labels_are_told_from_bad_outlines(labels: dict, kind: str) -> None:
    assert found({'7': word(SQUARE, **labels)}) == [('7', kind)]


def test_a_word_with_a_bad_label_is_still_checked_for_its_outline() -> None:
    assert found({'7': word(SQUARE[:3], language='ko')}) == [
        ('7', kinds.BROKEN_LABEL),
        ('7', kinds.FEW_POINTS),
    ]


@pytest.mark.parametrize('record', [5, {}], ids=['no object', 'no points key'])
def test_words_that_are_none(record: object) -> None:
    assert found({'7': record}) == [('7', kinds.BROKEN_WORD)]


BAD_ENTRIES = {
    'entry a list': ([], kinds.BROKEN_ENTRY, '[]'),
    'no words': ({}, kinds.BROKEN_ENTRY, '"words" is missing'),
    'words a list': ({'words': []}, kinds.BROKEN_ENTRY, '"words" is []'),
    'text': ({'words': {}, 'img_w': '9'}, kinds.WRONG_SIZE, "img_w is '9'"),
    'other': ({'words': {}, 'img_w': 90, 'img_h': 80}, kinds.WRONG_SIZE, '90 x 80, but'),
    'turned': ({'words': {}, 'img_w': 80, 'img_h': 100}, kinds.WRONG_SIZE, 'EXIF'),
}


@pytest.mark.parametrize(('record', 'kind', 'detail'), BAD_ENTRIES.values(), ids=BAD_ENTRIES)
def test_bad_entries(record: object, kind: str, detail: str) -> None:
    (problem,) = check_entry('a.jpg', record, SIZE)
    assert (problem.kind, problem.file, problem.word) == (kind, 'a.jpg', '')
    assert detail in problem.detail


@pytest.mark.parametrize('record', [{'words': None}, {'words': {}, 'img_w': None, 'img_h': 80}])
def test_legal_entries(record: dict) -> None:
    assert check_entry('a.jpg', record, SIZE) == []


def test_a_copy_that_begins_elsewhere_is_both_doubled_and_misordered() -> None:
    for points in (shifted(30)[2:] + shifted(30)[:2], shifted(30)[::-1]):
        assert found({'7': word(points)})[0] == ('7', kinds.DUPLICATE)


def test_half_a_word_and_what_lies_within_another_are_no_copies() -> None:
    half = [[30, 10], [36, 10], [36, 20], [30, 20]]
    assert found({'7': word(half)}) == []


def relative(scale: float, count: int = 9) -> dict:
    """Words over the whole page in shares of its size; times 100 these are percent."""
    rows = (0.1 + 0.8 * np.arange(count) / count).tolist()
    corners = ((0.1, 0), (0.7, 0), (0.7, 0.05), (0.1, 0.05))
    points = [[[scale * x, scale * (y + dy)] for x, dy in corners] for y in rows]
    return {'words': {str(key): word(each) for key, each in enumerate(points)}}


@pytest.mark.parametrize('size', [SIZE, None], ids=['known size', 'unknown size'])
def test_a_page_in_relative_coordinates_is_told_once(size) -> None:
    (problem,) = check_entry('a.jpg', relative(1), size)
    assert (problem.kind, problem.word) == (kinds.RELATIVE, '')
    assert 'multiply' in problem.detail


def test_a_page_in_percent_is_told_where_it_is_large() -> None:
    (problem,) = check_entry('a.jpg', relative(100), (960, 1280))
    assert (problem.kind, problem.word) == (kinds.RELATIVE, '')
    assert 'percent' in problem.detail
    assert check_entry('a.jpg', relative(100), (120, 110)) == []
    assert check_entry('a.jpg', relative(100), None) == []
    assert check_entry('a.jpg', relative(100, count=2), (960, 1280)) == []


def test_a_page_that_reads_to_the_left_is_told_once() -> None:
    line = [[10, 10], [40, 10], [40, 20], [10, 20]]
    words = {str(n): word([[x, y + 15 * n] for x, y in line[2:] + line[:2]]) for n in range(4)}
    (problem,) = check_entry('a.jpg', {'words': words}, SIZE)
    assert (problem.kind, problem.word) == (kinds.UPSIDE_DOWN, '')


@pytest.mark.parametrize('orientation', ['Vertical', 'vertical'])
def test_text_that_stands_may_begin_where_it_does(orientation: str) -> None:
    line = [[10, 10], [60, 10], [60, 20], [10, 20]]
    words = {str(n): word([[x, y + 15 * n] for x, y in line]) for n in range(4)}
    standing = word(line[1:] + line[:1])
    words['7'] = {**standing, 'points': [[x, y + 60] for x, y in standing['points']]}
    assert [p.kind for p in check_entry('a.jpg', {'words': words}, SIZE)] == [kinds.OTHER_CORNER]
    words['7']['orientation'] = orientation
    assert check_entry('a.jpg', {'words': words}, SIZE) == []
