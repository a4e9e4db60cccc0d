"""Scores of a predictions file, page by page."""

import csv
import io
import json

import numpy as np
import pytest
from submission_data import AROUND, BELOW, LEFT, RIGHT, WORD

from plugins.functional.cleval import PageScore
from plugins.functional.errors import UserError
from plugins.functional.geometry import Detection
from plugins.functional.review import (
    check_common,
    compare_paired,
    labelled_pages,
    match_layers,
    page_outcome,
    pages_csv,
    score_predictions,
    worst_first,
)
from plugins.functional.submission import load_polygons, write_csv, write_predictions


def hmeans(pages) -> dict[str, float]:
    return {page.name: page.score.hmean for page in pages}


def test_pages_score_by_themselves_and_absent_ones_score_0():
    truth = {'a': [WORD], 'b': [WORD], 'c': [WORD, BELOW]}
    found = {'c': [WORD], 'b': [WORD], 'unknown': [WORD]}
    pages = list(score_predictions(found, truth))
    # c: recall 1 / 2, precision 1.
    assert hmeans(pages) == {'a': 0, 'b': 1, 'c': pytest.approx(2 / 3)}
    assert [page.name for page in worst_first(pages)] == ['a', 'c', 'b']
    assert [(page.num_words, page.num_detections) for page in pages] == [(1, 0), (1, 1), (2, 1)]


def test_equal_pages_are_sorted_by_name():
    pages = score_predictions({}, {'b': [WORD], 'c': [WORD], 'a': [WORD]})
    assert [page.name for page in worst_first(list(pages))] == ['a', 'b', 'c']


def test_what_is_scored_is_what_the_csv_keeps(tmp_path):
    # 500 polygons far away, then a word that the scorer never sees; fractions that rounding moves.
    rng = np.random.default_rng(0)
    far = [WORD + rng.uniform(0, 500, 2) for _ in range(500)]
    near = [WORD + rng.uniform(-4, 4, (4, 2)) for _ in range(30)]
    pages = {'cut.jpg': [*far, WORD], 'near.jpg': near}
    truth = {'cut.jpg': [WORD], 'near.jpg': [WORD, BELOW]}
    write_csv(tmp_path / 'a.csv', pages)
    detections = {name: [Detection(p, 0.5) for p in found] for name, found in pages.items()}
    write_predictions(tmp_path / 'a.json', detections)
    by_csv, by_json = (
        list(score_predictions(load_polygons(tmp_path / name), truth))
        for name in ('a.csv', 'a.json')
    )
    assert by_csv == by_json
    assert by_csv[0].num_detections == 500


def test_the_fates_of_words_are_told_apart():
    found = [LEFT, RIGHT, AROUND + 200, WORD + 500, WORD + 600, WORD + 700]
    counts = page_outcome([WORD, BELOW, WORD + 200, BELOW + 200], found)
    assert counts == {'found': 0, 'missed': 1, 'split': 1, 'merged': 1, 'false': 3}
    assert page_outcome([WORD, BELOW], [WORD, BELOW]) == {**dict.fromkeys(counts, 0), 'found': 2}


@pytest.mark.parametrize('found', [[], [WORD], [LEFT, RIGHT, BELOW], [AROUND], [LEFT, WORD + 99]])
def test_the_table_says_what_the_picture_says(found):
    words = [WORD, BELOW]
    labels = [layer.label for layer in match_layers(words, found)]
    counts = {kind: int(text.split()[0]) for kind, text in (x.split(': ') for x in labels)}
    assert counts == page_outcome(words, found)


def test_two_files_are_compared_page_by_page():
    truth = {name: [WORD] for name in 'abcd'}
    ours = list(score_predictions({'a': [WORD], 'b': [WORD], 'c': [WORD]}, truth))
    theirs = list(score_predictions({'b': [WORD], 'd': [WORD]}, truth))
    change = compare_paired(ours, theirs)
    assert (change.better, change.worse, change.equal) == (2, 1, 1)
    assert change.difference.mean == pytest.approx(1 / 4)
    assert change.difference.low < 1 / 4 < change.difference.high
    with pytest.raises(ValueError, match='same pages'):
        compare_paired(ours, theirs[:-1])


def test_the_table_holds_every_count():
    pages = list(score_predictions({'a, b.jpg': [LEFT, RIGHT]}, {'a, b.jpg': [WORD]}))
    (row,) = csv.DictReader(io.StringIO(pages_csv(pages)))
    assert row['page'] == 'a, b.jpg'
    assert {*vars(pages[0].score)} == {*PageScore.__dataclass_fields__} <= {*row}
    # A word in two pieces: recall (4 - 1) / 4, precision 4 / 4.
    assert (row['recall'], row['precision']) == ('0.750000', '1.000000')
    assert (row['words'], row['detections'], row['num_splitted']) == ('1', '2', '1')


def test_files_of_other_pages_are_refused():
    with pytest.raises(UserError, match=r"a\.csv: .*'x'.*b\.json .*'y'"):
        check_common({'x': []}, {'y': []}, ('a.csv', 'b.json'))


def test_an_unlabelled_file_is_refused(tmp_path):
    (tmp_path / 'test.json').write_text(json.dumps({'images': {'a.jpg': {'words': {}}}}))
    with pytest.raises(UserError, match=r'test\.json: '):
        labelled_pages(tmp_path / 'test.json')
