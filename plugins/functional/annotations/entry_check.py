"""What is wrong with one entry of an annotation: its size, its words and their outlines."""

import reprlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from ..files import is_number
from ..geometry import Bools, Ints, Rings, Size, first_equal, overlaps, wholly_outside
from .json_file import doubled_key
from .pages import Word, parse_side, parse_words
from .point_parsing import COORDINATE_LIMIT, MIN_VERTICES, points_problem
from .problem_kinds import (
    BROKEN_ENTRY,
    BROKEN_LABEL,
    BROKEN_WORD,
    COUNTER_CLOCKWISE,
    DOUBLED_KEY,
    DUPLICATE,
    FEW_POINTS,
    NOT_FINITE,
    OTHER_CORNER,
    OUTSIDE,
    RELATIVE,
    SELF_INTERSECTION,
    UPSIDE_DOWN,
    WRONG_SIZE,
    ZERO_AREA,
    Fault,
)
from .reading_order import reading_order

_NO_AREA = 1e-6  # square pixels; collinear points leave about 1e-12 of rounding
_DOUBLED = 0.7  # intersection over union, above which two outlines are of one word
_LARGE, _MANY = 400, 5  # pixels and words, from which on 101 pixels are no place for all words


def entry_faults(record: Any, size: Size | None) -> Iterator[Fault]:
    """Yield what is wrong with one entry of ``images``; ``size`` is the image's, if known."""
    if not isinstance(record, dict):
        yield BROKEN_ENTRY, '', f'is {reprlib.repr(record)}, expected an object {{...}}'
        return
    words = record.get('words', ())
    if not isinstance(words, dict | None):
        found = reprlib.repr(words) if 'words' in record else 'missing'
        yield BROKEN_ENTRY, '', f'"words" is {found}, expected an object {{...}}'
        return
    yield from _wrong_size(record, size)
    for word, key in (('', doubled_key(record)), (doubled_key(words), doubled_key(words))):
        if key is not None:
            yield DOUBLED_KEY, word, f'the key {key!r} occurs twice; only the last one is read'
    good, bad = _read_words(words or {})
    yield from bad
    for word in good:
        if 0 < len(word.points) < MIN_VERTICES:
            yield FEW_POINTS, word.id, f'{len(word.points)} points, expected 4 or more'
    yield from _bad_outlines([word for word in good if len(word.points) >= MIN_VERTICES], size)


def sound_polygons(record: Any) -> list[NDArray[np.float64]]:
    """Return the outlines (n, 2) of an entry that have an area, whatever else is wrong with it."""
    words = record.get('words') if isinstance(record, dict) else None
    if not isinstance(words, dict):
        return []
    good, _ = _read_words(words)
    polygons = [word.points for word in good if len(word.points) >= MIN_VERTICES]
    return [polygons[i] for i in np.flatnonzero(Rings.of(polygons).signed_areas)]


def _wrong_size(record: dict[str, Any], size: Size | None) -> Iterator[Fault]:
    try:
        sides = [parse_side(record, key) for key in ('img_w', 'img_h')]
    except ValueError as error:
        yield WRONG_SIZE, '', str(error)
        return
    pairs = zip(sides, size or sides, strict=True)
    if not all(side in (None, real) for side, real in pairs):
        turned = ' (turned by its EXIF orientation?)' if sides == [size[1], size[0]] else ''
        shown = f'but the image shows {size[0]} x {size[1]}{turned}'
        yield WRONG_SIZE, '', f'{sides[0]} x {sides[1]}, {shown}'


def _read_words(records: dict[str, Any]) -> tuple[list[Word], list[Fault]]:
    """Read all words at once, or, where that fails, one by one: a bad one costs only itself."""
    with suppress(ValueError):
        return list(parse_words(dict(records))), []
    good: list[Word] = []
    bad = []
    for word_id, record in records.items():
        try:
            good.extend(parse_words({word_id: record}))
        except ValueError as error:
            kind = _kind_of(record)
            bad.append((kind, word_id, str(error).removeprefix(f'word {word_id!r}: ')))
            if kind == BROKEN_LABEL:  # the outline may have faults of its own
                good.extend(parse_words({word_id: {'points': record['points']}}))
    return good, bad


