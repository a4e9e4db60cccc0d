"""What a training leaves beside its checkpoints: which is best, and whether it ended."""

import math
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from ..errors import UserError
from ..files import read_json, write_json

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
    if not path.is_file():
        return None
    content = read_json(path)
    try:
        best = tuple(BestCheckpoint(**entry) for entry in content.pop('best'))
        return TrainingRecord(**content, best=best)
    except (TypeError, KeyError, AttributeError) as error:
        raise UserError(
            f'{path}: not the record of a training ({error}); name the checkpoint itself instead'
        ) from error
