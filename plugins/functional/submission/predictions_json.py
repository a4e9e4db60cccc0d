"""The predictions JSON: an annotation JSON whose words have a score."""

import os
import reprlib
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from ..annotations import MIN_VERTICES, as_object, parse_outlines, read_images, write_content
from ..errors import UserError
from ..files import check_file_name, is_number, refuse_overwrite
from ..geometry import Detection
from .leaderboard_csv import checked_polygon


def read_predictions(path: str | os.PathLike) -> dict[str, list[Detection]]:
    """Read a predictions JSON: file name -> detections, in file order; a missing score is 1.

    Raises:
        UserError: naming image and word: see :func:`.annotations.load_pages`; also under 4
            vertices or a score that is no finite number.
    """
    pages = {}
    for name, record in read_images(path).items():
        try:
            words = as_object(record, 'its entry').get('words')
            pages[name] = _parse_detections(as_object(words, '"words"'))
        except ValueError as error:
            raise UserError(f'{path}: image {name!r}: {error}; predict this image again') from None
    return pages


def write_predictions(
    path: str | os.PathLike, pages: Mapping[str, Sequence[Detection]], force: bool = False
) -> None:
    """Write a predictions JSON, atomically: words numbered from ``0001``, ``score`` beside points.

    Raises:
        UserError: the file exists and ``force`` is not given, or cannot be written.
        ValueError: a polygon has under 4 vertices, a coordinate or score is not finite.
    """
    refuse_overwrite(path, force)
    images = {name: prediction_record(name, page) for name, page in pages.items()}
    write_content(path, {'images': images})


def prediction_record(name: str, detections: Sequence[Detection]) -> dict[str, Any]:
    """Return the entry of one image below ``images``, as :func:`write_predictions` has it.

    Raises:
        ValueError: see :func:`write_predictions`; also when ``name`` is no plain file name.
    """
    check_file_name(name)
    words = {}
    for number, found in enumerate(detections, 1):
        points = checked_polygon(found.polygon, name, number).tolist()
        words[f'{number:04d}'] = {'points': points, 'score': float(found.score)}
    return {'words': words}


def _parse_detections(words: dict[str, Any]) -> list[Detection]:
    detections = []
    for (key, word), polygon in zip(words.items(), parse_outlines(words), strict=True):
        if len(polygon) < MIN_VERTICES:
            raise ValueError(f'word {key!r}: {len(polygon)} vertices, expected 4 or more')
        score = word.get('score', 1.0)
        if not is_number(score) or not abs(score) <= sys.float_info.max:
            found = reprlib.repr(score)
            raise ValueError(f'word {key!r}: score is {found}, expected a finite number')
        detections.append(Detection(polygon, float(score)))
    return detections
