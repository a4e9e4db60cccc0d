"""Faces: the bundled ones always, the system's where they are, given ones instead."""

from pathlib import Path

import pytest

from plugins.functional.errors import UserError
from plugins.synthetic import fonts


@pytest.fixture
def bare_machine(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(fonts, '_font_folders', list)


def test_a_machine_without_fonts_prints_with_the_bundled_ones(bare_machine: None):
    faces = fonts.find_faces()
    assert {'DejaVu Sans', 'DejaVu Sans Mono'} <= {face.name for face in faces}
    assert any(face.mono for face in faces) and any(not face.mono for face in faces)


def test_a_machine_without_any_font_is_told_the_remedy(
    bare_machine: None, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(fonts, '_bundled_files', list)
    with pytest.raises(UserError, match='--font'):
        fonts.find_faces()


def test_system_fonts_are_found_by_family(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    source = Path(fonts.find_faces()[0].path)
    for name in ('NotoSans-Regular.ttf', 'NotoSans-Italic.ttf', 'WebDings.ttf'):
        (tmp_path / name).write_bytes(source.read_bytes())
    (tmp_path / 'NotoSansMono-Regular.ttf').write_bytes(b'a damaged font is passed over')
    monkeypatch.setattr(fonts, '_font_folders', lambda: [tmp_path])
    monkeypatch.setattr(fonts, '_bundled_files', list)
    assert [Path(face.path).name for face in fonts.find_faces()] == ['NotoSans-Regular.ttf']


def test_given_fonts_replace_the_system_ones(monkeypatch: pytest.MonkeyPatch):
    given = fonts.find_faces()[0].path
    monkeypatch.setattr(fonts, '_system_files', lambda: pytest.fail('looked at system fonts'))
    assert fonts.find_faces([given])[0].path == given


def test_faces_know_what_they_can_print():
    by_name = {(face.name, face.bold): face for face in fonts.find_faces()}
    mono, sans = by_name['DejaVu Sans Mono', False], by_name['DejaVu Sans', True]
    assert mono.mono and not sans.mono
    assert not mono.hangul, 'DejaVu has no Hangul'


def test_families_pair_regular_with_bold():
    faces = fonts.find_faces()
    for family in fonts.families(faces, hangul=False):
        assert family.regular.name == family.bold.name
    assert fonts.families(faces, hangul=False), 'Latin pages always find a face'


@pytest.mark.parametrize(
    ('content', 'complaint'),
    [
        pytest.param(None, 'no such font file', id='missing'),
        pytest.param(b'', 'not a font', id='empty'),
        pytest.param(b'GIF89a' * 100, 'not a font', id='another kind of file'),
    ],
)
def test_a_given_file_must_be_a_font(tmp_path: Path, content: bytes | None, complaint: str):
    path = tmp_path / 'my.ttf'
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UserError, match=complaint) as caught:
        fonts.find_faces([path])
    assert str(path) in caught.value.line
