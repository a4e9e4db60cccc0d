"""One recipe on every fold, as ``tools/run_5fold.sh`` runs it, and a table of the scores."""

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mmengine.config import Config

from ..cli import add_train_only_options, command_lines, folded
from ..functional.errors import UserError, counted
from ..functional.files import checksum, one_writer, write_json, write_text
from ..functional.training import (
    FoldScore,
    folds_csv,
    folds_markdown,
    folds_summary,
    read_record,
    read_run,
)
from .checkpoints import best_checkpoint, is_finished
from .fold_option import check_fold_files, written_folds
from .module_command import module_command
from .parallel_jobs import Failure, Job, Step, run_jobs, unless_made, visible_devices
from .run_report import scores_of, swallowed_of
from .test_run import set_test
from .trained_settings import TESTING, check_trained_alike, settings
from .training_config import load_training_config


@dataclass(frozen=True)
class Fold:
    """One of the trainings; the command lines lack only the checkpoint to test."""

    number: int
    work_dir: Path
    config: Config
    train: Sequence[str]
    test: Sequence[str] | None

    @property
    def name(self) -> str:
        """What it is called in messages."""
        return f'fold {self.number}'


def train_folds(args: argparse.Namespace, rest: Sequence[str]) -> int:
    """Train and test the folds that are not done, and write and print their scores.

    ``args`` and ``rest`` are what :func:`plan` takes. Folds that an earlier run was told to train
    are in the table as well.

    Returns:
        The exit status: 1 when a fold failed.

    Raises:
        UserError: see :func:`plan`; also when another process trains the same folds.
    """
    folds = plan(args, rest)
    table = Path(args.work_dir or 'work_dirs') / Path(args.config).stem
    with one_writer(table, 'folds') as lock:
        jobs = [Job(fold.name, steps(fold)) for fold in folds]
        print(f'{counted(len(folds), "fold")} of {args.config}; all that they say goes to')
        print(f'  {table}_fold*/train.log and test.log', flush=True)
        # One after the other, all that they say can be followed.
        look = None if args.verbose and len(visible_devices()) < 2 else _Progress(folds)
        try:
            failures = run_jobs(jobs, look, inherited=[lock])
        except KeyboardInterrupt as interrupt:
            raise KeyboardInterrupt(_how_to_go_on()) from interrupt
    scores = []
    written = written_folds(load_training_config(args))
    others = [number for number in written if number not in [fold.number for fold in folds]]
    folds = [*folds, *_trained_before(args, rest, others)]
    for fold in sorted(folds, key=lambda fold: fold.number):
        try:
            scores += [score(fold)] if is_finished(fold.work_dir, fold.config) else []
        except UserError as error:
            failures.append(Failure(fold.name, error.line))
    if scores:
        write_json(table / 'folds.json', folds_summary(scores, written, args.config))
        write_text(table / 'folds.csv', folds_csv(scores))
        write_text(table / 'folds.md', folds_markdown(scores))
        print(f'\n{folds_markdown(scores)}')
        print(folded(f'wrote {table}/folds.json, folds.csv and folds.md'))
    for failure in failures:
        print(f'error: {failure.job} failed: {failure.reason}', file=sys.stderr)
    if failures:
        print(_how_to_go_on(), file=sys.stderr)
    return 1 if failures else 0


def _how_to_go_on() -> str:
    return f'to go on:\n{command_lines(["bash", "tools/run_5fold.sh", *sys.argv[1:]])}'


def plan(args: argparse.Namespace, rest: Sequence[str]) -> list[Fold]:
    """Return the folds that a command line stands for.

    ``args`` are parsed options of a training, with ``no_test`` and ``folds``, numbers or None;
    ``rest`` is the same command line without those that are not a training's. Everything that can
    be known to be wrong is found here.

    Raises:
        UserError: an option or the config does not fit, a file of the data is missing, or a fold
            was trained with other settings.
    """
    written = written_folds(load_training_config(args))
    chosen = written if args.folds is None else list(dict.fromkeys(args.folds))
    for number in chosen:
        if number not in written:
            raise UserError(
                f'--folds {number}: the folds are {", ".join(map(str, written))}; name some of '
                'these, or write more with tools/make_folds.py --n-splits'
            )
    return [_plan_fold(args, rest, number) for number in chosen]


def _plan_fold(args: argparse.Namespace, rest: Sequence[str], number: int) -> Fold:
    only = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    add_train_only_options(only)
    shared = only.parse_known_args(rest)[1]
    work_dir = Path(args.work_dir or 'work_dirs') / f'{Path(args.config).stem}_fold{number}'
    own = dict(fold=number, work_dir=str(work_dir))
    config = load_training_config(argparse.Namespace(**{**vars(args), **own}))
    # What a process says is in a log of its own: all of it.
    rest, shared = ([*arguments, '--verbose'] for arguments in (rest, shared))
    train = [*rest, f'--fold={number}', f'--work-dir={work_dir}', '--resume=auto']
    places = [f'--work-dir={work_dir / "test"}', f'--out={work_dir}']
    test = [*shared, f'--fold={number}', *places, '--force']
    test += ['--allow-seen'] if args.allow_seen else []
    fold = Fold(number, work_dir, config, train, None if args.no_test else test)
    _check_files(fold)
    check_trained_alike(work_dir, config)
    return fold


