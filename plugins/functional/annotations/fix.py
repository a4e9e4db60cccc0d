"""A clean copy of an annotation file: what the dataset check found is dropped or corrected."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ..images import image_size
from .check import (
    BROKEN_ENTRY,
    BROKEN_IMAGE,
    BROKEN_LABEL,
    DOUBLED_KEY,
    MISSING_IMAGE,
    UNLISTED_IMAGE,
    WRONG_SIZE,
    DatasetProblem,
)
from .json_file import write_content

_COSTS_THE_PAGE = frozenset({MISSING_IMAGE, BROKEN_IMAGE, BROKEN_ENTRY, UNLISTED_IMAGE})
_CORRECTED = frozenset({WRONG_SIZE, BROKEN_LABEL})


@dataclass(frozen=True)
class FixSummary:
    """What a clean copy holds, and what it cost."""

    pages: int
    dropped_pages: int
    dropped_words: int
    corrected: int


def write_fixed(
    path: str | os.PathLike,
    content: Mapping[str, Any],
    problems: Sequence[DatasetProblem],
    folder: str | os.PathLike,
) -> FixSummary:
    """Write a clean copy of an annotation file's ``content``, atomically.

    Bad words go, and pages without a usable image; a wrong size is replaced by the image's own, a
    malformed orientation or language by null. What is dropped is noted under ``dropped``, beside
    ``images``; so are unlisted images, which tells the next check that they are left out on
    purpose. Everything else is copied as it is.

    Raises:
        UserError: the file cannot be written.
    """
    by_file: dict[str, list[DatasetProblem]] = {}
    for problem in problems:
        by_file.setdefault(problem.file, []).append(problem)
    images, notes = {}, []
    for name, record in content['images'].items():
        found = by_file.get(name, [])
        if not any(problem.kind in _COSTS_THE_PAGE for problem in found):
            images[name] = _fix_entry(record, found, Path(folder) / name)
    for found in by_file.values():
        gone = [problem for problem in found if problem.kind in _COSTS_THE_PAGE]
        notes += gone or [problem for problem in found if problem.kind not in _CORRECTED]
    older = content.get('dropped')
    dropped = [*(older if isinstance(older, list) else ()), *map(asdict, notes)]
    write_content(path, {**content, 'images': images, 'dropped': dropped})
    return FixSummary(
        len(images),
        len(content['images']) - len(images),
        len({(note.file, note.word) for note in notes if note.word}),
        len({(fix.file, fix.word) for fix in problems if fix.kind in _CORRECTED}),
    )


def _fix_entry(
    record: dict[str, Any], problems: Sequence[DatasetProblem], image: Path
) -> dict[str, Any]:
    # Of two words under one id, the one that is still there may be right.
    kept = _CORRECTED | {DOUBLED_KEY}
    bad = {problem.word for problem in problems if problem.kind not in kept}
    unlabelled = {problem.word for problem in problems if problem.kind == BROKEN_LABEL}
    words = {
        word_id: word | {'orientation': None, 'language': None} if word_id in unlabelled else word
        for word_id, word in (record['words'] or {}).items()
        if word_id not in bad
    }
    fixed = {**record, 'words': words}
    if any(problem.kind == WRONG_SIZE for problem in problems):
        fixed['img_w'], fixed['img_h'] = image_size(image)
    return fixed
