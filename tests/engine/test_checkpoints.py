"""Which checkpoint is the best, and whether a training is finished."""

from pathlib import Path

import pytest
from mmengine.config import Config

from plugins.engine import best_checkpoint, find_checkpoint, is_finished
from plugins.functional.errors import UserError
from plugins.functional.training import BestCheckpoint, TrainingRecord, write_record


def save(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).write_bytes(b'weights')


def test_the_best_goes_by_its_score(tmp_path) -> None:
    best = (BestCheckpoint('best_b.pth', 3, 0.9), BestCheckpoint('best_a.pth', 7, 0.8))
    write_record(tmp_path, TrainingRecord('val/hmean', best))
    save(tmp_path, 'best_a.pth', 'best_b.pth')
    assert best_checkpoint(tmp_path) == tmp_path / 'best_b.pth'
    (tmp_path / 'best_b.pth').unlink()
    with pytest.raises(UserError, match=r'best_b\.pth: the best .* is gone'):
        best_checkpoint(tmp_path)


def test_the_best_of_a_training_with_another_hook(tmp_path) -> None:
    with pytest.raises(UserError, match='no validation gave a score'):
        best_checkpoint(tmp_path)
    save(tmp_path, 'best_a.pth')
    assert best_checkpoint(tmp_path) == tmp_path / 'best_a.pth'
    save(tmp_path, 'best_b.pth')
    with pytest.raises(UserError, match='2 best checkpoints and no record'):
        best_checkpoint(tmp_path)


@pytest.mark.parametrize(
    ('finished', 'early', 'wanted', 'expected'),
    [
        pytest.param(None, False, 20, False, id='still running'),
        pytest.param(20, False, 20, True, id='ran to its end'),
        pytest.param(20, False, None, True, id='no config to compare with'),
        pytest.param(20, False, 22, False, id='more epochs are wanted now'),
        pytest.param(12, True, 20, True, id='stopped early'),
    ],
)
def test_when_a_training_is_finished(tmp_path, finished, early, wanted, expected) -> None:
    save(tmp_path, 'epoch_9.pth')
    record = TrainingRecord(last='epoch_9.pth', finished_epoch=finished, stopped_early=early)
    write_record(tmp_path, record)
    config = None if wanted is None else Config(dict(train_cfg=dict(max_epochs=wanted)))
    assert is_finished(tmp_path, config) is expected
    (tmp_path / 'epoch_9.pth').unlink()
    assert not is_finished(tmp_path, config)


@pytest.mark.parametrize(
    'text', ['[]', '{"best": 1}', '{"best": [1]}', '{"best": [], "colour": "red"}', '{"be']
)
def test_a_record_that_is_none(tmp_path, text) -> None:
    (tmp_path / 'checkpoints.json').write_text(text)
    with pytest.raises(UserError, match=r'checkpoints\.json'):
        is_finished(tmp_path)


@pytest.mark.parametrize(
    ('name', 'expected'),
    [
        pytest.param('best_1.pth', 'best_1.pth', id='file'),
        pytest.param('*_1.pth', 'best_1.pth', id='pattern of one'),
        pytest.param('best_*.pth', 'best_2.pth', id='pattern of several: the best'),
        pytest.param('', 'best_2.pth', id='work folder: the best'),
    ],
)
def test_a_checkpoint_may_be_a_file_a_pattern_or_a_work_folder(tmp_path, name, expected) -> None:
    best = tuple(BestCheckpoint(f'best_{n}.pth', n, n / 10) for n in (2, 1))
    write_record(tmp_path, TrainingRecord('val/hmean', best))
    save(tmp_path, 'best_1.pth', 'best_2.pth')
    assert find_checkpoint(str(tmp_path / name)) == tmp_path / expected


@pytest.mark.parametrize('name', ['epoch_*.pth', 'epoch_7.pth'])
def test_a_checkpoint_that_is_not_there(tmp_path, name) -> None:
    with pytest.raises(UserError, match='no such checkpoint'):
        find_checkpoint(str(tmp_path / name))


def test_brackets_in_the_name_of_a_folder_are_no_pattern(tmp_path) -> None:
    for name in ('run[1]', 'run1'):
        (tmp_path / name).mkdir()
    save(tmp_path / 'run1', 'epoch_1.pth', 'epoch_2.pth')
    with pytest.raises(UserError, match=r'run\[1\]/epoch_1\.pth: no such checkpoint'):
        find_checkpoint(str(tmp_path / 'run[1]/epoch_1.pth'))
    save(tmp_path / 'run[1]', 'epoch_3.pth')
    expected = tmp_path / 'run[1]/epoch_3.pth'
    assert find_checkpoint(str(tmp_path / 'run[1]/epoch_*.pth')) == expected
    assert find_checkpoint(str(tmp_path / '*[[]*/epoch_*.pth')) == expected
