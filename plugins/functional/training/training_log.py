"""What a training logged, as curves over epochs."""

import json
import math
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby, pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import UserError
from ..files import is_number, read_text

SCORE = 'val/hmean'
SIZE = 'input_size'

# Written beside the values of a record to say when it was made.
_CLOCK = {'step', 'iter', 'epoch'}
_TIMESTAMP = re.compile(r'\d{8}_\d{6}')


@dataclass(frozen=True)
class Run:
    """One training: its records of iterations and of validations, both in order.

    Epoch 1 spans positions 0 to 1 on the axis of epochs; its validation is at 1.
    """

    name: str
    train: tuple[dict, ...]
    val: tuple[dict, ...]

    @property
    def keys(self) -> set[str]:
        """Names of all that was logged."""
        return {key for record in (*self.train, *self.val) for key in record} - _CLOCK

    @property
    def sizes(self) -> tuple[tuple[float, int], ...]:
        """(position, input size) of every stage of the training, as far as sizes were logged."""
        sized = (record for record in self.train if is_number(record.get(SIZE)))
        sizes = {record['epoch'] - 1.0: int(record[SIZE]) for record in sized}
        stages = [(-1.0, 0), *sorted(sizes.items())]
        return tuple(new for old, new in pairwise(stages) if old[1] != new[1])

    @property
    def end(self) -> float:
        """Position of the last record."""
        return max([*self._positions, *(record['step'] for record in self.val)])

    def series(self, key: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return (positions, values) of what was logged under ``key``, both (n,)."""
        x = [*self._positions, *(record['step'] for record in self.val)]
        points = [
            (position, record[key])
            for position, record in zip(x, (*self.train, *self.val), strict=True)
            if is_number(record.get(key))
        ]
        return tuple(np.array(points, float).reshape(-1, 2).T)

    def best(self, key: str = SCORE) -> dict | None:
        """Return the validation record with the highest ``key``, the first of equal ones."""
        scored = [r for r in self.val if is_number(r.get(key)) and math.isfinite(r[key])]
        return max(scored, key=lambda record: record[key], default=None)

    @property
    def summary(self) -> str:
        """One line on how far the run went and which validation was its best."""
        best = self.best()
        text = f'{self.name}: {self.end:.4g} epochs'
        return text if best is None else f'{text}, best {SCORE} {best[SCORE]:.4f} in {best["step"]}'

    @property
    def seconds(self) -> float:
        """What training and validating took, by the mean times of the records."""
        total = 0.0
        for epoch, (_, length) in epoch_spans(self.train).items():
            own = [
                r['time'] for r in self.train if r['epoch'] == epoch and is_number(r.get('time'))
            ]
            total += length * float(np.mean(own)) if own else 0.0
        pages = [(r.get('time'), r.get('val/num_pages')) for r in self.val]
        return total + sum(time * n for time, n in pages if is_number(time) and is_number(n))

    @cached_property
    def _positions(self) -> list[float]:
        return epoch_positions(self.train)


def read_run(path: str | os.PathLike, name: str) -> Run:
    """Read a training's work dir, one of its timestamp folders, or a scalars.json.

    A resumed training has several timestamp folders; from where a later one sets in, it replaces
    what earlier ones logged.

    Raises:
        UserError: nothing was logged there, or a file is no scalars.json of mmengine.
    """
    train: list[dict] = []
    val: list[dict] = []
    for file in scalar_files(path):
        records = read_scalars(file)
        train = _replaced(train, [record for record in records if 'iter' in record])
        val = _replaced(val, [record for record in records if 'iter' not in record])
    if not train and not val:
        raise UserError(f'{path}: no record was logged there; give a run that trained longer')
    if not all(isinstance(record.get('epoch'), int) for record in train):
        raise UserError(f'{path}: its records name no epochs; give a training that goes by epochs')
    return Run(name, tuple(train), tuple(val))


def read_runs(paths: Sequence[str | os.PathLike], names: Sequence[str] | None = None) -> list[Run]:
    """Read trainings, called by their work dirs unless ``names`` are given.

    Raises:
        UserError: see :func:`read_run`; also when the names are not as many as the runs.
    """
    if names is not None and len(names) != len(paths):
        raise UserError(f'--names: {len(names)} names for {len(paths)} runs; give one for each')
    return [read_run(path, name) for path, name in zip(paths, names or _names(paths), strict=True)]


def scalar_files(path: str | os.PathLike) -> list[Path]:
    """Return the scalars.json files of a run, in the order in which they were begun.

    Raises:
        UserError: there is none.
    """
    path = Path(path)
    if os.path.isfile(path):
        return [path]
    if not os.path.isdir(path):
        raise UserError(f'{path}: no such run; give a work dir, a timestamp folder or scalars.json')
    for pattern in ('scalars.json', 'vis_data/scalars.json', '*/vis_data/scalars.json'):
        if files := sorted(path.glob(pattern)):
            return files
    raise UserError(
        f'{path}: holds no <timestamp>/vis_data/scalars.json; give the work dir of a training'
    )


def read_scalars(path: str | os.PathLike) -> list[dict]:
    """Return the records of one scalars.json, which holds a JSON object a line.

    The last line may be cut short, as a killed training leaves it; an empty file has no records.

    Raises:
        UserError: the file cannot be read, or another line is no record.
    """
    if os.path.isfile(path) and os.path.getsize(path) == 0:
        return []
    lines = read_text(path).splitlines()
    records = []
    for number, line in enumerate(lines, 1):
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:
            if number == len(lines) > 1:
                break
            raise _foreign(path, number) from error
        if not isinstance(record, dict) or not isinstance(record.get('step'), int):
            raise _foreign(path, number)
        records.append(record)
    return records


def epoch_positions(records: Sequence[dict]) -> list[float]:
    """Return where iterations are on the axis of epochs."""
    spans = epoch_spans(records)
    positions = []
    for record in records:
        start, length = spans[record['epoch']]
        positions.append(record['epoch'] - 1 + min(1.0, (record['iter'] - start) / length))
    return positions


def epoch_spans(records: Sequence[dict]) -> dict[int, tuple[int, float]]:
    """Return each epoch's iteration before its first and how many it has.

    Records tell an iteration and its epoch, not how many iterations an epoch has; that follows from
    where the epochs' first records are, since the logger counts its interval anew in each.
    """
    if not records:
        return {}
    epochs = {epoch: list(group) for epoch, group in groupby(records, lambda r: r['epoch'])}
    steps = [b['iter'] - a['iter'] for group in epochs.values() for a, b in pairwise(group)]
    interval = min(steps, default=records[0]['iter'])
    starts, end = {}, 0
    for epoch, group in epochs.items():
        starts[epoch] = max(end, group[0]['iter'] - interval)
        end = group[-1]['iter']
    lengths = {a: (starts[b] - starts[a]) / (b - a) for a, b in pairwise(starts)}
    # The last epoch may have gone on; one before of the same page size tells how long.
    sizes = {epoch: group[-1].get(SIZE) for epoch, group in epochs.items()}
    alike = [length for epoch, length in lengths.items() if sizes[epoch] == sizes[max(epochs)]]
    lengths[max(epochs)] = max(end - starts[max(epochs)], *alike[-1:], 1)
    return {epoch: (starts[epoch], max(lengths[epoch], 1)) for epoch in epochs}


def short_names(names: Sequence[str]) -> tuple[str, list[str]]:
    """Return what all names begin with, up to a separator, and what is left of each.

    >>> short_names(['dbnet_fold0', 'dbnet_fold1'])
    ('dbnet', ['fold0', 'fold1'])
    """
    shared = os.path.commonprefix(names)  # noqa: RUF071 – of letters
    cut = max(shared.rfind('_'), shared.rfind('-')) + 1
    rest = [name[cut:] for name in names]
    return (shared[:cut].rstrip('_-'), rest) if all(rest) and len(names) > 1 else ('', list(names))


def check_keys(runs: Iterable[Run], keys: Iterable[str]) -> None:
    """Refuse keys that no run has logged.

    Raises:
        UserError: see above.
    """
    known = set().union(*(run.keys for run in runs))
    for key in keys:
        if key not in known:
            raise UserError(f'--keys {key}: no run logged it; there are {", ".join(sorted(known))}')


def _names(paths: Sequence[str | os.PathLike]) -> list[str]:
    """Return the names of runs' work dirs, with as much of the path as tells them apart."""
    parts = []
    for path in paths:
        folders = list(Path(path).resolve().parts)
        while len(folders) > 2 and (
            folders[-1] in ('scalars.json', 'vis_data') or _TIMESTAMP.fullmatch(folders[-1])
        ):
            folders.pop()
        parts.append(folders)
    named = [folders[-1] for folders in parts]
    if len(set(named)) == len(named):
        return named
    return [str(path) for path in paths]


def _replaced(earlier: list[dict], later: list[dict]) -> list[dict]:
    """Return the earlier records up to where the later ones set in, and those."""
    latest = {record['step']: record for record in later}
    begin = min(latest, default=math.inf)
    kept = [record for record in earlier if record['step'] < begin]
    return [*kept, *(latest[step] for step in sorted(latest))]


def _foreign(path: str | os.PathLike, line: int) -> UserError:
    return UserError(
        f'{path}: line {line} is no record of a training; give a scalars.json that mmengine wrote'
    )
