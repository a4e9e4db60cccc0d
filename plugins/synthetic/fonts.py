"""Which faces a machine offers to print with; the ones inside matplotlib are always there."""

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib import font_manager
from PIL import Image, ImageDraw, ImageFont

from ..functional.errors import UserError

_BUNDLED = re.compile(r'^(DejaVuSans(Mono)?(-Bold)?|DejaVuSerif(-Bold)?|STIXGeneral(Bol)?|cmtt10)$')
# Families made for running text; the many script-specific and symbol fonts of a system stay out.
_SYSTEM = re.compile(
    r'^(DejaVuSansCondensed|Liberation(Sans|Mono|SansNarrow)|Free(Sans|Mono)|NotoSans(Mono|CJK|KR)?'
    r'|NotoSansCJK-?kr|Nanum|UnDotum|Baekmuk|Malgun|AppleSDGothic|Roboto|OpenSans|Ubuntu|Arial'
    r'|Helvetica|Cour|Consola|Menlo|Cousine|Arimo|Inconsolata|SourceHanSans|D2Coding)'
    r'[\w ]*(-(Regular|Bold|R|B|Medium|DemiLight)\w*)?$',
    re.IGNORECASE,
)
_UNWANTED = re.compile(r'italic|oblique|emoji|symbol|light|thin|black|extra|eco|-?[bi]i$', re.I)
_ASCII = ''.join(map(chr, range(33, 127)))
_HANGUL = '가나합계금액'


@dataclass(frozen=True)
class Face:
    """One font file and what it can print."""

    path: str
    name: str
    bold: bool
    mono: bool
    hangul: bool

    def at(self, size: int) -> ImageFont.FreeTypeFont:
        """The face at ``size`` pixels an em."""
        return _truetype(self.path, size)


@dataclass(frozen=True)
class Family:
    """A regular face and its bold companion, which may be the same file."""

    regular: Face
    bold: Face


@lru_cache(maxsize=256)
def _truetype(path: str, size: int) -> ImageFont.FreeTypeFont:
    # The basic engine is in every Pillow; raqm may be missing and would place glyphs differently.
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)


def _glyph(font: ImageFont.FreeTypeFont, character: str) -> bytes:
    image = Image.new('L', (48, 48))
    ImageDraw.Draw(image).text((8, 36), character, font=font, fill=255, anchor='ls')
    return np.asarray(image).tobytes()


def _covers(font: ImageFont.FreeTypeFont, characters: str) -> bool:
    """Whether each character has a glyph of its own, neither blank nor the 'missing' box."""
    missing = {_glyph(font, '\U0010fffd'), bytes(48 * 48)}
    return all(_glyph(font, character) not in missing for character in characters)


def open_face(path: str | os.PathLike) -> Face:
    """Look into a font file.

    Raises:
        UserError: the file is missing, is no font, or lacks Latin letters and digits.
    """
    if not os.path.isfile(path):
        raise UserError(f'{path}: no such font file; check the path given to --font')
    try:
        font = _truetype(str(path), 24)
        latin = _covers(font, _ASCII)
    except (OSError, ValueError) as error:
        raise UserError(
            f'{path}: not a font that FreeType can read; give a .ttf or .otf'
        ) from error
    if not latin:
        raise UserError(f'{path}: lacks Latin letters, digits or signs; give a text font')
    family, style = (part or '' for part in font.getname())
    return Face(
        path=str(path),
        name=family,
        bold='bold' in style.lower(),
        mono=font.getlength('i') == font.getlength('W'),
        hangul=_covers(font, _HANGUL),
    )


def _bundled_files() -> list[Path]:
    files = sorted(Path(matplotlib.get_data_path(), 'fonts', 'ttf').glob('*.ttf'))
    return [path for path in files if _BUNDLED.match(path.stem)]


def _system_files() -> list[Path]:
    files = sorted(map(Path, font_manager.findSystemFonts()), key=lambda path: (path.name, path))
    return [path for path in files if _SYSTEM.match(path.stem) and not _UNWANTED.search(path.stem)]


def _usable(paths: Iterable[Path]) -> list[Face]:
    faces: dict[tuple[str, bool], Face] = {}
    for path in paths:
        try:
            face = open_face(path)
        except UserError:
            continue
        faces.setdefault((face.name, face.bold), face)
    return list(faces.values())


def find_faces(given: Sequence[str | os.PathLike] = ()) -> tuple[Face, ...]:
    """The faces to print with: matplotlib's and, unless fonts are ``given``, the system's.

    With given fonts the result, and so every page, is the same on every machine.

    Raises:
        UserError: a given font cannot be used, or there is no font at all.
    """
    named = [open_face(path) for path in given]
    faces = named + _usable(_bundled_files() + ([] if given else _system_files()))
    if not faces:
        raise UserError('no font was found on this machine; name one with --font FILE')
    return tuple(faces)


def families(faces: Sequence[Face], *, hangul: bool) -> list[Family]:
    """Pair regular with bold faces; only those with Hangul, or only those without.

    A Latin page falls back on Hangul faces where nothing else is there: those hold Latin as well.
    """
    fitting = [face for face in faces if face.hangul == hangul]
    if not hangul and not fitting:
        fitting = list(faces)
    by_name: dict[str, dict[bool, Face]] = {}
    for face in fitting:
        by_name.setdefault(face.name, {}).setdefault(face.bold, face)
    return [
        Family(pair.get(False) or pair[True], pair.get(True) or pair[False])
        for _, pair in sorted(by_name.items())
    ]
