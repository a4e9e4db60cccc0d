"""The checkpoints of a training: which one a name stands for, and whether the last was written."""

import glob
import os
from pathlib import Path

from mmengine.config import Config

from ..functional.errors import UserError
from ..functional.training import read_record


def best_checkpoint(work_dir: str | os.PathLike) -> Path:
    """Return the checkpoint with the best validation score of a training, finished or not.

    Raises:
        UserError: there is none, or it is not where the training left it.
    """
    work_dir = Path(work_dir)
    record = read_record(work_dir)
    if record is not None and record.best:
        path = work_dir / record.best[0].file
        if not os.path.isfile(path):
            raise UserError(f'{path}: the best checkpoint of this training is gone; train again')
        return path
    # A training with mmengine's own hook keeps one and writes no record.
    found = sorted(work_dir.glob('best_*.pth')) if record is None else []
    if len(found) != 1:
        raise UserError(
            f'{work_dir}: no best checkpoint, since no validation gave a score yet; '
            'train on, or name a checkpoint'
            if not found
            else f'{work_dir}: {len(found)} best checkpoints and no record of their scores; '
            'name one of them'
        )
    return found[0]


def find_checkpoint(path: str) -> Path:
    """Return the checkpoint that a file name, a pattern or a work folder stands for.

    Raises:
        UserError: it stands for none, or for several.
    """
    if os.path.isdir(path):
        return best_checkpoint(path)
    if os.path.isfile(path):
        return Path(path)
    found = _matching(path)
    if not found:
        raise UserError(f'{path}: no such checkpoint; train it, or name another')
    if len(found) > 1:
        best = best_checkpoint(found[0].parent)
        if best not in found or {file.parent for file in found} != {best.parent}:
            raise UserError(
                f'{path}: {len(found)} files match it, first {found[0]} and {found[1]}, and it is '
                'not clear which is the best; name one'
            )
        return best
    return found[0]


def _matching(pattern: str) -> list[Path]:
    """Return the files of a pattern; folders that have such a name are no pattern."""
    escaped, known = [], ''
    for part in Path(pattern).parts:
        known = os.path.join(known, part)
        escaped.append(glob.escape(part) if os.path.exists(known) else part)
    found = glob.glob(os.path.join(*escaped), recursive=True) if escaped else []
    return sorted(map(Path, filter(os.path.isfile, found)))


def is_finished(work_dir: str | os.PathLike, config: Config | None = None) -> bool:
    """Tell whether the training in a work folder ran to its end or stopped for want of progress.

    Args:
        work_dir: its output folder, there or not.
        config: what it is to be trained with; a training of fewer epochs is not finished then,
            unless it stopped early.

    Raises:
        UserError: its record is broken.
    """
    record = read_record(work_dir)
    if record is None or record.finished_epoch is None:
        return False
    files = [best.file for best in record.best] + ([record.last] if record.last else [])
    if not any(os.path.isfile(Path(work_dir) / name) for name in files):
        return False
    wanted = config.get('train_cfg', {}).get('max_epochs') if config is not None else None
    return record.stopped_early or wanted is None or record.finished_epoch >= wanted
