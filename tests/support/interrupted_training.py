"""A training in a process of its own that kills itself at a chosen moment."""

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from forked_training import CONFIG, prepare, start
from mmengine.fileio import LocalBackend
from mmengine.hooks import Hook
from mmengine.registry import HOOKS
from mmengine.runner import EpochBasedTrainLoop, ValLoop
from tiny_receipts import draw_page, entry, write_annotations

from plugins.engine import build_runner, find_start, start_from
from plugins.hooks import checkpoint_saving

# The best are those after epochs 4, 6 and 2. With a patience of 2 epoch 6 is the last of 8.
SCORES = (0.2, 0.5, 0.4, 0.6, 0.3, 0.55, 0.9, 0.9)
SWITCH_AFTER = 2
TEXT = f"""{CONFIG}
train_cfg = dict(max_epochs={len(SCORES)})
param_scheduler = dict(T_max={len(SCORES)})
default_hooks = dict(logger=dict(interval=1))
custom_hooks = [
    dict(type='ScriptedScores'),
    dict(type='ProgressiveResolutionHook', stages=[(0, 64), ({SWITCH_AFTER}, 96)]),
    dict(type='ResumableEarlyStoppingHook', patience=2),
]
"""


@HOOKS.register_module()
class ScriptedScores(Hook):
    """Replace the score of every validation by one whose consequences are known."""

    priority = 'HIGHEST'

    def after_val_epoch(self, runner, metrics=None) -> None:
        metrics['val/hmean'] = SCORES[runner.epoch - 1]


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def half_a_file(backend: LocalBackend, content: bytes, path: str) -> None:
    """Do what LocalBackend.put does, up to its middle."""
    Path(path).write_bytes(content[: len(content) // 2])


def kill_in(owner: object, name: str, on_call: int, first: Callable | None = None) -> None:
    """Kill this process when ``owner.name`` is called for the ``on_call``-th time."""
    original, count = getattr(owner, name), 0

    def counting(*args, **kwargs):
        nonlocal count
        count += 1
        if count == on_call:
            if first is not None:
                first(*args)
            kill()
        return original(*args, **kwargs)

    setattr(owner, name, counting)


# Three batches an epoch; a checkpoint after each epoch and after each validation, a best one
# between them where the score is among the best three.
MOMENTS = {
    'in the first epoch': (EpochBasedTrainLoop, 'run_iter', 2),
    'while the first checkpoint is written': (LocalBackend, 'put', 1, half_a_file),
    'before the first checkpoint is named': (checkpoint_saving, 'write_text', 1),
    'in a validation': (ValLoop, 'run_iter', 2),
    'while the best is written': (LocalBackend, 'put', 5, half_a_file),
    'between the best and the state': (LocalBackend, 'put', 6),
    'before the old ones are removed': (checkpoint_saving, 'remove_others', 7),
    'right after the switch of resolution': (EpochBasedTrainLoop, 'run_iter', 8),
    'while patience is running out': (EpochBasedTrainLoop, 'run_iter', 17),
    'in the last validation': (ValLoop, 'run_iter', 6),
    'at the very end': (checkpoint_saving.AtomicCheckpointHook, 'after_train', 1),
}


def make_data(root: Path) -> None:
    """Draw five pages to train on, of two shapes, and one to validate."""
    names = [f'{n}.png' for n in range(5)]
    for n, name in enumerate(names):
        draw_page(root / 'images/train' / name, size=(72, 96) if n % 2 else (96, 96))
    draw_page(root / 'images/train/v.png')
    write_annotations(root / 'folds/fold0_train.json', {name: entry() for name in names})
    write_annotations(root / 'folds/fold0_val.json', {'v.png': entry()})


def train(work_dir: Path, data_root: Path, moment: str | None, options: dict) -> None:
    """Train with ``--resume auto`` until the end, or until killed at ``moment``."""
    work_dir.mkdir(parents=True, exist_ok=True)
    log = work_dir / 'output.txt'
    config = prepare(work_dir / 'tiny.py', TEXT, log, data_root, options)
    config.work_dir = str(work_dir)
    checkpoint = find_start(config, 'auto')
    runner = build_runner(config, train=True)
    start_from(runner, checkpoint)
    if moment is not None:
        kill_in(*MOMENTS[moment])
    runner.train()
    sys.exit(0)


def status_of(*args: object) -> int:
    """Return the exit status of :func:`train` in a fresh process, -9 if it was killed."""
    process = start(train, *args)
    process.join()
    return process.exitcode


def learning_rates(work_dir: Path) -> dict[int, float]:
    """Return the rate of every iteration, by the last process that ran it."""
    logs = sorted(work_dir.glob('*/vis_data/scalars.json'))
    lines = [json.loads(line) for log in logs for line in log.read_text().splitlines()]
    return {line['iter']: line['lr'] for line in lines if 'lr' in line}