def _kind_of(record: Any) -> str:
    points = record.get('points', '') if type(record) is dict else ''
    if points_problem(points) is None:
        return BROKEN_LABEL
    # "Not finite" are pairs of numbers all right, but one of them is NaN, infinite or absurd.
    flat = isinstance(points, list) and all(
        isinstance(point, list) and len(point) == 2 and all(map(is_number, point))
        for point in points
    )
    absurd = flat and not all(abs(x) <= COORDINATE_LIMIT for point in points for x in point)
    return NOT_FINITE if absurd else BROKEN_WORD


def _bad_outlines(words: Sequence[Word], size: Size | None) -> Iterator[Fault]:
    if not words:
        return
    rings = Rings.of([word.points for word in words])
    hulls = shapely.convex_hull(rings.outlines(np.arange(len(rings))))
    flat = shapely.area(hulls) < _NO_AREA
    tiny = _within(rings, 2)
    detail = _relative(rings, tiny, size)
    if detail is not None:
        yield RELATIVE, '', detail
        return
    crossed = ~rings.simple & ~flat
    sound = np.flatnonzero(~flat & ~crossed)
    order = reading_order(
        [words[i].points for i in sound], [n for n, i in enumerate(sound) if _stands(words[i])]
    )
    if order.upside_down:
        yield UPSIDE_DOWN, '', 'its words read to the left; is that so, or do they begin elsewhere?'
    masks = {
        ZERO_AREA: flat,
        SELF_INTERSECTION: crossed,
        OUTSIDE: ~flat & wholly_outside(rings, size),
        RELATIVE: tiny & ~flat,
        COUNTER_CLOCKWISE: _spread(order.counter_clockwise, sound, len(rings)),
        OTHER_CORNER: _spread(order.other_corner, sound, len(rings)),
    }
    twins = _twins(words, rings, sound)
    for index, word in enumerate(words):
        box = '({:g}, {:g}) to ({:g}, {:g})'.format(*rings.boxes[index])
        if index in twins:
            yield DUPLICATE, word.id, twins[index]
        for kind, found in masks.items():
            if found[index]:
                yield kind, word.id, box


def _relative(rings: Rings, tiny: Bools, size: Size | None) -> str | None:
    """Say that all words of a page are given in shares of its size, or return None."""
    if tiny.all() and (rings.boxes[:, 2:] > rings.boxes[:, :2]).any():
        return 'all words lie within 2 pixels; multiply x by the width and y by the height'
    large = size is not None and min(size) >= _LARGE and len(rings) >= _MANY
    if large and _within(rings, 101).all():
        return 'all words lie within 101 pixels of {} x {}; are they in percent?'.format(*size)
    return None


def _within(rings: Rings, most: float) -> Bools:
    return ((rings.boxes >= -1) & (rings.boxes <= most)).all(axis=1)


def _stands(word: Word) -> bool:
    return (word.orientation or '').lower() == 'vertical'


def _spread(found: Bools, positions: Ints, count: int) -> Bools:
    spread = np.zeros(count, bool)
    spread[positions[found]] = True
    return spread


def _twins(words: Sequence[Word], rings: Rings, sound: Ints) -> dict[int, str]:
    """Return, for words there before, which one it is; all but identical ones have an area."""
    first = first_equal(rings)
    twins = {
        index: f'the same outline as word {words[before].id!r}'
        for index, before in enumerate(first.tolist())
        if before != index
    }
    some = np.array([index for index in sound.tolist() if index not in twins], int)
    for i, j, iou in zip(*overlaps(rings.take(some), _DOUBLED, np.arange(len(some))), strict=True):
        text = f'covers what word {words[some[i]].id!r} covers (overlap {iou:.2f})'
        if iou > _DOUBLED:
            twins.setdefault(int(some[j]), text)
    return twins
