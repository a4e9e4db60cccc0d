"""Training on all five folds: what is left to do, whether it may go on, and what came of it."""

import argparse
import json
import os
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from mmengine.config import Config

from ..functional.errors import UserError
from ..functional.files import checksum, read_json, write_json, write_text
from ..functional.training import (
    FoldScore,
    folds_csv,
    folds_markdown,
    folds_summary,
    read_record,
    read_run,
)
from . import test_run
from .checkpoint_choice import best_checkpoint, is_finished
from .checkpoint_loading import read_checkpoint
from .fold_option import check_fold_files
from .own_modules import module_command
from .parallel_jobs import Failure, Job, Step
from .resuming import resumable_checkpoint
from .training_config import training_config

FOLDS = 5
# What weights follow from; the rest is how a training is shown, logged and fed.
_TRAINING = (
    *('model', 'train_dataloader', 'val_dataloader', 'val_evaluator', 'train_cfg', 'val_cfg'),
    *('optim_wrapper', 'param_scheduler', 'auto_scale_lr', 'custom_hooks', 'randomness'),
    'load_from',
)
_TESTING = ('model', 'test_dataloader', 'test_evaluator', 'test_cfg')
_NO_MATTER = (
    'num_workers',
    'persistent_workers',
    'pin_memory',
    'prefetch_factor',
    'force',
    'collect_device',
)


@dataclass(frozen=True)
class Fold:
    """One of the trainings; the commands lack only the checkpoint to test."""

    number: int
    work_dir: Path
    config: Config
    train: tuple[str, ...]
    test: tuple[str, ...] | None

    @property
    def name(self) -> str:
        """What it is called in messages."""
        return f'fold {self.number}'


def plan(args: argparse.Namespace, rest: Sequence[str]) -> list[Fold]:
    """Return the folds that a command line stands for.

    ``args`` are parsed options of a training, with ``no_test``; ``rest`` is the same command line
    without those that are not a training's. Everything that can be known to be wrong is found here.

    Raises:
        UserError: an option or the config does not fit, a file of the data is missing, or a fold
            was trained with other settings.
    """
    for name in ('fold', 'resume'):
        if getattr(args, name) is not None:
            raise UserError(f'--{name}: all folds are trained, and resumed by themselves; drop it')
    if args.launcher != 'none':
        raise UserError(f'--launcher {args.launcher}: folds have one process each; drop it')
    parent, stem = Path(args.work_dir or 'work_dirs'), Path(args.config).stem
    folds = []
    for number in range(FOLDS):
        work_dir = parent / f'{stem}_fold{number}'
        args.fold, args.work_dir = number, str(work_dir)
        config = training_config(args)
        check_fold_files(config.train_dataloader)
        check_fold_files(config.val_dataloader)
        own = ('--fold', str(number))
        train = (*rest, *own, '--work-dir', str(work_dir), '--resume', 'auto')
        only = ('--amp', '--auto-scale-lr', '--wandb')
        test = (
            *(arg for arg in rest if arg not in only), *own,
            '--work-dir', str(work_dir / 'test'), '--out', str(work_dir), '--force',
        )  # fmt: skip
        fold = Fold(number, work_dir, config, train, None if args.no_test else test)
        if fold.test is not None:
            _check_test(fold)
        _check_settings(fold)
        folds.append(fold)
    return folds


def job(fold: Fold) -> Job:
    """Return what is left to do for a fold."""
    return Job(fold.name, _steps(fold))


def score(fold: Fold) -> FoldScore | None:
    """Return what a fold's best epoch scored, or None before it is trained.

    Raises:
        UserError: its log does not tell.
    """
    if not is_finished(fold.work_dir, fold.config):
        return None
    best = best_checkpoint(fold.work_dir)
    epoch = read_record(fold.work_dir).best[0].epoch
    run = read_run(fold.work_dir, fold.name)
    record = next((record for record in run.val if record['step'] == epoch), {})
    keys = [f'val/{key}' for key in ('hmean', 'precision', 'recall', 'num_pages')]
    if not all(key in record for key in keys):
        raise UserError(f'{fold.work_dir}: its log has no scores of epoch {epoch}; train it anew')
    *scores, pages = (record[key] for key in keys)
    return FoldScore(fold.number, *scores, epoch, int(pages), round(run.seconds, 1), best.name)


def scores(folds: Sequence[Fold]) -> tuple[list[FoldScore], list[Failure]]:
    """Return the scores of the folds that are trained, and what kept others from being read."""
    found, failures = [], []
    for fold in folds:
        try:
            found.append(score(fold))
        except UserError as error:
            failures.append(Failure(fold.name, error.line, None))
    return [each for each in found if each is not None], failures


