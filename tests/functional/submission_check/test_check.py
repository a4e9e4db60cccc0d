"""What is wrong with the rows and shapes of a submission."""

import unicodedata
from pathlib import Path

import cv2
import numpy as np
import pytest
from submission_data import WORD, row

from plugins.functional.annotations import Page
from plugins.functional.submission_check import (
    MANY_VERTICES,
    CsvRow,
    Kind,
    check_polygons,
    check_rows,
    page_size,
)

SIZE = (200, 100)
LINE = np.array([[0, 0], [10, 0], [20, 0], [30, 0]], float)
BOW_TIE = WORD[[0, 2, 1, 3]]


def moved(polygon: np.ndarray, x: float, y: float) -> np.ndarray:
    return polygon + np.array([x, y])


def circle(vertices: int) -> np.ndarray:
    angles = np.linspace(0, 2 * np.pi, vertices, endpoint=False)
    return 1000 * np.stack([np.cos(angles), np.sin(angles)], axis=1) + 2000


@pytest.mark.parametrize(
    ('polygon', 'expected'),
    [
        pytest.param(WORD, [], id='a word'),
        pytest.param(WORD[::-1], [], id='anticlockwise is legal'),
        pytest.param([[0, 0], [200, 0], [200, 100], [0, 100]], [], id='up to the very edge'),
        pytest.param(moved(WORD, -11, 0), [Kind.BEYOND], id='a pixel over the left edge'),
        pytest.param(moved(WORD, 151, 0), [Kind.BEYOND], id='a pixel over the right edge'),
        pytest.param(moved(WORD, 0, 81), [Kind.BEYOND], id='a pixel over the bottom'),
        pytest.param(moved(WORD, 200, 0), [Kind.OUTSIDE], id='outside'),
        pytest.param(WORD * 0 + 7, [Kind.ZERO_AREA], id='a point'),
        pytest.param(LINE, [Kind.ZERO_AREA], id='a line'),
        pytest.param(BOW_TIE, [Kind.ZERO_AREA], id='a symmetric bow-tie'),
        pytest.param([[0, 0], [40, 0], [0, 20], [30, 20]], [Kind.CROSSED], id='a lopsided bow-tie'),
    ],
)
def test_shapes(polygon, expected) -> None:
    problems = check_polygons(row(np.array(polygon, float)), SIZE)
    assert [problem.kind for problem in problems] == expected
    assert all((p.row, p.file, p.polygon) == (2, 'a.jpg', 1) for p in problems)


def test_nothing_is_outside_a_page_of_unknown_size() -> None:
    assert not check_polygons(row(WORD - 1000), None)
    assert not check_polygons(row(), SIZE)


@pytest.mark.parametrize(
    ('count', 'wrong'), [(MANY_VERTICES, False), (MANY_VERTICES + 1, True)], ids=['100', '101']
)
def test_many_vertices(count: int, wrong: bool) -> None:
    problems = check_polygons(row(circle(count)), None)
    assert [p.kind for p in problems] == [Kind.MANY_VERTICES] * wrong


@pytest.mark.parametrize(
    'copy', [WORD, np.roll(WORD, 1, axis=0), WORD[::-1]], ids=['same', 'other start', 'reversed']
)
def test_a_copy_names_its_original(copy: np.ndarray) -> None:
    (problem,) = check_polygons(row(WORD + 3, WORD, copy), SIZE)
    assert (problem.kind, problem.polygon) == (Kind.DOUBLED, 3)
    assert 'polygon 2' in problem.detail


def test_polygons_after_the_500th_are_counted() -> None:
    many = [moved(WORD, n % 100, n // 100) for n in range(512)]
    assert not check_polygons(row(*many[:500]), SIZE)
    (problem,) = check_polygons(row(*many), SIZE)
    assert (problem.kind, problem.amount) == (Kind.TOO_MANY, 12)
    assert Kind.TOO_MANY.cost_of([problem], ['a.jpg']).startswith('12 polygons')


def test_a_page_on_its_side_is_told_from_one_that_reaches_over() -> None:
    on_its_side = moved(WORD[:, ::-1], 0, 120)  # y from 130 to 170, in an image of 200 x 100
    found = [problem.kind for problem in check_polygons(row(WORD, on_its_side), SIZE)]
    assert Kind.TURNED in found
    upright = moved(WORD, 150, 0)
    found = [problem.kind for problem in check_polygons(row(upright, on_its_side), SIZE)]
    assert Kind.TURNED not in found


def test_what_matches_nothing_says_how_much_it_adds_to_the_denominator() -> None:
    # A line counts as 100 characters, a word of 40 by 10 as 4.
    line, outside = check_polygons(row(LINE + 10, WORD + 500), SIZE)
    assert (line.amount, outside.amount) == (100, 4)


def test_what_the_scorer_cuts_off_adds_nothing() -> None:
    problems = check_polygons(row(*[WORD] * 499, LINE, LINE), SIZE)
    lines = [problem for problem in problems if problem.kind is Kind.ZERO_AREA]
    assert [line.amount for line in lines] == [100, 0]


ROWS = {
    'any order': (['b.jpg', 'a.jpg'], []),
    'missing': (['a.jpg'], [(Kind.MISSING_ROW, 'b.jpg')]),
    'extra': (['a.jpg', 'b.jpg', 'c.jpg'], [(Kind.EXTRA_ROW, 'c.jpg')]),
    'doubled': (['a.jpg', 'b.jpg', 'a.jpg'], [(Kind.DOUBLED_ROW, 'a.jpg')]),
    'no row at all': ([], [(Kind.MISSING_ROW, 'a.jpg'), (Kind.MISSING_ROW, 'b.jpg')]),
}


@pytest.mark.parametrize(('names', 'expected'), ROWS.values(), ids=ROWS)
def test_rows_and_pages_belong_together(names, expected) -> None:
    rows = [CsvRow(number, name) for number, name in enumerate(names, 2)]
    problems = check_rows(rows, ['a.jpg', 'b.jpg'])
    assert [(problem.kind, problem.file) for problem in problems] == expected


@pytest.mark.parametrize('name', ['B.JPG', 'b.png', 'images/b.jpg', 'c\\b.jpg', ' b.jpg', 'b'])
def test_a_misspelt_name_finds_its_page(name: str) -> None:
    extra, missing = check_rows([CsvRow(2, 'a.jpg'), CsvRow(3, name)], ['a.jpg', 'b.jpg'])
    assert (extra.kind, extra.detail) == (Kind.EXTRA_ROW, "meant for 'b.jpg'?")
    assert missing.detail == f'row 3 has {name!r}'


def test_a_name_in_another_unicode_form_is_told_as_that() -> None:
    listed, written = (unicodedata.normalize(form, '가.jpg') for form in ('NFC', 'NFD'))
    extra, missing = check_rows([CsvRow(2, written)], [listed])
    assert 'Unicode form only' in extra.detail
    assert 'Unicode form only' in missing.detail


def test_the_size_is_the_image_s_or_else_the_annotation_s(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / 'a.png'), np.zeros((20, 30, 3), np.uint8))
    page = Page(width=5, height=6)
    assert page_size('a.png', tmp_path, page) == (30, 20)
    assert page_size('gone.png', tmp_path, page) == (5, 6)
    assert page_size('a.png', None, page) == (5, 6)
    assert page_size('gone.png', tmp_path, Page(width=5)) is None
