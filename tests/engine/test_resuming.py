"""What a training starts from: which checkpoint it goes on from, and that it is read once."""

from pathlib import Path

import pytest
import torch
from mmengine.config import Config

from plugins.engine import find_start
from plugins.engine.resuming import resumable_checkpoint
from plugins.functional.errors import UserError

STATE = {'state_dict': {'x': torch.zeros(1)}, 'meta': {}, 'optimizer': {}, 'message_hub': {}}


def save(folder: Path, *names: str) -> None:
    for name in names:
        torch.save(STATE, folder / name)


def test_the_last_checkpoint_is_the_one_that_is_named(tmp_path) -> None:
    save(tmp_path, 'epoch_2.pth', 'epoch_10.pth')
    (tmp_path / 'last_checkpoint').write_text(str(tmp_path / 'epoch_2.pth'))
    assert resumable_checkpoint(tmp_path).path == str(tmp_path / 'epoch_2.pth')


def test_a_copied_folder_goes_on_from_its_own_file(tmp_path) -> None:
    original, copy = tmp_path / 'a', tmp_path / 'b'
    for folder in (original, copy):
        folder.mkdir()
        save(folder, 'epoch_2.pth')
        (folder / 'last_checkpoint').write_text(str(original / 'epoch_2.pth'))
    assert resumable_checkpoint(copy).path == str(copy / 'epoch_2.pth')


def test_a_folder_that_was_moved_is_gone_on_with(tmp_path) -> None:
    save(tmp_path, 'epoch_2.pth')
    (tmp_path / 'last_checkpoint').write_text('elsewhere/epoch_2.pth')
    assert resumable_checkpoint(tmp_path).path == str(tmp_path / 'epoch_2.pth')


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
    assert resumable_checkpoint(tmp_path).path == str(tmp_path / 'epoch_9.pth')


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


@pytest.mark.parametrize(
    ('resume', 'settings', 'expected'),
    [
        pytest.param(None, {}, (False, None, None), id='anew'),
        pytest.param('auto', {}, (True, 'work/epoch_1.pth', 'work/epoch_1.pth'), id='the last'),
        pytest.param('x.pth', {}, (True, 'x.pth', 'x.pth'), id='another'),
        pytest.param(None, dict(load_from='x.pth'), (False, 'x.pth', 'x.pth'), id='weights'),
        pytest.param(
            'auto',
            dict(load_from='x.pth'),
            (True, 'work/epoch_1.pth', 'work/epoch_1.pth'),
            id='the last rather than weights',
        ),
        pytest.param(
            'auto',
            dict(load_from='x.pth', work_dir='empty'),
            (False, 'x.pth', 'x.pth'),
            id='weights where there is no last',
        ),
        pytest.param(
            None, dict(resume=True), (True, 'work/epoch_1.pth', 'work/epoch_1.pth'), id='by config'
        ),
        pytest.param(
            None, dict(resume=True, load_from='x.pth'), (True, 'x.pth', 'x.pth'), id='by config: it'
        ),
        pytest.param(
            None,
            dict(load_from='https://example.org/x.pth'),
            (False, 'https://example.org/x.pth', 'https://example.org/x.pth'),
            id='what was fetched before',
        ),
    ],
)
def test_what_a_training_starts_from(tmp_path, monkeypatch, resume, settings, expected) -> None:
    monkeypatch.chdir(tmp_path)
    Path('work').mkdir()
    save(Path(), 'work/epoch_1.pth', 'x.pth')
    (tmp_path / 'cache/checkpoints').mkdir(parents=True)
    save(tmp_path / 'cache/checkpoints', 'x.pth')
    monkeypatch.setattr(torch.hub, '_hub_dir', str(tmp_path / 'cache'))
    config = Config(dict(work_dir='work', load_from=None, resume=False) | settings)
    checkpoint = find_start(config, resume)
    read = checkpoint and checkpoint.path
    assert (config.resume, config.load_from, read) == expected


def test_weights_alone_are_not_resumed(tmp_path) -> None:
    torch.save(STATE['state_dict'], tmp_path / 'x.pth')
    with pytest.raises(UserError, match=r"x\.pth: has no 'meta'.* load_from="):
        find_start(Config(dict(work_dir='work')), str(tmp_path / 'x.pth'))