def _trained_before(
    args: argparse.Namespace, rest: Sequence[str], numbers: Sequence[int]
) -> Iterator[Fold]:
    """Yield folds as this command line would train them, and say which were trained otherwise."""
    for number in numbers:
        try:
            yield _plan_fold(args, rest, number)
        except UserError as error:
            print(f'note: fold {number} is not in the table: {error.line}', file=sys.stderr)


def steps(fold: Fold) -> Iterator[Step]:
    """Yield what is left to do for a fold."""
    if not is_finished(fold.work_dir, fold.config):
        command = module_command('plugins.engine.train_run', fold.train)
        yield Step(command, fold.work_dir / 'train.log')
    if fold.test is None:
        return
    best = best_checkpoint(fold.work_dir)
    # After --, since --cfg-options takes all that follows it.
    command = module_command('plugins.engine.test_run', [*fold.test, '--', str(best)])
    made_of = {
        'checkpoint': best.name,
        'settings': checksum(json.dumps(settings(fold.config, TESTING), sort_keys=True).encode()),
        'checkpoint_content': checksum(best),
        'pages': checksum(_test_file(fold.config) or b''),
    }
    products = [fold.work_dir / name for name in ('predictions.json', 'submission.csv')]
    yield from unless_made(
        Step(command, fold.work_dir / 'test.log'),
        fold.work_dir / 'predicted.json',
        made_of,
        is_there=all(product.is_file() for product in products),
    )


def score(fold: Fold) -> FoldScore:
    """Return what the best epoch of a trained fold scored.

    Raises:
        UserError: its log does not tell.
    """
    best = best_checkpoint(fold.work_dir)
    epoch = read_record(fold.work_dir).best[0].epoch
    run = read_run(fold.work_dir, fold.name)
    record = next((record for record in run.val if record['step'] == epoch), {})
    keys = [f'val/{key}' for key in ('hmean', 'precision', 'recall', 'num_pages')]
    if not all(key in record for key in keys):
        raise UserError(f'{fold.work_dir}: its log has no scores of epoch {epoch}; train it anew')
    *scores, pages = (record[key] for key in keys)
    return FoldScore(fold.number, *scores, epoch, int(pages), round(run.seconds, 1), best.name)


class _Progress:
    """Prints a line for each fold that is an epoch further, at most once a second."""

    def __init__(self, folds: Sequence[Fold]) -> None:
        self.folds = folds
        self.lines: dict[str, str] = {}
        self.looked = 0.0

    def __call__(self, running: Mapping[str, str | None]) -> None:
        if time.monotonic() - self.looked < 1:
            return
        self.looked = time.monotonic()
        for fold in (fold for fold in self.folds if fold.name in running):
            gpu = running[fold.name]
            line = _progress(fold) + (f'  GPU {gpu}' if gpu is not None else '')
            if self.lines.get(fold.name) != line:
                self.lines[fold.name] = line
                print(f'{fold.name}  {line}', flush=True)
                warning = swallowed_of(_last_scores(fold))
                if warning and line.startswith('epoch'):
                    print(f'        {warning}', flush=True)


def _progress(fold: Fold) -> str:
    if is_finished(fold.work_dir, fold.config):
        return 'trained, predicts the test pages'
    last = _last_scores(fold)
    if not last:
        return 'started'
    hmean, precision, recall = scores_of(last)
    of = fold.config.train_cfg.get('max_epochs', '?')
    line = f'epoch {last["step"]:>3}/{of}   H {hmean:.3f}   P {precision:.3f}   R {recall:.3f}'
    return line + ('  best' if last == read_run(fold.work_dir, fold.name).best() else '')


def _last_scores(fold: Fold) -> Mapping[str, float]:
    """Return the last validation that gave scores, nothing before there is one."""
    try:
        run = read_run(fold.work_dir, fold.name)
    except UserError:
        return {}
    return next((record for record in reversed(run.val) if scores_of(record)), {})


def _check_files(fold: Fold) -> None:
    check_fold_files(fold.config.train_dataloader)
    check_fold_files(fold.config.val_dataloader)
    if fold.test is None:
        return
    config = Config(fold.config.to_dict(), filename=fold.config.filename)
    set_test(config, 'test', str(fold.work_dir), force=True)
    path = _test_file(config)
    if path is not None and not os.path.isfile(path):
        raise UserError(
            f'{path}: no such list of test pages; put it there, or train alone with --no-test'
        )


def _test_file(config: Config) -> Path | None:
    dataset = config.test_dataloader.dataset
    name = dataset.get('ann_file')
    return Path(dataset.get('data_root') or '', name) if name else None
