"""What a run says of itself; what it looks like as a whole is tested with the tools."""

import sys
from types import SimpleNamespace

import pytest

from plugins import cli
from plugins.engine.run_report import _typed, how_to_go_on, scores_of, swallowed_of
from plugins.functional.training import TrainingRecord, write_record


@pytest.mark.parametrize(
    ('typed', 'command'),
    [
        (['a.py'], 'python tools/train.py a.py --resume'),
        (['a.py', '--resume'], 'python tools/train.py a.py --resume'),
        (['--amp', '--', 'a.py'], 'python tools/train.py --amp --resume -- a.py'),
    ],
)
def test_the_command_to_go_on_with(tmp_path, monkeypatch, typed, command) -> None:
    monkeypatch.setattr(sys, 'argv', ['tools/train.py', *typed])
    runner = SimpleNamespace(work_dir=str(tmp_path))
    assert 'no epoch is finished' in how_to_go_on(runner)
    assert '--resume' in typed or '--resume' not in how_to_go_on(runner)
    write_record(tmp_path, TrainingRecord(last='epoch_3.pth'))
    told = how_to_go_on(runner)
    assert f'{tmp_path}/epoch_3.pth' in told
    assert told.splitlines()[-1].strip() == command


def test_options_are_said_as_they_are_typed() -> None:
    typed = ['--fold', '3', '--input-size', '640', '--amp', '--cfg-options', 'a=1', 'b=2']
    places = ['--work-dir', 'x', '--data-root', 'y', '--resume', '--verbose']
    args = cli.train_parser().parse_args(['a.py', *places, *typed])
    said = _typed(args)
    assert cli.train_parser().parse_args(['a.py', *said]).__dict__ == {
        **args.__dict__,
        **dict(work_dir=None, data_root=None, resume=None, verbose=False),
    }


def test_scores_of_whatever_evaluator() -> None:
    ours = {f'val/{key}': n for n, key in enumerate(('hmean', 'precision', 'recall'))}
    theirs = {f'icdar/{key}': 9 for key in ('hmean', 'precision', 'recall')}
    assert scores_of({**theirs, 'val/global_hmean': 5, **ours}) == (0, 1, 2)
    assert scores_of(theirs) == (9, 9, 9)
    assert scores_of({'leaderboard/pages': 3.0}) is None
    assert swallowed_of({'test/num_pages': 4.0, 'test/num_swallowed': 2.0}).startswith('on 2 of 4')
    assert swallowed_of({'leaderboard/pages': 3.0}) is None
