"""Reading files: what goes wrong is one line."""

import os

import pytest

from plugins.functional.errors import UserError
from plugins.functional.files import checksum, open_file, read_bytes, read_json, read_text


@pytest.mark.parametrize(
    ('data', 'text'),
    [
        pytest.param('영수증 ½'.encode(), '영수증 ½', id='UTF-8'),
        pytest.param(b'\xef\xbb\xbfa,b', 'a,b', id='byte-order mark'),
        pytest.param(b'a\r\nb\n', 'a\r\nb\n', id='line ends stay'),
    ],
)
def test_text_is_read(tmp_path, data, text):
    path = tmp_path / 'a.txt'
    path.write_bytes(data)
    assert read_text(path) == read_text(str(path)) == text


@pytest.mark.parametrize('read', [read_text, read_json])
@pytest.mark.parametrize(
    ('data', 'message'),
    [
        pytest.param(b'', 'the file is empty', id='empty'),
        pytest.param(b' \n\t', 'the file is empty', id='blank'),
        pytest.param(b'\xef\xbb\xbf', 'the file is empty', id='nothing but a byte-order mark'),
        pytest.param('{"a": "é"}'.encode('latin-1'), 'byte 7 is not UTF-8', id='Latin-1'),
        pytest.param('{"a": 1}'.encode('utf-16'), 'byte 0 is not UTF-8', id='UTF-16'),
    ],
)
def test_what_is_no_text_is_refused(tmp_path, read, data, message):
    path = tmp_path / 'a.json'
    path.write_bytes(data)
    with pytest.raises(UserError, match=message) as caught:
        read(path)
    assert caught.value.line.startswith(f'{path}: ')


@pytest.mark.parametrize('read', [read_text, read_json])
@pytest.mark.parametrize(
    ('name', 'reason'),
    [
        pytest.param('missing.json', 'No such file', id='missing'),
        pytest.param('.', 'directory', id='a folder'),
        pytest.param('a\0b', 'null', id='null byte'),
        pytest.param('n' * 300, 'too long', id='long name'),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path, read, name, reason):
    with pytest.raises(UserError, match=rf'\(.*{reason}.*\)'):
        read(tmp_path / name)


NO_JSON = {
    'truncated': ('{"a": [1, 2', 'line 1, column 12: not valid JSON'),
    # Python 3.13 points at the comma, those before at what follows it.
    'trailing comma': ('{\n"a": 1,\n}', r'line (2, column 7|3, column 1): not valid JSON'),
    'nested': ('[' * 200_000, 'nested too deeply'),
    'an integer of 5000 digits': ('[' + '1' * 5000 + ']', 'too many digits'),
}


@pytest.mark.parametrize(('text', 'message'), NO_JSON.values(), ids=NO_JSON)
def test_what_is_no_json_is_refused(tmp_path, text, message):
    path = tmp_path / 'a.json'
    path.write_text(text)
    with pytest.raises(UserError, match=message) as caught:
        read_json(path)
    assert caught.value.line.startswith(f'{path}: ')


def test_a_checksum_is_that_of_the_content(tmp_path):
    (tmp_path / 'a').write_bytes(b'abc')
    assert checksum(b'abc').startswith('ba7816bf')  # FIPS 180, example of SHA-256
    assert checksum(tmp_path / 'a') == checksum(b'abc') != checksum(b'abd')
    for path in (tmp_path, tmp_path / 'missing'):
        with pytest.raises(UserError, match=f'{path.name}: cannot be read'):
            checksum(path)


@pytest.mark.parametrize('read', [read_text, read_json, read_bytes, checksum])
def test_what_might_never_end_is_refused(tmp_path, read):
    pipe = tmp_path / 'pipe'
    os.mkfifo(pipe)
    (tmp_path / 'link').symlink_to(pipe)
    (tmp_path / 'zero').symlink_to('/dev/zero')
    for name in ('pipe', 'link', 'zero'):
        with pytest.raises(UserError, match=f'{name}: is a pipe or a device'):
            read(tmp_path / name)


def test_what_is_made_of_an_open_file_keeps_its_own_errors(tmp_path):
    (tmp_path / 'a').write_bytes(b'abc')
    with pytest.raises(ValueError, match=r'^no good$'), open_file(tmp_path / 'a') as file:
        assert file.read() == b'abc'
        raise ValueError('no good')
