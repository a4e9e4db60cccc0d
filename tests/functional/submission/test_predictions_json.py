"""The predictions JSON: what is written comes back, what is wrong is named."""

import json
from pathlib import Path

import numpy as np
import pytest

from plugins.functional.errors import UserError
from plugins.functional.geometry import Detection
from plugins.functional.submission import read_predictions, write_predictions

SQUARE = np.array([[0, 0], [10, 0], [10, 10], [0, 10]])


def test_predictions_are_numbered_from_0001_and_keep_empty_pages(tmp_path: Path) -> None:
    path = tmp_path / 'out.json'
    write_predictions(
        path, {'a.jpg': [Detection(SQUARE, 0.9), Detection(SQUARE + 0.5, 0.25)], 'b.jpg': []}
    )
    images = json.loads(path.read_text())['images']
    assert list(images['a.jpg']['words']) == ['0001', '0002']
    assert images['a.jpg']['words']['0002'] == {
        'points': [[0.5, 0.5], [10.5, 0.5], [10.5, 10.5], [0.5, 10.5]],
        'score': 0.25,
    }
    assert images['b.jpg'] == {'words': {}}

    pages = read_predictions(path)
    assert [found.score for found in pages['a.jpg']] == [0.9, 0.25]
    np.testing.assert_array_equal(pages['a.jpg'][1].polygon, SQUARE + 0.5)
    assert pages['b.jpg'] == []


def test_float32_values_from_a_network_come_back_exactly(tmp_path: Path) -> None:
    polygon = np.float32([[0.1, 0.2], [9.7, 0.3], [9.6, 3.3], [0.4, 3.1]])
    write_predictions(tmp_path / 'a.json', {'a.jpg': [Detection(polygon, np.float32(0.7))]})
    (found,) = read_predictions(tmp_path / 'a.json')['a.jpg']
    assert found.score == np.float32(0.7)
    np.testing.assert_array_equal(found.polygon, polygon)


def test_a_missing_score_counts_as_one(tmp_path: Path) -> None:
    words = {'0001': {'points': SQUARE.tolist(), 'orientation': 'Horizontal'}}
    (tmp_path / 'a.json').write_text(json.dumps({'images': {'a.jpg': {'words': words}}}))
    assert read_predictions(tmp_path / 'a.json')['a.jpg'][0].score == 1


@pytest.mark.parametrize(
    ('word', 'message'),
    [
        pytest.param({'points': SQUARE[:3].tolist()}, '3 vertices', id='triangle'),
        pytest.param({'points': []}, '0 vertices', id='no points'),
        pytest.param({}, 'no key "points"', id='points missing'),
        pytest.param({'points': [[1, 'x']]}, "point 1 is [1, 'x']", id='text'),
        pytest.param([], "word '0001' is []", id='no object'),
        pytest.param({'points': SQUARE.tolist(), 'score': None}, 'score is None', id='null score'),
        pytest.param({'points': SQUARE.tolist(), 'score': 'high'}, "score is 'high'", id='text'),
        pytest.param({'points': SQUARE.tolist(), 'score': True}, 'score is True', id='bool'),
        pytest.param({'points': SQUARE.tolist(), 'score': 10**400}, 'score is 1000', id='huge'),
        pytest.param({'points': SQUARE.tolist(), 'score': np.nan}, 'score is nan', id='NaN score'),
    ],
)
def test_prediction_errors_name_image_and_word(tmp_path: Path, word, message: str) -> None:
    path = tmp_path / 'pred.json'
    path.write_text(json.dumps({'images': {'a.jpg': {'words': {'0001': word}}}}))
    with pytest.raises(UserError) as caught:
        read_predictions(path)
    assert caught.value.line.startswith(f"{path}: image 'a.jpg': word '0001'")
    assert message in caught.value.line


def test_a_page_without_words_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / 'a.json').write_text('{"images": {"a.jpg": {}}}')
    with pytest.raises(UserError, match='"words" is None'):
        read_predictions(tmp_path / 'a.json')
