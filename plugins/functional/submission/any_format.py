"""Predictions from either kind of file, told apart by the suffix."""

import os
from pathlib import Path

from numpy.typing import NDArray

from ..errors import UserError
from ..geometry import Detection
from .leaderboard_csv import read_csv
from .predictions_json import read_predictions


def load_detections(path: str | os.PathLike) -> dict[str, list[Detection]]:
    """Read a predictions JSON or a leaderboard CSV, whose polygons all score 1.

    Raises:
        UserError: the file is neither, is not in order, or has no page.
    """
    suffix = Path(path).suffix.lower()
    if suffix == '.csv':
        rows = read_csv(path).items()
        pages = {name: [Detection(polygon, 1.0) for polygon in row] for name, row in rows}
    elif suffix == '.json':
        pages = read_predictions(path)
    else:
        raise UserError(f'{path}: expected a predictions .json or a leaderboard .csv')
    if not pages:
        raise UserError(f'{path}: has no page; give the predictions of some')
    return pages


def load_polygons(*paths: str | os.PathLike) -> dict[str, list[NDArray]]:
    """Read the polygons (n, 2) of each page, of several files as if they were one.

    Raises:
        UserError: see :func:`load_detections`; also when two files have the same page.
    """
    pages: dict[str, list[Detection]] = {}
    for path in paths:
        part = load_detections(path)
        twice = next((name for name in part if name in pages), None)
        if twice is not None:
            raise UserError(
                f'{path}: page {twice!r} is in another file as well; name files that share no page'
            )
        pages |= part
    return {name: [found.polygon for found in page] for name, page in pages.items()}
