"""Which checkpoint is the best, which one to go on from, and whether a training is finished."""

from pathlib import Path

import pytest
import torch
from mmengine.config import Config

from plugins.engine.checkpoint_loading import best_checkpoint, is_finished, resumable_checkpoint
from plugins.functional.errors import UserError
from plugins.functional.training import BestCheckpoint, TrainingRecord, write_record

STATE = {'state_dict': {'x': torch.zeros(1)}, 'meta': {}, 'optimizer': {}, 'message_hub': {}}


def save(folder: Path, *names: str) -> None:
    for name in names:
        torch.save(STATE, folder / name)


def test_the_last_checkpoint_is_the_one_that_is_named(tmp_path) -> None:
    save(tmp_path, 'epoch_2.pth', 'epoch_10.pth')
    (tmp_path / 'last_checkpoint').write_text(str(tmp_path / 'epoch_2.pth'))
    assert resumable_checkpoint(tmp_path) == str(tmp_path / 'epoch_2.pth')


def test_a_copied_folder_goes_on_from_its_own_file(tmp_path) -> None:
    original, copy = tmp_path / 'a', tmp_path / 'b'
    for folder in (original, copy):
        folder.mkdir()
        save(folder, 'epoch_2.pth')
        (folder / 'last_checkpoint').write_text(str(original / 'epoch_2.pth'))
    assert resumable_checkpoint(copy) == str(copy / 'epoch_2.pth')


def test_a_folder_that_was_moved_is_gone_on_with(tmp_path) -> None:
    save(tmp_path, 'epoch_2.pth')
    (tmp_path / 'last_checkpoint').write_text('elsewhere/epoch_2.pth')
    assert resumable_checkpoint(tmp_path) == str(tmp_path / 'epoch_2.pth')


@pytest.mark.parametrize(
    'damage',
    [
        pytest.param(lambda path: path.unlink(), id='gone'),
        pytest.param(lambda path: path.write_bytes(b''), id='empty'),
        pytest.param(lambda path: path.write_bytes(path.read_bytes()[:500]), id='cut off'),
        pytest.param(lambda path: torch.save(STATE['state_dict'], path), id='weights alone'),
    ],
)
def test_another_is_taken_where_the_last_is_broken(tmp_path, damage, capsys) -> None:
    save(tmp_path, 'epoch_2.pth', 'epoch_9.pth', 'epoch_10.pth')
    (tmp_path / 'last_checkpoint').write_text(str(tmp_path / 'epoch_10.pth'))
    damage(tmp_path / 'epoch_10.pth')
    # By number, not by name: 9 is newer than 2.
    assert resumable_checkpoint(tmp_path) == str(tmp_path / 'epoch_9.pth')


def test_nothing_left_to_go_on_from(tmp_path) -> None:
    assert resumable_checkpoint(tmp_path) is None
    assert resumable_checkpoint(tmp_path / 'nowhere') is None
    (tmp_path / 'last_checkpoint').write_text(str(tmp_path / 'epoch_3.pth'))
    with pytest.raises(UserError, match=r'epoch_3\.pth: no such checkpoint.* without --resume'):
        resumable_checkpoint(tmp_path)


def test_a_killed_write_is_not_taken(tmp_path) -> None:
    (tmp_path / '.tmp-abc.pth').write_bytes(b'half')
    (tmp_path / 'epoch_x.pth').write_bytes(b'not ours')
    assert resumable_checkpoint(tmp_path) is None


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
