"""The JSON records beneath annotations and predictions: typed access that says what is wrong.

Functions that look at a part of a file raise ValueError about that part alone; who knows the file
and the image puts them in front and makes a UserError of it.
"""

import json
import os
import re
import reprlib
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import UserError
from ..files import check_file_name, read_json, read_text, write_json

# Text may reach over the image's edge, but a coordinate beyond this is a unit or overflow error.
COORDINATE_LIMIT = 1e7

_NUMBER = re.compile(r'[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?', re.ASCII | re.IGNORECASE)


class _DoubledKey(dict):
    """A JSON object with a key that occurs twice; JSON itself would keep the last one silently."""

    key: str


def read_images(path: str | os.PathLike) -> dict[str, Any]:
    """Return the ``images`` object of an annotation or prediction JSON, its entries unchecked.

    Raises:
        UserError: see :func:`read_content`.
    """
    return read_content(path)['images']


def read_content(path: str | os.PathLike) -> dict[str, Any]:
    """Return an annotation or prediction JSON whole; only the file names are checked.

    ``images`` is an object, and its keys are plain names of files within the image folder.

    Raises:
        UserError: no readable JSON, no ``images`` object, a name twice or with a path in it.
    """
    content = _parse(path)
    try:
        content = as_object(content, 'the file')
        if 'images' not in content:
            raise ValueError('the file has no key "images"; is it an annotation file?')
        images = as_object(content['images'], '"images"')
        for name in images:
            check_file_name(name)
    except ValueError as error:
        raise UserError(f'{path}: {error}') from None
    return content


def write_content(path: str | os.PathLike, content: Mapping[str, Any]) -> None:
    """Write an annotation or prediction JSON, atomically.

    Raises:
        UserError: the file cannot be written, a number is not finite, a text cannot be encoded.
    """
    try:
        write_json(path, content)
    except UnicodeEncodeError as error:
        half = error.object[error.start : error.end]
        raise UserError(
            f'{path}: not written, a text would hold {half!r}, half of a character; mend the input'
        ) from error
    except ValueError as error:
        if isinstance(error, UserError):
            raise
        raise UserError(f'{path}: not written, {error}; mend the input') from error


def _parse(path: str | os.PathLike) -> Any:
    try:
        return json.loads(read_text(path), object_pairs_hook=_keep_doubles)
    except (json.JSONDecodeError, RecursionError):
        return read_json(path)  # fails again, with line and column
    except ValueError as error:
        if isinstance(error, UserError):
            raise
        raise UserError(f'{path}: holds an absurdly long number ({error})') from None


def _keep_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) == len(pairs):
        return content
    seen: set[str] = set()
    doubled = _DoubledKey(content)
    doubled.key = next(key for key, _ in pairs if key in seen or seen.add(key))
    return doubled


def doubled_key(value: Any) -> str | None:
    """Return a key that a JSON object holds twice, or None; the last of the two values is there."""
    return value.key if isinstance(value, _DoubledKey) else None


def as_object(value: Any, place: str) -> dict[str, Any]:
    """Return ``value`` when it is a JSON object without doubled keys; ``place`` names it.

    Raises:
        ValueError: it is something else, or holds a key twice.
    """
    if type(value) is dict:
        return value
    if (key := doubled_key(value)) is not None:
        raise ValueError(f'{place} holds the key {key!r} twice; keep one of them')
    raise ValueError(f'{place} is {reprlib.repr(value)}, expected an object {{...}}')


def parse_points(values: Sequence[Any]) -> list[NDArray[np.float64]] | None:
    """Return one (n, 2) array per list of points, or None when any of them is malformed.

    All lists of a page are converted in one pass; :func:`points_problem` tells what is wrong with
    one. ``None`` in place of a list stands for no points.
    """
    lists = [() if value is None else value for value in values]
    if not {*map(type, lists)} <= {list, tuple}:
        return None
    points = list(chain.from_iterable(lists))
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
    ends = np.cumsum([len(value) for value in lists], dtype=int).tolist()
    return [coordinates[start:end] for start, end in zip([0, *ends], ends, strict=False)]


def points_problem(value: Any) -> str | None:
    """Say in words why :func:`parse_points` refuses this list of points, or return None."""
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
    return None


def is_number(value: Any) -> bool:
    """Tell whether a JSON value is a number; ``true`` and ``false`` are none."""
    return type(value) in (int, float)


def parse_number(text: str) -> float:
    """Return a coordinate written as text.

    Raises:
        ValueError: it is no plain decimal number, or too large to be one of pixels.
    """
    if not _NUMBER.fullmatch(text) or abs(float(text)) > COORDINATE_LIMIT:
        raise ValueError(f'{reprlib.repr(text)} is no finite number of pixels')
    return float(text)
