"""The two prediction files, written page by page: what is held in memory is one page.

Byte for byte what :func:`.submission.write_predictions` and :func:`.submission.write_csv` write.
"""

import csv
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from ..errors import UserError
from ..files import all_or_none, refuse_file, refuse_overwrite
from ..geometry import Detection
from ..images import JPEG_SUFFIXES
from .leaderboard_csv import HEADER, csv_row
from .predictions_json import prediction_record

FILES = ('predictions.json', 'submission.csv')
OVERLAYS = 'overlays'
_LONGEST_NAME = 255  # bytes, on nearly every file system


class PredictionStream:
    """Appends pages to a predictions JSON and a leaderboard CSV that are open for writing."""

    def __init__(self, predictions: IO[str], submission: IO[str]) -> None:
        self.pages = 0
        self.polygons = 0
        self._predictions = predictions
        self._rows = csv.writer(submission, lineterminator='\n')
        self._rows.writerow(HEADER)
        predictions.write('{"images": {')

    def write(self, name: str, detections: Sequence[Detection]) -> None:
        """Append a page; ``detections`` are in pixels of the displayed image, the best first.

        Raises:
            ValueError: see :func:`.submission.prediction_record`.
        """
        record = prediction_record(name, detections)
        row = csv_row(name, [found.polygon for found in detections])
        key, value = (
            json.dumps(part, ensure_ascii=False, allow_nan=False) for part in (name, record)
        )
        self._predictions.write(f'{", " if self.pages else ""}{key}: {value}')
        self._rows.writerow(row)
        self.pages += 1
        self.polygons += len(detections)

    def close(self) -> None:
        """End the JSON."""
        self._predictions.write('}}')


@contextmanager
def open_predictions(folder: str | os.PathLike, force: bool = False) -> Iterator[PredictionStream]:
    """Yield a stream into ``predictions.json`` and ``submission.csv`` of a folder.

    Both appear, or replace earlier ones, when the block ends without an error; after an error
    neither does. Until then their names are taken by nothing new, whatever becomes of the process.

    Raises:
        UserError: one is there and ``force`` is off, or cannot be written (a full disk, say).
    """
    for name in FILES:
        refuse_overwrite(Path(folder) / name, force)
    with all_or_none(folder, FILES) as stage:
        predictions, submission = (stage / name for name in FILES)
        with (
            predictions.open('w', encoding='utf-8', newline='') as json_file,
            submission.open('w', encoding='utf-8', newline='') as csv_file,
        ):
            stream = PredictionStream(json_file, csv_file)
            yield stream
            stream.close()


def overlay_names(pictures: Iterable[Path]) -> dict[Path, str]:
    """Return what the overlay of each picture is called: a JPEG by its name, others with ``.jpg``.

    Raises:
        UserError: two pictures would have one overlay (``a.png`` and ``a.png.jpg``).
    """
    names: dict[str, Path] = {}
    for path in pictures:
        jpeg = path.suffix.lower() in JPEG_SUFFIXES
        name = path.name if jpeg else f'{path.name}.jpg'
        if len(os.fsencode(name)) > _LONGEST_NAME:
            name = f'{path.stem}.jpg'
        if names.setdefault(name, path) is not path:
            raise UserError(f'{path} and {names[name]}: both overlays would be {name}; rename one')
    return {path: name for name, path in names.items()}


def check_out(
    out: str | os.PathLike,
    places: Iterable[str | os.PathLike],
    overlays: Iterable[str],
    force: bool,
) -> None:
    """Refuse an output folder that holds results, or lies where the pictures are.

    Args:
        out: the folder.
        places: files and folders of pictures. Within these, results would pass for pictures, and
            overlays replace them.
        overlays: names of the overlays to come.
        force: results may be replaced; pictures never.

    Raises:
        UserError: see above; also when ``out`` is a file.
    """
    refuse_file(out)
    drawn = Path(os.path.realpath(out), OVERLAYS)
    for place in map(Path, places):
        real = Path(os.path.realpath(place))
        if drawn in (real, *real.parents):
            raise UserError(f'{place}: lies where the overlays go; name another folder than {out}')
        if drawn.is_relative_to(real):
            raise UserError(f'{out}: lies in {place}, where the pictures are; name a folder apart')
    for name in (*FILES, *(f'{OVERLAYS}/{name}' for name in overlays)):
        refuse_overwrite(Path(out, name), force)
