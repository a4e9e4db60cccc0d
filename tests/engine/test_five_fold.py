"""What is left to do for each fold of a recipe, and what its best epoch scored."""

import argparse
import json
from pathlib import Path

import pytest
from tiny_receipts import make_data_root

from plugins.cli import add_train_options
from plugins.engine.five_fold import Fold, _Progress, plan, score, steps
from plugins.functional.errors import UserError
from plugins.functional.training import BestCheckpoint, TrainingRecord, write_record

CONFIG = Path(__file__).resolve().parents[2] / 'configs/dbnet_mobilenetv3_small_640.py'


@pytest.fixture
def planned(tmp_path, monkeypatch):
    """Return a function that plans the folds of a small recipe, as a command line says."""
    monkeypatch.setenv('MMRECEIPT_DATA', 'restored afterwards')
    data_root = make_data_root(tmp_path / 'data')
    (tmp_path / 'x.pth').write_bytes(b'weights')
    only = ['--auto-scale-lr', '--load-from', str(tmp_path / 'x.pth')]
    rest = [str(CONFIG), *only, '--data-root', str(data_root), '--seed', '7']
    parser = argparse.ArgumentParser()
    add_train_options(parser)

    def command_line(*more: str, folds: list[int] | None = None) -> tuple:
        own = ['--work-dir', str(tmp_path)]
        args = parser.parse_args([*rest, *more, *own], argparse.Namespace(no_test=False))
        args.folds = folds
        return args, [*rest, *more]

    return command_line


@pytest.fixture
def folds(planned) -> list[Fold]:
    args, rest = planned()
    before = dict(vars(args))
    folds = plan(args, rest)
    assert vars(args) == before
    return folds


def test_there_are_as_many_as_were_written(planned, tmp_path) -> None:
    (tmp_path / 'data/folds/fold_info.json').write_text('{"n_splits": 3}')
    assert [fold.number for fold in plan(*planned())] == [0, 1, 2]
    assert [fold.number for fold in plan(*planned(folds=[2, 0, 2]))] == [2, 0]
    with pytest.raises(UserError, match=r'--folds 3: the folds are 0, 1, 2'):
        plan(*planned(folds=[0, 3]))


def test_options_reach_trainings_and_tests(planned) -> None:
    typed = '--input-size 320 --batch-size 2 --workers 0 --epochs 3 --lr 1e-3 --decode thresh=0.1'
    (fold,) = plan(*planned(*typed.split(), folds=[1]))
    assert fold.config.train_cfg.max_epochs == 3
    assert typed in ' '.join(fold.train)
    assert '--input-size 320 --workers 0 --decode thresh=0.1' in ' '.join(fold.test)
    assert not {'--batch-size', '--epochs', '--lr'} & set(fold.test)


def finish(fold: Fold) -> Path:
    """Leave what a training of 20 epochs leaves, the third of them the best."""
    best = fold.work_dir / 'best_val_hmean_epoch_3.pth'
    best.parent.mkdir(exist_ok=True)
    best.write_bytes(b'weights')
    record = TrainingRecord('val/hmean', (BestCheckpoint(best.name, 3, 0.75),), best.name, 20)
    write_record(fold.work_dir, record)
    return best


def commands(fold: Fold) -> list[str]:
    return [' '.join(step.command) for step in steps(fold)]


def test_each_fold_has_its_own_options(folds, tmp_path) -> None:
    assert [fold.number for fold in folds] == list(range(5))
    fold = folds[2]
    assert fold.work_dir == tmp_path / f'{CONFIG.stem}_fold2'
    assert fold.config.train_dataloader.dataset.fold == 2
    step = next(steps(fold))
    assert step.log == fold.work_dir / 'train.log'
    ends = f'--seed 7 --verbose --fold=2 --work-dir={fold.work_dir} --resume=auto'
    assert ' '.join(step.command).endswith(ends)
    assert 'plugins.engine.train_run' in step.command
    assert '--load-from' in step.command


def test_what_is_trained_is_tested_once(folds) -> None:
    fold = folds[1]
    best = finish(fold)
    (command,) = commands(fold)
    assert f'plugins.engine.test_run {CONFIG} --data-root ' in command
    assert '--seed 7 --verbose --fold=1' in command
    assert '--load-from' not in command
    assert command.endswith(f'--out={fold.work_dir} --force -- {best}')
    for name in ('predictions.json', 'submission.csv'):
        (fold.work_dir / name).write_text('made')
    assert commands(fold) == []
    best.write_bytes(b'other weights')
    assert commands(fold) == [command]


def test_the_score_is_that_of_the_best_epoch(folds) -> None:
    fold = folds[4]
    finish(fold)
    scalars = fold.work_dir / '20250101_000000/vis_data/scalars.json'
    scalars.parent.mkdir(parents=True)
    lines = [
        {'val/hmean': h, 'val/precision': h, 'val/recall': h, 'val/num_pages': 8, 'step': step}
        for step, h in enumerate((0.25, 0.5, 0.75, 0.5), 1)
    ]
    scalars.write_text('\n'.join(map(json.dumps, lines)))
    found = score(fold)
    assert (found.fold, found.hmean, found.epoch, found.pages) == (4, 0.75, 3, 8)
    scalars.write_text(json.dumps(lines[0]))
    with pytest.raises(UserError, match=r'fold4: its log has no scores of epoch 3'):
        score(fold)


def test_an_epoch_of_a_fold_is_a_line(folds, capsys) -> None:
    fold = folds[1]
    scalars = fold.work_dir / '20250101_000000/vis_data/scalars.json'
    show = _Progress(folds)

    def shown(*lines: dict, gpu: str | None = None) -> str:
        scalars.write_text('\n'.join(map(json.dumps, lines)))
        show.looked = 0.0
        show({fold.name: gpu})
        return capsys.readouterr().out

    scalars.parent.mkdir(parents=True)
    assert f'{fold.name}  started' in shown()
    first, second = (
        {
            **{f'val/{key}': h for key in ('hmean', 'precision', 'recall')},
            **{'val/num_pages': 8, 'val/num_swallowed': swallowed, 'step': step},
        }
        for step, (h, swallowed) in enumerate(((0.25, 8), (0.1874, 0)), 1)
    )
    line = shown(first, gpu='3')
    assert line.startswith('fold 1  epoch   1/10   H 0.250   P 0.250   R 0.250  best  GPU 3\n')
    assert 'on 8 of 8 pages' in line
    assert shown(first, gpu='3') == ''
    assert shown(first, second) == 'fold 1  epoch   2/10   H 0.187   P 0.187   R 0.187\n'
    finish(fold)
    assert (
        shown(first, {**second, 'val/num_swallowed': 8})
        == 'fold 1  trained, predicts the test pages\n'
    )
