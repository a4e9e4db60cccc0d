"""Made-up files far beyond a competition's, and the time and memory that a command takes."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import NamedTuple

import numpy as np

from plugins.functional.errors import UserError

Rng = np.random.Generator
_SIZE = (960, 1280)


class Cost(NamedTuple):
    """What a command took: seconds of CPU time, and the most memory at once in MB."""

    seconds: float
    megabytes: float


def cost_of(command: Sequence[str | os.PathLike]) -> Cost:
    """Run a Python script with its arguments, and return what it took.

    Raises:
        UserError: it ends with another status than 0 or 1, which the checkers end with.
    """
    with subprocess.Popen(
        [sys.executable, *map(os.fspath, command)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as process:
        errors = process.stderr.read().decode(errors='replace').strip()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise UserError(f'{command[0]}: {errors.rpartition(chr(10))[2]}')
    unit = 1e6 if sys.platform == 'darwin' else 1e3  # bytes there, kilobytes elsewhere
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / unit)


def write_annotation(path: Path, pages: int, words: int) -> None:
    """Write an annotation JSON of pages with so many words each."""
    rng = np.random.default_rng(0)
    with path.open('w') as file:
        file.write('{"images": {')
        for page in range(pages):
            boxes = {
                f'{number:04d}': {'points': box, 'orientation': 'Horizontal', 'language': ['ko']}
                for number, box in enumerate(_boxes(rng, words).round(2).tolist(), 1)
            }
            entry = {'words': boxes, 'img_w': _SIZE[0], 'img_h': _SIZE[1]}
            file.write(f'{", " if page else ""}"{page:06d}.jpg": {json.dumps(entry)}')
        file.write('}}')


def write_submission(
    path: Path, polygons: int, *, pages: int | None = None, megabytes: int | None = None
) -> int:
    """Write a leaderboard CSV of so many polygons a page, of so many pages or until it is so large.

    Returns:
        The number of pages.
    """
    rng, written = np.random.default_rng(0), 0
    with path.open('w') as file:
        file.write('filename,polygons\n')
        for page in count() if pages is None else range(pages):
            if megabytes is not None and file.tell() >= megabytes * 1e6:
                break
            file.write(f'{page:06d}.jpg,{_cell(_boxes(rng, polygons))}\n')
            written += 1
    return written


def write_scribbles(path: Path, scribbles: int, vertices: int) -> None:
    """Write a leaderboard CSV of one page, whose polygons go to and fro between random pixels."""
    rng = np.random.default_rng(0)
    path.write_text(
        f'filename,polygons\n000000.jpg,{_cell(rng.uniform(0, 900, (scribbles, vertices, 2)))}\n'
    )


def _cell(polygons: np.ndarray) -> str:
    whole = polygons.astype(int).reshape(len(polygons), -1)
    return '|'.join(' '.join(map(str, numbers)) for numbers in whole.tolist())


def _boxes(rng: Rng, number: int) -> np.ndarray:
    """Boxes (number, 4, 2), clockwise from the top left."""
    low, sides = rng.uniform(0, 800, (number, 2)), rng.uniform([20, 8], [150, 40], (number, 2))
    corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1]])
    return low[:, None] + corners * sides[:, None]


def empty_pages(pages: int) -> Iterator[tuple[str, dict]]:
    """Yield names and entries of pages without words, as of a test set."""
    for page in range(pages):
        yield f'{page:06d}.jpg', {'words': {}, 'img_w': _SIZE[0], 'img_h': _SIZE[1]}
