"""A training that is killed and resumed ends like one that nobody disturbed."""

import signal
from pathlib import Path

import pytest
import torch
from interrupted_training import MOMENTS, learning_rates, make_data, status_of

from plugins.engine import best_checkpoint, is_finished
from plugins.functional.training import read_record

EXPECTED = {
    *(f'best_val_hmean_epoch_{epoch}.pth' for epoch in (2, 4, 6)),
    *('epoch_6.pth', 'last_checkpoint', 'checkpoints.json'),
}


@pytest.fixture(scope='module')
def data_root(tmp_path_factory) -> Path:
    root = tmp_path_factory.mktemp('receipts')
    make_data(root)
    return root


@pytest.fixture(scope='module')
def undisturbed(tmp_path_factory, data_root) -> Path:
    work_dir = tmp_path_factory.mktemp('undisturbed')
    assert status_of(work_dir, data_root, None, {}) == 0, (work_dir / 'output.txt').read_text()
    return work_dir


def products(work_dir: Path) -> set[str]:
    """Return the files of a work folder but for the log and the configs."""
    files = {path.name for path in work_dir.iterdir() if path.is_file()}
    return files - {'tiny.py', 'output.txt'}


def assert_same(left: Path, right: Path) -> None:
    one, other = (torch.load(path, weights_only=False) for path in (left, right))
    assert one['state_dict'].keys() == other['state_dict'].keys()
    # Bit for bit: one thread, and everything drawn is a function of seed, epoch, rank and page.
    for name, value in one['state_dict'].items():
        assert torch.equal(value, other['state_dict'][name]), name
    if 'optimizer' in one:
        assert one['param_schedulers'] == other['param_schedulers']
        states = [checkpoint['optimizer']['state'] for checkpoint in (one, other)]
        for index, state in states[0].items():
            assert all(torch.equal(state[key], states[1][index][key]) for key in state)
    info = [checkpoint['message_hub']['runtime_info'] for checkpoint in (one, other)]
    for key in ('best_score', 'best_checkpoints', 'early_stopping'):
        assert info[0][key] == info[1][key]


def test_an_undisturbed_training_stops_early_and_keeps_the_best_three(undisturbed) -> None:
    assert products(undisturbed) == EXPECTED
    record = read_record(undisturbed)
    assert [(best.epoch, best.score) for best in record.best] == [(4, 0.6), (6, 0.55), (2, 0.5)]
    assert (record.last, record.finished_epoch, record.stopped_early) == ('epoch_6.pth', 6, True)
    assert best_checkpoint(undisturbed) == undisturbed / 'best_val_hmean_epoch_4.pth'
    assert is_finished(undisturbed)
    assert len(learning_rates(undisturbed)) == 6 * 3


# The others take a minute together.
QUICK = {'in a validation', 'while the best is written', 'right after the switch of resolution'}


@pytest.mark.parametrize(
    'moment', [pytest.param(m, marks=[] if m in QUICK else pytest.mark.slow) for m in MOMENTS]
)
def test_a_training_killed_once(moment, undisturbed, data_root, tmp_path) -> None:
    kill_and_resume(tmp_path / 'killed', data_root, moment, {}, undisturbed)


@pytest.mark.slow
def test_workers_that_live_through_an_epoch_make_no_difference(
    undisturbed, data_root, tmp_path
) -> None:
    options = {'train_dataloader.num_workers': 2, 'train_dataloader.persistent_workers': True}
    moment = 'while patience is running out'
    kill_and_resume(tmp_path / 'killed', data_root, moment, options, undisturbed)


def kill_and_resume(
    work_dir: Path, data_root: Path, moment: str, options: dict, undisturbed: Path
) -> None:
    assert status_of(work_dir, data_root, moment, options) == -signal.SIGKILL
    assert not is_finished(work_dir)
    pointer = work_dir / 'last_checkpoint'
    assert not pointer.exists() or Path(pointer.read_text()).is_file()
    assert status_of(work_dir, data_root, None, options) == 0, (work_dir / 'output.txt').read_text()
    assert products(work_dir) == EXPECTED
    for name in sorted(EXPECTED):
        if name.endswith('.pth'):
            assert_same(work_dir / name, undisturbed / name)
    assert read_record(work_dir) == read_record(undisturbed)
    assert learning_rates(work_dir) == learning_rates(undisturbed)
