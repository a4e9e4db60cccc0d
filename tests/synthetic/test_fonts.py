"""Faces: the bundled ones always, the system's where they are, given ones instead."""

from pathlib import Path

import matplotlib
import pytest
from matplotlib import font_manager

from plugins.functional.errors import UserError
from plugins.synthetic.fonts import families, find_faces


@pytest.fixture
def bare_machine(monkeypatch):
    monkeypatch.setattr(font_manager, 'findSystemFonts', list)


@pytest.fixture
def no_bundled_fonts(monkeypatch, tmp_path: Path):
    monkeypatch.setattr(matplotlib, 'get_data_path', lambda: str(tmp_path))


def test_a_machine_without_fonts_prints_with_the_bundled_ones(bare_machine):
    faces = find_faces()
    assert {'DejaVu Sans', 'DejaVu Sans Mono'} <= {face.name for face in faces}
    by_name = {(face.name, face.bold): face for face in faces}
    mono, sans = by_name['DejaVu Sans Mono', False], by_name['DejaVu Sans', True]
    assert mono.mono and not sans.mono
    assert not mono.hangul, 'DejaVu has no Hangul'


def test_a_machine_without_any_font_is_told_the_remedy(bare_machine, no_bundled_fonts):
    with pytest.raises(UserError, match='--font'):
        find_faces()


def test_system_fonts_are_found_by_family(tmp_path: Path, monkeypatch, request):
    font = Path(find_faces()[0].path).read_bytes()
    names = ('NotoSans-Regular.ttf', 'NotoSans-Italic.ttf', 'WebDings.ttf')
    for name in names:
        (tmp_path / name).write_bytes(font)
    (tmp_path / 'NotoSansMono-Regular.ttf').write_bytes(b'a damaged font is passed over')
    found = [str(path) for path in tmp_path.iterdir()]
    monkeypatch.setattr(font_manager, 'findSystemFonts', lambda: found)
    request.getfixturevalue('no_bundled_fonts')
    assert [Path(face.path).name for face in find_faces()] == ['NotoSans-Regular.ttf']


def test_given_fonts_replace_the_system_ones(monkeypatch):
    given = find_faces()[0].path
    monkeypatch.setattr(
        font_manager, 'findSystemFonts', lambda: pytest.fail('looked at system fonts')
    )
    assert find_faces([given])[0].path == given


def test_families_pair_regular_with_bold():
    latin = families(find_faces(), hangul=False)
    assert latin, 'Latin pages always find a face'
    assert all(family.regular.name == family.bold.name for family in latin)


@pytest.mark.parametrize('content', [None, b'', b'GIF89a' * 100], ids=['missing', 'empty', 'a GIF'])
def test_a_given_file_must_be_a_font(tmp_path: Path, content: bytes | None):
    path = tmp_path / 'my.ttf'
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UserError, match=r'my\.ttf'):
        find_faces([path])
