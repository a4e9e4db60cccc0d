"""Predictions from either kind of file."""

import numpy as np
import pytest

from plugins.functional.errors import UserError
from plugins.functional.geometry import Detection
from plugins.functional.submission import (
    load_detections,
    load_polygons,
    write_csv,
    write_predictions,
)

SQUARE = np.array([[0, 0], [10, 0], [10, 10], [0, 10]], float)


@pytest.mark.parametrize(
    ('name', 'scores'), [('a.csv', [1.0, 1.0]), ('a.JSON', [0.9, 0.2])], ids=['CSV', 'JSON']
)
def test_either_kind_of_file_gives_the_same_polygons(tmp_path, name, scores):
    found = [Detection(SQUARE, 0.9), Detection(SQUARE + 5, 0.2)]
    write_predictions(tmp_path / 'a.JSON', {'a.jpg': found, 'b.jpg': []})
    write_csv(tmp_path / 'a.csv', {'a.jpg': [each.polygon for each in found], 'b.jpg': []})
    detections = load_detections(tmp_path / name)
    assert [each.score for each in detections['a.jpg']] == scores
    polygons = load_polygons(tmp_path / name)
    assert list(polygons) == ['a.jpg', 'b.jpg']
    np.testing.assert_array_equal(polygons['a.jpg'], [SQUARE, SQUARE + 5])


def test_files_that_share_no_page_are_as_one(tmp_path):
    word = np.array([[0, 0], [9, 0], [9, 9], [0, 9]], float)
    for name in 'ab':
        write_csv(tmp_path / f'{name}.csv', {f'{name}.png': [word]})
    both = load_polygons(tmp_path / 'a.csv', tmp_path / 'b.csv')
    assert {name: len(page) for name, page in both.items()} == {'a.png': 1, 'b.png': 1}
    with pytest.raises(UserError, match=r"b\.csv: page 'b\.png'"):
        load_polygons(tmp_path / 'b.csv', tmp_path / 'a.csv', tmp_path / 'b.csv')


@pytest.mark.parametrize(
    ('name', 'text', 'message'),
    [
        pytest.param('a.txt', 'x', '.*json.*csv', id='another kind'),
        pytest.param('a.csv', 'filename,polygons\n', 'has no page', id='no row'),
        pytest.param('a.json', '{"images": {}}', 'has no page', id='no image'),
    ],
)
def test_files_without_predictions_are_refused(tmp_path, name, text, message):
    (tmp_path / name).write_text(text)
    with pytest.raises(UserError, match=rf'{name}: {message}'):
        load_polygons(tmp_path / name)
