"""The points of words, in JSON or in text: what is accepted, and what is wrong with the rest.

Functions raise ValueError about the part they look at; who knows the file and the image puts them
in front and makes a UserError of it.
"""

import re
import reprlib
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..files import is_number
from ..geometry import excess
from .json_file import as_object

MIN_VERTICES = 4  # CLEval drops polygons with fewer

# Text may reach over the image's edge, but a coordinate beyond this is a unit or overflow error.
COORDINATE_LIMIT = 1e7

_NUMBER = re.compile(r'[-+]?(\d+(\.\d*)?|\.\d+)(e[-+]?\d+)?', re.ASCII | re.IGNORECASE)


def parse_outlines(words: Mapping[str, Any]) -> list[NDArray[np.float64]]:
    """Return the points (n, 2) of each word of a ``words`` object, null being none of them.

    Raises:
        ValueError: a word is no object, or its points are missing, no list of finite [x, y], or
            more than :func:`.geometry.excess` lets pass.
    """
    outlines = []
    for word_id, record in words.items():
        if 'points' not in as_object(record, f'word {word_id!r}'):
            raise ValueError(f'word {word_id!r} has no key "points"')
        outlines.append(record['points'])
    arrays = _as_arrays([() if points is None else points for points in outlines])
    if arrays is None or any(map(excess, arrays)):
        problems = zip(words, map(points_problem, outlines), strict=True)
        raise ValueError(next(f'word {word_id!r}: {text}' for word_id, text in problems if text))
    return arrays


def _as_arrays(outlines: Sequence[Any]) -> list[NDArray[np.float64]] | None:
    """One (n, 2) array per list of points, all in one pass; None when any is malformed."""
    if not {*map(type, outlines)} <= {list, tuple}:
        return None
    points = list(chain.from_iterable(outlines))
    if not {*map(type, points)} <= {list} or not {*map(len, points)} <= {2}:
        return None
    numbers = list(chain.from_iterable(points))
    if not {*map(type, numbers)} <= {int, float}:
        return None
    try:
        coordinates = np.array(numbers, np.float64).reshape(-1, 2)
    except OverflowError:
        return None
    # NaN fails every comparison, so this refuses it as well.
    if not (np.abs(coordinates) <= COORDINATE_LIMIT).all():
        return None
    ends = np.cumsum([len(outline) for outline in outlines], dtype=int).tolist()
    return [coordinates[start:end] for start, end in zip([0, *ends], ends, strict=False)]


def points_problem(value: Any) -> str | None:
    """Say in words why :func:`parse_outlines` refuses this list of points, or return None."""
    if value is None:
        return None
    if type(value) is not list:
        return f'points are {reprlib.repr(value)}, expected a list [[x, y], ...]'
    for index, point in enumerate(value, 1):
        if type(point) is not list or len(point) != 2:
            return f'point {index} is {reprlib.repr(point)}, expected [x, y]'
        if not all(is_number(number) and abs(number) <= COORDINATE_LIMIT for number in point):
            return (
                f'point {index} is {reprlib.repr(point)}, expected two finite numbers of at most '
                f'{COORDINATE_LIMIT:,.0f}'
            )
    return excess(np.array(value, np.float64))


def parse_coordinate(text: str) -> float:
    """Return a coordinate written as text.

    Raises:
        ValueError: it is no plain decimal number, or too large to be one of pixels.
    """
    if not _NUMBER.fullmatch(text) or abs(float(text)) > COORDINATE_LIMIT:
        raise ValueError(f'{reprlib.repr(text)} is no finite number of pixels')
    return float(text)
