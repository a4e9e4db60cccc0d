"""The JSON file beneath annotations and predictions: what it must hold."""

from pathlib import Path

import pytest

from plugins.functional.annotations import read_content, read_images, write_content
from plugins.functional.errors import UserError


def test_everything_beside_the_images_comes_back(tmp_path: Path) -> None:
    content = {'images': {'가.jpg': {'words': None}}, 'dropped': [1]}
    write_content(tmp_path / 'a.json', content)
    assert read_content(tmp_path / 'a.json') == content
    assert read_images(tmp_path / 'a.json') == content['images']


@pytest.mark.parametrize('value', [float('nan'), '\ud800'], ids=['NaN', 'half a character'])
def test_what_json_cannot_hold_leaves_the_old_file(tmp_path: Path, value: object) -> None:
    (tmp_path / 'a.json').write_text('old')
    with pytest.raises(UserError, match=r'a\.json'):
        write_content(tmp_path / 'a.json', {'images': {'a.jpg': value}})
    assert [path.read_text() for path in tmp_path.iterdir()] == ['old']


@pytest.mark.parametrize(
    ('content', 'message'),
    [
        pytest.param('', 'empty', id='empty file'),
        pytest.param('{"images": {"a.jpg": {"wor', 'line 1, column', id='truncated'),
        pytest.param('[]', '[]', id='a list'),
        pytest.param('{}', 'no key "images"', id='no images'),
        pytest.param('{"images": null}', '"images" is None', id='images null'),
        pytest.param('{"images": [1]}', '"images" is [1]', id='images a list'),
        pytest.param('{"images": {"a": {}, "a": {}}}', "the key 'a' twice", id='image twice'),
        pytest.param('{"images": {}, "images": {}}', "the key 'images' twice", id='images twice'),
        pytest.param('{"images": {"../a.jpg": {}}}', "'../a.jpg'", id='folder above'),
        pytest.param('{"images": {"/etc/a": {}}}', "'/etc/a'", id='absolute path'),
        pytest.param('{"images": {"b/a.jpg": {}}}', "'b/a.jpg'", id='subfolder'),
        pytest.param(r'{"images": {"b\\a.jpg": {}}}', r"'b\\a.jpg'", id='backslash'),
        pytest.param('{"images": {"..": {}}}', "'..'", id='parent folder'),
        pytest.param('{"images": {"": {}}}', "''", id='no name'),
        pytest.param(r'{"images": {"a\u0000": {}}}', 'control characters', id='NUL'),
        pytest.param(r'{"images": {"a\ud800": {}}}', 'control characters', id='half a character'),
        pytest.param('{"images": ' + '1' * 5000 + '}', 'too many digits', id='5000 digits'),
        pytest.param('[' * 100000, 'nested too deeply', id='brackets'),
    ],
)
def test_a_file_that_is_no_annotation(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / 'train.json'
    path.write_text(content)
    with pytest.raises(UserError) as caught:
        read_images(path)
    assert str(path) in caught.value.line
    assert message in caught.value.line
