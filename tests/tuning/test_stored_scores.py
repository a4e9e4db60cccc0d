"""Scores on disk, whatever becomes of the run that writes them."""

import json

import numpy as np
import pytest

from plugins.functional.errors import UserError
from plugins.tuning.stored_scores import StoredScores

MADE_OF = {'settings to try': [[0.1, 0.25, 1.5, 600]], 'maps or annotations': 'a digest'}
SCORES = {'a.jpg': np.array([[1 / 3, 0.1, 0.7]]), 'b ü.jpg': np.array([[0.0, 1.0, 2 / 3]])}


@pytest.fixture
def path(tmp_path):
    return tmp_path / 'new' / 'pages.jsonl'


def record(path, made_of=MADE_OF, force=False):
    return StoredScores(path, made_of, (1, 3), force)


def fill(path, names=tuple(SCORES)):
    with record(path) as new:
        for name in names:
            new.add(name, SCORES[name])


def test_what_was_kept_is_there_to_the_last_digit(path):
    fill(path)
    with record(path) as again:
        assert again.scores.keys() == SCORES.keys()
        assert np.array_equal(again.of(list(SCORES)), np.stack(list(SCORES.values())))
        assert again.of(['b ü.jpg']).shape == (1, 1, 3)


@pytest.mark.parametrize('cut', [1, 7, 20], ids=lambda cut: f'{cut} bytes less')
def test_a_torn_last_line_is_left_out(path, cut):
    fill(path)
    path.write_bytes(path.read_bytes()[:-cut])
    with record(path) as again:
        assert list(again.scores) == ['a.jpg']
        again.add('b ü.jpg', SCORES['b ü.jpg'])
    with record(path) as once_more:
        assert list(once_more.scores) == list(SCORES)


@pytest.mark.parametrize('kept', [0, 1, 30], ids=lambda kept: f'{kept} bytes')
def test_a_torn_first_line_is_written_again(path, kept):
    fill(path, [])
    path.write_bytes(path.read_bytes()[:kept])
    fill(path)
    with record(path) as again:
        assert len(again.scores) == 2


@pytest.mark.parametrize(
    ('made_of', 'differing'),
    [
        ({**MADE_OF, 'settings to try': [[0.2, 0.25, 1.5, 600]]}, 'other settings to try'),
        ({**MADE_OF, 'maps or annotations': 'another'}, 'other maps or annotations'),
    ],
)
def test_scores_of_something_else_are_refused(path, made_of, differing):
    fill(path)
    before = path.read_bytes()
    with pytest.raises(UserError, match=f'{differing}; give --force'):
        record(path, made_of)
    assert path.read_bytes() == before
    with record(path, made_of, force=True) as new:
        assert not new.scores
    with pytest.raises(UserError, match=differing):
        record(path)


@pytest.mark.parametrize(
    'text',
    [
        pytest.param('my notes', id='another file of one line'),
        pytest.param('my notes\nof today\n', id='another text'),
        pytest.param('{}\n', id='other JSON'),
        pytest.param('[1]\n', id='a list'),
        pytest.param('{header}\nmy notes\n', id='a broken line within'),
        pytest.param('{header}\n{{"page": "a.jpg"}}\n', id='a page without scores'),
        pytest.param('{header}\n{{"page": "a.jpg", "scores": [[1, 2]]}}\n', id='too few scores'),
        pytest.param('{header}\n{{"page": "a.jpg", "scores": [[1, 2, NaN]]}}\n', id='NaN'),
        pytest.param(
            f'{{header}}\n{{{{"page": "a.jpg", "scores": [[1{"0" * 400}, 2, 3]]}}}}\n', id='huge'
        ),
        pytest.param(
            '{header}\n{{"page": ["a.jpg"], "scores": [[1, 2, 3]]}}\n', id='a list as name'
        ),
        pytest.param('{header}\n' + '[' * 100_000 + '\n', id='brackets'),
    ],
)
def test_what_is_no_record_is_refused_and_left_alone(path, text):
    path.parent.mkdir()
    if '{header}' in text:
        text = text.format(header=json.dumps(MADE_OF))
    path.write_text(text)
    with pytest.raises(UserError, match=r'pages\.jsonl: is no record of a tuning.*--force'):
        record(path)
    assert path.read_text() == text


def test_a_place_that_cannot_be_written(tmp_path):
    (tmp_path / 'file').write_text('')
    with pytest.raises(UserError, match='name another --out'):
        record(tmp_path / 'file' / 'pages.jsonl')
