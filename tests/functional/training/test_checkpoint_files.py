"""The files of a work folder."""

import signal
from pathlib import Path

import pytest

from plugins.functional.errors import UserError
from plugins.functional.training import (
    numbered,
    remove_leftovers,
    remove_others,
    set_aside,
    step_of,
    synced_path,
)


def fill(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).write_text(name)


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_the_step_in_a_name() -> None:
    names = ('epoch_12.pth', 'a/epoch_3.pth', 'best_epoch_3.pth', 'epoch_.pth', 'epoch_3.pth.bak')
    assert [step_of(name, 'epoch_{}.pth') for name in names] == [12, 3, None, None, None]


def test_numbers_rise_beyond_nine(tmp_path) -> None:
    fill(tmp_path, 'epoch_10.pth', 'epoch_9.pth', 'epoch_x.pth', 'iter_1.pth')
    assert list(numbered(tmp_path, 'epoch_{}.pth')) == [9, 10]


def test_others_are_removed(tmp_path) -> None:
    fill(tmp_path, 'epoch_8.pth', 'epoch_9.pth', 'epoch_10.pth', 'iter_1.pth')
    remove_others(tmp_path, 'epoch_{}.pth', 2)
    assert names_in(tmp_path) == {'epoch_9.pth', 'epoch_10.pth', 'iter_1.pth'}
    remove_others(tmp_path, 'epoch_{}.pth', [9])
    assert names_in(tmp_path) == {'epoch_9.pth', 'iter_1.pth'}


def test_leftovers_are_removed_and_other_tools_files_are_not(tmp_path) -> None:
    fill(tmp_path, '.tmp-abc.pth', '.tmp-def', '.tmp-ghi.csv', 'epoch_1.pth')
    remove_leftovers(tmp_path)
    assert names_in(tmp_path) == {'.tmp-ghi.csv', 'epoch_1.pth'}


def test_a_new_training_moves_the_earlier_one_aside(tmp_path) -> None:
    earlier = {'epoch_7.pth', 'best_val_hmean_epoch_3.pth', 'last_checkpoint', 'checkpoints.json'}
    fill(tmp_path, *earlier, 'log.txt', 'mine.pth')
    assert set_aside(tmp_path, 'epoch_{}.pth', None, 'then') == tmp_path / 'earlier_then'
    assert names_in(tmp_path) == {'log.txt', 'mine.pth', 'earlier_then'}
    assert names_in(tmp_path / 'earlier_then') == earlier
    assert set_aside(tmp_path, 'epoch_{}.pth', None, 'now') is None


def test_a_resumed_training_moves_what_came_later(tmp_path) -> None:
    fill(tmp_path, 'epoch_3.pth', 'epoch_4.pth', 'epoch_10.pth', 'last_checkpoint')
    set_aside(tmp_path, 'epoch_{}.pth', 3, 'then')
    assert names_in(tmp_path) == {'epoch_3.pth', 'last_checkpoint', 'earlier_then'}


def test_a_place_that_is_taken(tmp_path) -> None:
    fill(tmp_path, 'epoch_3.pth', 'earlier_then')
    with pytest.raises(UserError, match='earlier_then: '):
        set_aside(tmp_path, 'epoch_{}.pth', None, 'then')


def test_a_failed_write_leaves_the_file_before(tmp_path) -> None:
    fill(tmp_path, 'epoch_3.pth')
    path = tmp_path / 'epoch_3.pth'
    with pytest.raises(UserError, match=r'3\.pth: .*No space left'), synced_path(path) as half:
        half.write_text('half')
        raise OSError(28, 'No space left on device')
    assert names_in(tmp_path) == {path.read_text()} == {'epoch_3.pth'}


def test_ctrl_c_waits_for_the_file(tmp_path):
    path, reached = tmp_path / 'epoch_3.pth', []
    with pytest.raises(KeyboardInterrupt), synced_path(path) as half:
        half.write_bytes(b'first')
        signal.raise_signal(signal.SIGINT)
        half.write_bytes(b'whole')
        reached.append(True)
    assert reached and path.read_bytes() == b'whole'
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_second_ctrl_c_is_heard_at_once(tmp_path):
    path = tmp_path / 'epoch_3.pth'
    with pytest.raises(KeyboardInterrupt), synced_path(path) as half:
        half.write_bytes(b'first')
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
    assert list(tmp_path.iterdir()) == []
