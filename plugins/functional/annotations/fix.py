"""A clean copy of an annotation file: what the dataset check found is dropped or corrected."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ..images import image_size
from .entry_check import sound_polygons
from .json_file import write_content
from .problem_kinds import (
    BAD_NAME,
    BROKEN_ENTRY,
    BROKEN_IMAGE,
    BROKEN_LABEL,
    COUNTER_CLOCKWISE,
    DOUBLED_KEY,
    MISSING_IMAGE,
    OTHER_CORNER,
    RAW_FRAME,
    RELATIVE,
    UNLISTED_IMAGE,
    UPSIDE_DOWN,
    WRONG_SIZE,
    DatasetProblem,
)
from .reading_order import in_order, reading_order

# Relative coordinates do so where they are those of all words.
_COSTS_THE_PAGE = frozenset(
    {BAD_NAME, MISSING_IMAGE, BROKEN_IMAGE, BROKEN_ENTRY, UNLISTED_IMAGE, RAW_FRAME, RELATIVE}
)
_MISORDERED = frozenset({COUNTER_CLOCKWISE, OTHER_CORNER})
_CORRECTED = frozenset({WRONG_SIZE, BROKEN_LABEL}) | _MISORDERED
_NOT_DROPPED = _CORRECTED | {UPSIDE_DOWN}


@dataclass(frozen=True)
class FixSummary:
    """What a clean copy holds, and what it cost; ``left`` pages are still to be looked at."""

    pages: int
    dropped_pages: int
    dropped_words: int
    corrected: int
    left: int


def write_fixed(
    path: str | os.PathLike,
    content: Mapping[str, Any],
    problems: Sequence[DatasetProblem],
    folder: str | os.PathLike,
) -> FixSummary:
    """Write a clean copy of an annotation file's ``content``, atomically.

    Bad words go, and pages without a usable image or with labels of another frame; a wrong size is
    replaced by the image's own, a malformed orientation or language by null, and words are given
    clockwise from the page's top left. What is dropped is noted under ``dropped``, beside
    ``images``; so are unlisted images, which tells the next check that they are left out on
    purpose. Everything else is copied as it is, pages that read upside down, too.

    Raises:
        UserError: the file cannot be written.
    """
    by_file: dict[str, list[DatasetProblem]] = {}
    for problem in problems:
        by_file.setdefault(problem.file, []).append(problem)
    images, notes = {}, []
    for name, record in content['images'].items():
        found = by_file.get(name, [])
        if not any(map(_costs_the_page, found)):
            images[name] = _fix_entry(record, found, Path(folder) / name)
    for found in by_file.values():
        gone = [problem for problem in found if _costs_the_page(problem)]
        notes += gone or [problem for problem in found if problem.kind not in _NOT_DROPPED]
    older = content.get('dropped')
    dropped = [*(older if isinstance(older, list) else ()), *map(_note, notes)]
    write_content(path, {**content, 'images': images, 'dropped': dropped})
    kept = [problem for problem in problems if problem.file in images]
    return FixSummary(
        len(images),
        len(content['images']) - len(images),
        len({(note.file, note.word) for note in notes if note.word}),
        len({(fix.file, fix.word) for fix in kept if fix.kind in _CORRECTED}),
        sum(problem.kind == UPSIDE_DOWN for problem in kept),
    )


def _note(problem: DatasetProblem) -> dict[str, str]:
    # What is no whole character cannot be written.
    return {
        key: value.encode(errors='backslashreplace').decode()
        for key, value in asdict(problem).items()
    }


def _costs_the_page(problem: DatasetProblem) -> bool:
    return problem.kind in _COSTS_THE_PAGE and not problem.word


def _fix_entry(
    record: dict[str, Any], problems: Sequence[DatasetProblem], image: Path
) -> dict[str, Any]:
    # Of two words under one id, the one that is still there may be right.
    kept = _NOT_DROPPED | {DOUBLED_KEY}
    bad = {problem.word for problem in problems if problem.kind not in kept}
    unlabelled = {problem.word for problem in problems if problem.kind == BROKEN_LABEL}
    misordered = {problem.word for problem in problems if problem.kind in _MISORDERED}
    words = {
        word_id: word | {'orientation': None, 'language': None} if word_id in unlabelled else word
        for word_id, word in (record['words'] or {}).items()
        if word_id not in bad
    }
    if misordered - bad:
        direction = reading_order(sound_polygons(record)).direction
        for word_id in misordered - bad:
            points = in_order(words[word_id]['points'], direction)
            words[word_id] = {**words[word_id], 'points': points}
    fixed = {**record, 'words': words}
    if any(problem.kind == WRONG_SIZE for problem in problems):
        fixed['img_w'], fixed['img_h'] = image_size(image)
    return fixed
