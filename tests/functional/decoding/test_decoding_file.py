"""Decoding values in a file and on the command line."""

import json

import pytest

from plugins.functional.decoding import (
    DECODING,
    decoding_beside,
    parse_decoding,
    read_decoding,
    write_decoding,
)
from plugins.functional.errors import UserError

VALUES = {'thresh': 0.1, 'box_thresh': 0.25, 'max_candidates': 500, 'mode': 'box', 'bend': 0.3}


def test_values_survive_the_file_and_the_command_line(tmp_path):
    write_decoding(tmp_path / DECODING, VALUES, {'pages': 97})
    assert read_decoding(tmp_path / DECODING) == VALUES
    pairs = 'thresh=0.1, box_thresh=.25,max_candidates=500,mode=box,bend=.3'
    for text in (tmp_path / DECODING, tmp_path, pairs):
        assert parse_decoding(str(text)) == VALUES


def test_a_file_lies_beside_its_checkpoint(tmp_path):
    assert decoding_beside(tmp_path / 'best.pth') is None
    write_decoding(tmp_path / DECODING, VALUES, {})
    assert decoding_beside(tmp_path / 'best.pth') == tmp_path / DECODING


@pytest.mark.parametrize(
    ('text', 'message'),
    [
        pytest.param('thresh=2', r'--decode thresh=2: .*thresh.*0 and 1.*2', id='out of range'),
        pytest.param('thresh=x', r"--decode thresh=x: .*thresh.*'x'", id='no number'),
        pytest.param('tresh=0.1', r"'tresh'.*thresh, box_thresh", id='unknown name'),
        pytest.param('thresh=0.1,box', r"'box'", id='no value'),
        pytest.param('max_candidates=1.5', r'max_candidates.*1\.5', id='no whole number'),
        pytest.param('nowhere.json', r'nowhere\.json: cannot be read', id='no such file'),
    ],
)
def test_what_is_wrong_on_the_command_line_is_named(text, message):
    with pytest.raises(UserError, match=message):
        parse_decoding(text)


@pytest.mark.parametrize(
    'content',
    [[], {}, {'decoding': {}}, {'decoding': 3}, {'decoding': {'thresh': True}}, {'thresh': 0.1}],
    ids=repr,
)
def test_a_file_without_values_is_named(tmp_path, content):
    path = tmp_path / 'x.json'
    path.write_text(json.dumps(content))
    with pytest.raises(UserError, match=r'x\.json: .*'):
        read_decoding(path)
