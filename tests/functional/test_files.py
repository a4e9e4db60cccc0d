"""Reading and writing files: what goes wrong is one line, and nothing is left half-written."""

import errno
import json
import os
import stat

import pytest

from plugins.functional import files
from plugins.functional.errors import UserError
from plugins.functional.files import (
    atomic_path,
    checksum,
    read_json,
    read_text,
    refuse_overwrite,
    write_bytes,
    write_json,
    write_text,
)


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


def test_json_comes_back(tmp_path):
    content = {'영수증.jpg': [1, 2.5, None, 'é'], 'words': {}}
    path = tmp_path / 'new' / 'folders' / 'a.json'
    write_json(path, content)
    assert read_json(path) == content
    # As plain JSON in UTF-8, without \u escapes.
    assert path.read_text('utf-8') == json.dumps(content, ensure_ascii=False)


def test_nan_is_not_written(tmp_path):
    with pytest.raises(ValueError, match='not JSON compliant'):
        write_json(tmp_path / 'a.json', [float('nan')])
    assert not list(tmp_path.iterdir())


def test_text_is_written_as_it_is(tmp_path):
    write_text(tmp_path / 'a.csv', 'é,b\r\nc\n')
    assert (tmp_path / 'a.csv').read_bytes() == 'é,b\r\nc\n'.encode()


def test_half_a_character_is_refused(tmp_path):
    name = b'caf\xe9.jpg'.decode('utf-8', 'surrogateescape')  # as os.listdir gives it
    with pytest.raises(UserError, match=r"'\\udce9'"):
        write_text(tmp_path / 'a.csv', name)
    assert not list(tmp_path.iterdir())


@pytest.fixture
def old(tmp_path):
    path = tmp_path / 'a.txt'
    path.write_text('old')
    return path


def assert_untouched(old):
    assert old.read_text() == 'old'
    assert [path.name for path in old.parent.iterdir()] == ['a.txt']


def test_a_reader_sees_the_old_file_or_the_new_one(old):
    with atomic_path(old) as temporary:
        temporary.write_text('new')
        assert old.read_text() == 'old'
        assert temporary.parent == old.parent
        assert temporary.suffix == '.txt'
    assert old.read_text() == 'new'
    assert [path.name for path in old.parent.iterdir()] == ['a.txt']


@pytest.mark.parametrize('error', [RuntimeError, KeyboardInterrupt])
def test_an_error_leaves_the_old_file(old, error):
    with pytest.raises(error), atomic_path(old) as temporary:
        temporary.write_text('half')
        raise error
    assert_untouched(old)


@pytest.mark.parametrize('where', ['fsync', 'replace', 'mkstemp'])
def test_a_full_disk_leaves_the_old_file(old, monkeypatch, where):
    def full(*args, **kwargs):
        raise OSError(errno.ENOSPC, 'No space left on device')

    owner = {'fsync': os, 'replace': files.Path, 'mkstemp': files.tempfile}[where]
    monkeypatch.setattr(owner, where, full)
    with pytest.raises(UserError, match=r'a\.txt: .*\(No space left on device\)'):
        write_bytes(old, b'new')
    monkeypatch.undo()
    assert_untouched(old)


def test_an_error_without_words_is_told_all_the_same(old):
    with pytest.raises(UserError, match=r'a\.txt: .*\(disk on fire\)'), atomic_path(old):
        raise OSError('disk on fire')


@pytest.mark.parametrize(
    ('name', 'reason'),
    [
        pytest.param('a.txt/b.txt', 'cannot be written', id='below a file'),
        pytest.param('b\0', 'cannot be written', id='null byte'),
        pytest.param('n' * 300, 'cannot be written', id='long name'),
        pytest.param('.', 'is there already and no file', id='a folder'),
    ],
)
def test_what_cannot_be_written_is_named(old, name, reason):
    with pytest.raises(UserError, match=reason):
        write_text(old.parent / name, 'new')
    assert_untouched(old)


def test_a_device_is_not_replaced_by_a_file(tmp_path):
    pipe = tmp_path / 'pipe'
    os.mkfifo(pipe)
    with pytest.raises(UserError, match='pipe: '):
        write_text(pipe, 'new')
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_symbolic_link_stays_one(old, tmp_path):
    link = tmp_path / 'link.txt'
    link.symlink_to(old)
    write_text(link, 'new')
    assert link.is_symlink()
    assert old.read_text() == 'new'


def test_permissions_are_those_of_any_new_file(tmp_path):
    before = os.umask(0o027)
    try:
        write_text(tmp_path / 'a.txt', 'new')
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / 'a.txt').stat().st_mode) == 0o640


def test_overwriting_needs_force(old):
    refuse_overwrite(old.parent / 'b.txt', force=False)
    refuse_overwrite(old, force=True)
    with pytest.raises(UserError, match=r'a\.txt: .*--force'):
        refuse_overwrite(old, force=False)
