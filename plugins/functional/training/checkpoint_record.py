"""What a training leaves beside its checkpoints: which is best, and whether it ended."""

import math
import os
import reprlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from ..errors import UserError
from ..files import check_file_name, is_number, read_json, write_json

RECORD = 'checkpoints.json'


@dataclass(frozen=True)
class BestCheckpoint:
    """A checkpoint that was among the best when it was written, after ``epoch`` epochs."""

    file: str
    epoch: int
    score: float


@dataclass(frozen=True)
class TrainingRecord:
    """The content of ``checkpoints.json``.

    Args:
        metric: what ``best`` goes by, or None when a training keeps no best.
        best: the best first; of equal scores the earlier.
        last: name of the checkpoint to resume from, or None before there is one.
        finished_epoch: how many epochs a training had when it ended by itself, else None.
        stopped_early: whether it ended for want of progress, before its last epoch.
    """

    metric: str | None = None
    best: tuple[BestCheckpoint, ...] = ()
    last: str | None = None
    finished_epoch: int | None = None
    stopped_early: bool = False


def _is_file_name(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    with suppress(ValueError):
        check_file_name(value)
        return True
    return False


def _is_epoch(value: Any) -> bool:
    return type(value) is int and value >= 0


# What a value may be, by its key.
_FITS: dict[str, Callable[[Any], bool]] = {
    'metric': lambda value: value is None or isinstance(value, str),
    'last': lambda value: value is None or _is_file_name(value),
    'finished_epoch': lambda value: value is None or _is_epoch(value),
    'stopped_early': lambda value: isinstance(value, bool),
    'file': _is_file_name,
    'epoch': _is_epoch,
    'score': is_number,
}


def top_checkpoints(
    candidates: Sequence[BestCheckpoint], count: int, rule: str
) -> tuple[BestCheckpoint, ...]:
    """Return the ``count`` best of some checkpoints, best first, of equal ones the earlier.

    Scores that are not finite are never among them. ``rule`` is 'greater' or 'less'.
    """
    sign = -1 if rule == 'greater' else 1
    scored = [each for each in candidates if math.isfinite(each.score)]
    return tuple(sorted(scored, key=lambda each: (sign * each.score, each.epoch))[:count])


def write_record(work_dir: str | os.PathLike, record: TrainingRecord) -> None:
    """Write a record into a work folder, whole or not at all."""
    write_json(Path(work_dir) / RECORD, asdict(record))


def read_record(work_dir: str | os.PathLike) -> TrainingRecord | None:
    """Return the record of a work folder, or None when there is none.

    Raises:
        UserError: the file is there, but not what a training writes.
    """
    path = Path(work_dir) / RECORD
    if not os.path.isfile(path):
        return None
    try:
        return _parsed(read_json(path))
    except UserError:
        raise
    except ValueError as error:
        raise UserError(
            f'{path}: not the record of a training ({error}); name the checkpoint itself instead'
        ) from error


def _parsed(content: Any) -> TrainingRecord:
    """Return a record whose values all have the types that a training writes."""
    values = _checked(content, TrainingRecord, 'the file')
    if not isinstance(values['best'], list):
        raise ValueError(f'best is {reprlib.repr(values["best"])}')
    entries = [_checked(entry, BestCheckpoint, 'best') for entry in values.pop('best')]
    return TrainingRecord(**values, best=tuple(BestCheckpoint(**entry) for entry in entries))


def _checked(content: Any, kind: type, place: str) -> dict[str, Any]:
    names = [field.name for field in fields(kind)]
    if not isinstance(content, dict) or set(content) != set(names):
        found = reprlib.repr(list(content) if isinstance(content, dict) else content)
        raise ValueError(f'{place} holds {found}, expected {", ".join(names)}')
    for name, value in content.items():
        if name in _FITS and not _FITS[name](value):
            raise ValueError(f'{name} is {reprlib.repr(value)}')
    return content
