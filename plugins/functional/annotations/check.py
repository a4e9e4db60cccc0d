"""What is wrong with a dataset: its images, its annotation, and whether they belong together."""

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple, fields
from pathlib import Path
from typing import Any

from ..errors import UserError
from ..files import check_file_name, composed, csv_text, write_text
from ..geometry import Size
from ..images import check_image_folder, image_files
from .entry_check import entry_faults, sound_polygons
from .image_check import check_image, unturned_labels
from .problem_kinds import (
    BAD_NAME,
    BROKEN_IMAGE,
    RAW_FRAME,
    UNLISTED_IMAGE,
    WRONG_SIZE,
    DatasetProblem,
    Fault,
)


def check_pages(
    images: Mapping[str, Any], folder: str | os.PathLike, workers: int = 2
) -> Iterator[list[DatasetProblem]]:
    """Yield the problems of each entry of ``images``, in order, decoding ``workers`` at a time.

    Points may lie outside the image as long as some of the word is inside.

    Raises:
        UserError: ``folder`` is no folder, or may not be read.
    """
    check_image_folder(folder)
    return _check_pages(images, Path(folder), workers)


def _check_pages(
    images: Mapping[str, Any], folder: Path, workers: int
) -> Iterator[list[DatasetProblem]]:
    forms = {composed(file.name) for file in image_files(folder)}
    with ThreadPoolExecutor(workers) as pool:
        try:
            checked = pool.map(
                lambda item: list(_page_faults(*item, folder, forms)), images.items()
            )
            for name, faults in zip(images, checked, strict=True):
                yield [DatasetProblem(kind, name, word, text) for kind, word, text in faults]
        finally:
            pool.shutdown(cancel_futures=True)


def _page_faults(name: str, record: Any, folder: Path, forms: set[str]) -> Iterator[Fault]:
    size = None
    try:
        check_file_name(name)
    except ValueError as error:
        yield BAD_NAME, '', str(error)
    else:
        size, fault = check_image(folder / name, composed(name) in forms)
        if fault is not None:
            yield fault
    faults = list(entry_faults(record, size))
    if size is not None:
        yield from _frame_fault(folder / name, record, size, faults)
    yield from faults


def _frame_fault(path: Path, record: Any, size: Size, faults: Sequence[Fault]) -> Iterator[Fault]:
    raw_size = any(fault[0] == WRONG_SIZE for fault in faults) and (
        (record.get('img_w'), record.get('img_h')) == size[::-1]
    )
    try:
        text = unturned_labels(path, sound_polygons(record), raw_size)
    except UserError as error:
        yield BROKEN_IMAGE, '', error.line.removeprefix(f'{path}: ')
        return
    if text is not None:
        yield RAW_FRAME, '', text


def unlisted_images(
    images: Mapping[str, Any], folder: str | os.PathLike, dropped: Any = None
) -> list[DatasetProblem]:
    """Return the image files in ``folder`` that neither ``images`` nor ``dropped`` mentions.

    ``dropped`` is what an earlier repair noted beside ``images``; anything else is ignored.
    """
    notes = [note for note in dropped if type(note) is dict] if type(dropped) is list else []
    known = {*images, *(str(note.get('file')) for note in notes)}
    forms = {composed(name) for name in images}
    problems = []
    for file in image_files(folder):
        if file.name not in known:
            detail = 'on disk, but not in the annotation file'
            if composed(file.name) in forms:
                detail += '; a name there differs in its Unicode form only (NFC or NFD)'
            problems.append(DatasetProblem(UNLISTED_IMAGE, file.name, '', detail))
    return problems


def check_entry(name: str, record: Any, size: Size | None) -> list[DatasetProblem]:
    """Return what is wrong with one entry of ``images``; ``size`` is the image's, if known."""
    faults = entry_faults(record, size)
    return [DatasetProblem(kind, name, word, detail) for kind, word, detail in faults]


def count_by_kind(problems: Sequence[DatasetProblem]) -> dict[str, int]:
    """Return how many problems there are of each kind, the most frequent first."""
    return dict(Counter(problem.kind for problem in problems).most_common())


def write_report(path: str | os.PathLike, problems: Sequence[DatasetProblem]) -> None:
    """Write one CSV row a problem: ``kind,file,word,detail``; atomically.

    What is no whole character, in a name say, is written escaped.

    Raises:
        UserError: the file cannot be written.
    """
    header = [field.name for field in fields(DatasetProblem)]
    text = csv_text([header, *map(astuple, problems)])
    write_text(path, text.encode(errors='backslashreplace').decode())
