"""What is wrong with a leaderboard CSV that was scanned: its rows, and the shapes in them."""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..annotations import Page
from ..cleval import character_counts
from ..errors import UserError
from ..files import composed
from ..geometry import WHOLE_PIXEL_EDGE, Rings, Size, first_equal, over_the_edge, wholly_outside
from ..images import image_size
from ..submission import MAX_POLYGONS, PackedPolygons
from .lenient_reader import CsvRow
from .problem_kinds import CsvProblem, Kind

MANY_VERTICES = 100  # annotated words have at most 14, simplified contours some 70


def page_size(name: str, folder: str | os.PathLike | None, page: Page | None) -> Size | None:
    """Return (width, height) of a page from its image, or else from its annotation, or None."""
    if folder is not None:
        try:
            return image_size(Path(folder) / name)
        except UserError:
            pass
    if page is None or page.width is None or page.height is None:
        return None
    return page.width, page.height


def check_rows(rows: Sequence[CsvRow], expected: Iterable[str]) -> list[CsvProblem]:
    """Return the problems of rows that are missing, extra or there twice."""
    expected = dict.fromkeys(expected)
    first: dict[str, CsvRow] = {}
    problems = []
    for row in rows:
        if first.setdefault(row.file, row) is not row:
            detail = f'also in row {first[row.file].number}'
            problems.append(CsvProblem(Kind.DOUBLED_ROW, detail, row.number, row.file))
    missing = [name for name in expected if name not in first]
    extra = [row for name, row in first.items() if name not in expected]
    meant = {_gist(name): name for name in missing}
    similar = {_gist(row.file): row for row in extra}
    for row in extra:
        name = meant.get(_gist(row.file))
        detail = f'meant for {name!r}?{_form_alone(name, row.file)}' if name else 'no such page'
        problems.append(CsvProblem(Kind.EXTRA_ROW, detail, row.number, row.file))
    for name in missing:
        row = similar.get(_gist(name))
        detail = f'row {row.number} has {row.file!r}{_form_alone(name, row.file)}' if row else ''
        problems.append(CsvProblem(Kind.MISSING_ROW, detail, file=name))
    return problems


def check_polygons(row: CsvRow, size: Size | None) -> list[CsvProblem]:
    """Return the problems of the shapes of one row; ``size`` is its image's, if known."""
    if not row.polygons:
        return []
    rings = _whole_pixels(row.polygons)
    flat = rings.signed_areas == 0
    outside = ~flat & wholly_outside(rings, size, WHOLE_PIXEL_EDGE)
    first = first_equal(rings)
    masks = {
        Kind.ZERO_AREA: flat,
        Kind.OUTSIDE: outside,
        Kind.BEYOND: over_the_edge(rings, size, WHOLE_PIXEL_EDGE) & ~outside,
        Kind.CROSSED: ~rings.simple & ~flat,
        Kind.MANY_VERTICES: rings.counts > MANY_VERTICES,
        Kind.DOUBLED: first != np.arange(len(rings)),
    }
    costly = np.flatnonzero((flat | outside)[:MAX_POLYGONS])  # the scorer sees no others
    characters = np.zeros(len(rings), int)
    characters[costly] = character_counts(rings.take(costly), one_sided=True)
    problems = _page_problems(row, rings, size, outside)
    for kind, mask in masks.items():
        for i in np.flatnonzero(mask):
            detail = _detail(kind, i, rings, row.numbers[first[i]])
            amount = int(characters[i])
            found = CsvProblem(kind, detail, row.number, row.file, row.numbers[i], amount)
            problems.append(found)
    return problems


def _whole_pixels(polygons: Sequence[NDArray[np.float64]]) -> Rings:
    packed = polygons if isinstance(polygons, PackedPolygons) else PackedPolygons.of(polygons)
    return Rings(np.rint(packed.points, dtype=np.float64), packed.counts)


def _page_problems(
    row: CsvRow, rings: Rings, size: Size | None, outside: NDArray[np.bool_]
) -> list[CsvProblem]:
    problems = []
    if len(rings) > MAX_POLYGONS:
        detail, cut = f'{len(rings)} of them', len(rings) - MAX_POLYGONS
        problems.append(CsvProblem(Kind.TOO_MANY, detail, row.number, row.file, amount=cut))
    if size is not None and outside.any():
        turned = size[::-1]
        if not over_the_edge(rings, turned, WHOLE_PIXEL_EDGE).any():
            detail = '{} x {}, but all fits {} x {}'.format(*size, *turned)
            problems.append(CsvProblem(Kind.TURNED, detail, row.number, row.file))
    return problems


def _detail(kind: Kind, index: int, rings: Rings, first: int) -> str:
    if kind is Kind.DOUBLED:
        return f'the outline of polygon {first} once more'
    if kind is Kind.MANY_VERTICES:
        return f'{rings.counts[index]} of them'
    return '({:g}, {:g}) to ({:g}, {:g})'.format(*rings.boxes[index])


def _form_alone(name: str, other: str) -> str:
    return ' It differs in its Unicode form only' if composed(name) == composed(other) else ''


def _gist(name: str) -> str:
    """What is left of a file name without folders, suffix, spaces, case and Unicode form."""
    return composed(Path(name.replace('\\', '/').strip()).stem).lower()