def progress_of(fold: Fold) -> str:
    """Return how far a fold's training is, in a line that changes with every validation."""
    try:
        run = read_run(fold.work_dir, fold.name)
    except UserError:
        return f'{fold.name}: started'
    of = fold.config.train_cfg.get('max_epochs', '?')
    best = run.best()
    text = f'{fold.name}: {int(run.end)} of {of} epochs done'
    return text if best is None else f'{text}, best H-mean {best["val/hmean"]:.4f}'


def write_table(folder: Path, config: str, scores: Sequence[FoldScore]) -> None:
    """Write the scores as ``folds.json``, ``folds.csv`` and ``folds.md``."""
    write_json(folder / 'folds.json', folds_summary(scores, FOLDS, config))
    write_text(folder / 'folds.csv', folds_csv(scores))
    write_text(folder / 'folds.md', folds_markdown(scores))


def _steps(fold: Fold) -> Iterator[Step]:
    if not is_finished(fold.work_dir, fold.config):
        command = module_command('plugins.engine.train_run', fold.train)
        yield Step(command, fold.work_dir / 'train.log')
    if fold.test is None:
        return
    best = best_checkpoint(fold.work_dir)
    made_of, note = _made_of(fold, best), fold.work_dir / 'predicted.json'
    files = [fold.work_dir / name for name in ('predictions.json', 'submission.csv')]
    if note.is_file() and all(map(Path.is_file, files)) and read_json(note) == made_of:
        return
    note.unlink(missing_ok=True)
    # After --, since --cfg-options takes all that follows it.
    command = module_command('plugins.engine.test_run', [*fold.test, '--', str(best)])
    yield Step(command, fold.work_dir / 'test.log')
    write_json(note, made_of)


def _check_test(fold: Fold) -> None:
    config = Config(fold.config.to_dict(), filename=fold.config.filename)
    test_run.set_test(config, 'test', str(fold.work_dir), force=True)
    path = _test_file(config)
    if path is not None and not path.is_file():
        raise UserError(
            f'{path}: no such list of test pages; put it there, or train alone with --no-test'
        )


def _test_file(config: Config) -> Path | None:
    dataset = config.test_dataloader.dataset
    name = dataset.get('ann_file')
    return Path(dataset.get('data_root') or '', name) if name else None


def _check_settings(fold: Fold) -> None:
    """Refuse to go on with, or to take for done, what was trained differently."""
    done = is_finished(fold.work_dir)
    if done:
        checkpoint = read_checkpoint(best_checkpoint(fold.work_dir))
    else:
        checkpoint = resumable_checkpoint(fold.work_dir)
    if checkpoint is None:
        return
    if checkpoint.config_text is None:
        raise UserError(
            f'{checkpoint.path}: does not say how it was trained; remove {fold.work_dir}'
        )
    recorded = Config.fromstring(checkpoint.config_text, '.py')
    then, now = settings(recorded, _TRAINING), settings(fold.config, _TRAINING)
    # A resumed training started from its own checkpoint.
    keys = sorted(
        key
        for key in then.keys() | now.keys()
        if then.get(key) != now.get(key) and not (key == 'load_from' and recorded.get('resume'))
    )
    if keys:
        more = f' and {len(keys) - 1} more differ' if len(keys) > 1 else ''
        raise UserError(
            f'{fold.work_dir}: trained with {keys[0]}={then.get(keys[0])}, not '
            f'{now.get(keys[0])}{more}; use the settings of then, remove the folder to train it '
            'anew, or name another --work-dir'
        )


def settings(config: Config, parts: Sequence[str]) -> dict[str, str]:
    """Return the values of some parts of a config that results depend on, by dotted name."""
    flat: dict[str, str] = {}

    def walk(node: object, name: str) -> None:
        if isinstance(node, dict):
            items = node.items()
        elif isinstance(node, list | tuple):
            items = enumerate(node)
        else:
            if name.endswith('.data_root') and node:
                node = os.path.abspath(node)
            flat[name] = repr(node)
            return
        for key, value in items:
            if key not in _NO_MATTER:
                walk(value, f'{name}.{key}')

    for part in parts:
        if config.get(part) is not None:
            walk(config.get(part), part)
    return flat


def _made_of(fold: Fold, checkpoint: Path) -> dict[str, str]:
    """Return what predictions follow from, as names and digests."""
    used = json.dumps(settings(fold.config, _TESTING), sort_keys=True).encode()
    pages = _test_file(fold.config)
    contents = {'settings': used, 'checkpoint_content': checkpoint, 'pages': pages or b''}
    digests = {name: checksum(content) for name, content in contents.items()}
    return {'checkpoint': checkpoint.name, **digests}


def retry_line(arguments: Sequence[str]) -> str:
    """Return how to go on."""
    return f'to go on: bash tools/run_5fold.sh {shlex.join(arguments)}'
