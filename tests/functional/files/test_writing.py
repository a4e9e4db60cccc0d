"""Writing files: what goes wrong is one line, and nothing is left half-written."""

import errno
import json
import os
import stat

import pytest

from plugins.functional.errors import UserError
from plugins.functional.files import (
    all_or_none,
    atomic_path,
    read_json,
    refuse_file,
    refuse_overwrite,
    write_bytes,
    write_json,
    write_text,
    writing,
)


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

    owner = {'fsync': os, 'replace': writing.Path, 'mkstemp': writing.tempfile}[where]
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


@pytest.mark.parametrize('name', ['a.txt', 'b.txt'], ids=['to a file', 'to nothing'])
def test_a_link_that_is_not_to_be_followed_is_replaced(old, tmp_path, name):
    link = tmp_path / 'link.txt'
    link.symlink_to(name)
    write_bytes(link, b'new', follow_link=False)
    assert not link.is_symlink()
    assert link.read_text() == 'new'
    assert old.read_text() == 'old'
    assert sorted(path.name for path in tmp_path.iterdir()) == ['a.txt', 'link.txt']


def test_names_that_no_disk_has_are_no_traceback():
    for name in ('n' * 300, 'a\0b'):
        refuse_overwrite(name, force=False)
        refuse_file(name)


def write_both(folder, text):
    with all_or_none(folder, ['a', 'in/b']) as stage:
        (stage / 'a').write_text(text)
        (stage / 'in').mkdir()
        (stage / 'in/b').write_text(text)


def names_in(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob('*') if path.is_file())


def test_files_that_belong_together_appear_together(tmp_path):
    write_both(tmp_path / 'new', 'old')
    (tmp_path / 'new/mine').touch()
    write_both(tmp_path / 'new', 'new')
    assert names_in(tmp_path) == ['new/a', 'new/in/b', 'new/mine']
    assert (tmp_path / 'new/a').read_text() == (tmp_path / 'new/in/b').read_text() == 'new'


def test_of_files_that_belong_together_a_link_is_replaced(tmp_path):
    (tmp_path / 'mine').write_text('mine')
    (tmp_path / 'a').symlink_to('mine')
    write_both(tmp_path, 'new')
    assert (tmp_path / 'a').read_text() == 'new'
    assert (tmp_path / 'mine').read_text() == 'mine'


@pytest.mark.parametrize('where', ['mkdir', 'write_text', 'fsync'])
def test_a_full_disk_leaves_all_or_none(tmp_path, monkeypatch, where):
    write_both(tmp_path / 'there', 'old')
    calls = []

    def full(*args, **kwargs):
        calls.append(args)
        # The second time: one file is written, the other is not.
        if len(calls) == 2:
            raise OSError(errno.ENOSPC, 'No space left on device')
        return before(*args, **kwargs)

    owner = os if where == 'fsync' else writing.Path
    before = getattr(owner, where)
    for folder in ('there', 'new'):
        calls.clear()
        monkeypatch.setattr(owner, where, full)
        with pytest.raises(UserError, match=f'{folder}: .*No space left.*; free some space'):
            write_both(tmp_path / folder, 'new')
        monkeypatch.undo()
    assert names_in(tmp_path) == ['there/a', 'there/in/b']
    assert (tmp_path / 'there/a').read_text() == 'old'


def test_no_old_file_stands_beside_a_new_one(tmp_path, monkeypatch):
    write_both(tmp_path, 'old')
    seen = []
    replace = writing.Path.replace

    def watched(source, target):
        seen.append(names_in(tmp_path))
        return replace(source, target)

    monkeypatch.setattr(writing.Path, 'replace', watched)
    write_both(tmp_path, 'new')
    # In the staging folder both are whole by then.
    assert [[n for n in names if 'tmp' not in n] for names in seen] == [['a'], ['a']]


@pytest.mark.parametrize('name', ['a', 'in/b', 'in'])
def test_what_is_in_the_way_is_named_beforehand(tmp_path, name):
    (tmp_path / 'out').mkdir()
    if name == 'in':
        (tmp_path / 'out/in').touch()
    else:
        (tmp_path / 'out' / name).mkdir(parents=True)
    with pytest.raises(UserError, match=r'out.*: (is there already|cannot be written)'):
        write_both(tmp_path / 'out', 'new')
    assert names_in(tmp_path) == (['out/in'] if name == 'in' else [])
