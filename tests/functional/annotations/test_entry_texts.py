"""Entries as text: the quick way gives what the JSON reader gives."""

import json
from pathlib import Path

import pytest

from plugins.functional.annotations import entry_texts, read_images
from plugins.functional.annotations.entry_texts import read_entries, write_entries
from plugins.functional.errors import UserError

USUAL = [
    '{"images": {"a.jpg": {"words": {}}, "b.jpg": {"words": {"1": {"points": [[1.50, 2]]}}}}}',
    '\n{ "images" :\n{ "a\\u00e9.jpg" : {"x": [1, {"images": {}}]}\n,\n"가.jpg":null } }\n',
    '{"images": {"a.jpg": 1}, "dropped": [{"file": "b.jpg"}], "more": {}}',
]
UNUSUAL = [
    '{"dropped": [], "images": {"a.jpg": {}, "b.jpg": []}}',
    '{"images": {}}',
    '{"images": {"a.jpg": 1}, "images": {"b.jpg": 2}}'.replace('"images": {"b', '"image": {"b'),
    '{"images": {"a.jpg": {"words": {"w": 1, "w": 2}}}}',
]


@pytest.mark.parametrize('text', USUAL + UNUSUAL)
def test_entries_are_those_of_the_reader(tmp_path: Path, text: str) -> None:
    path = tmp_path / 'a.json'
    path.write_text(text)
    entries = list(read_entries(path))
    assert {entry.name: entry.value for entry in entries} == read_images(path)
    write_entries(tmp_path / 'b.json', [entry.encoded(path) for entry in entries])
    assert read_images(tmp_path / 'b.json') == read_images(path)


@pytest.mark.parametrize('text', USUAL)
def test_usual_text_is_decoded_once(tmp_path: Path, monkeypatch, text: str) -> None:
    (tmp_path / 'a.json').write_text(text)
    monkeypatch.delattr(entry_texts, 'read_images')
    entries = list(read_entries(tmp_path / 'a.json'))
    assert entries
    assert all(entry.text in text for entry in entries)


@pytest.mark.parametrize(
    'text',
    [
        pytest.param('', id='empty'),
        pytest.param('{"images": {"a.jpg": {}', id='cut off'),
        pytest.param('{"images": {"a.jpg": {}}} {}', id='something after it'),
        pytest.param('{"images": {"a.jpg": {}}, }', id='a comma too many'),
        pytest.param('{"images": {"a.jpg": {}, }}', id='a comma too many inside'),
        pytest.param('{"images": {"a.jpg": {}} "x": 1}', id='a comma missing'),
        pytest.param('{"images": {"a.jpg": {}, "a.jpg": {}}}', id='a page twice'),
        pytest.param('{"images": {"a.jpg": {}}, "images": {}}', id='images twice'),
        pytest.param('{"images": {"a.jpg": {}, "b/c.jpg": {}}}', id='a name with a folder'),
        pytest.param('{"images": [{}]}', id='a list'),
        pytest.param('{"images": {"a.jpg": ' + '[' * 99_999, id='nested'),
        pytest.param('{"images": {"a.jpg": ' + '1' * 5000 + '}}', id='a long number'),
    ],
)
def test_what_the_reader_refuses_is_refused_likewise(tmp_path: Path, text: str) -> None:
    path = tmp_path / 'a.json'
    path.write_text(text)
    with pytest.raises(UserError) as expected:
        read_images(path)
    with pytest.raises(UserError) as caught:
        list(read_entries(path))
    assert str(caught.value) == str(expected.value)


def test_a_number_that_is_not_finite_is_named(tmp_path: Path) -> None:
    path = tmp_path / 'a.json'
    path.write_text('{"images": {"a.jpg": {}, "b.jpg": {"score": NaN}}}')
    first, second = read_entries(path)
    assert first.encoded(path) == b'"a.jpg": {}'
    with pytest.raises(UserError, match=r"a\.json: image 'b\.jpg'"):
        second.encoded(path)


def test_written_as_json_is(tmp_path: Path) -> None:
    content = {'images': {'가.jpg': {'words': {'1': {'points': [[0.1, 2]]}}}, 'b.jpg': None}}
    text = json.dumps(content, ensure_ascii=False)
    (tmp_path / 'a.json').write_text(text)
    write_entries(tmp_path / 'b.json', [e.encoded('') for e in read_entries(tmp_path / 'a.json')])
    assert (tmp_path / 'b.json').read_text() == text
