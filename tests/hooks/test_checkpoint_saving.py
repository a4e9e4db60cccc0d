"""Checkpoints of a training: which are kept, what is said of them, and what it resumes."""

import errno
import itertools
from pathlib import Path

import pytest
import torch
from mmengine.evaluator import BaseMetric
from mmengine.fileio import LocalBackend
from mmengine.model import BaseModel
from mmengine.runner import Runner
from torch.utils.data import DataLoader

from plugins.functional.errors import UserError
from plugins.functional.training import read_record
from plugins.hooks.checkpoint_saving import AtomicCheckpointHook

SCORES = [0.2, 0.9, 0.4, 0.9, 0.8]
TRAININGS = itertools.count()


class OneWeight(BaseModel):
    """Its loss is its weight."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = torch.nn.Parameter(torch.ones(1))

    def forward(self, inputs, mode='tensor'):
        return dict(loss=self.weight.sum()) if mode == 'loss' else [{}]


class Scripted(BaseMetric):
    """A score for every validation, whatever was found."""

    def __init__(self, scores) -> None:
        super().__init__(prefix='val')
        self.scores = iter(scores)

    def process(self, data_batch, data_samples) -> None:
        self.results.append(None)

    def compute_metrics(self, results) -> dict:
        return {'hmean': next(self.scores)}


def train(work_dir: Path, scores: list, start: Path | None = None, **options) -> None:
    """Train on two batches an epoch, one epoch for each score, from a checkpoint if one is given.

    Those scores that come before the checkpoint are not reached.
    """
    pages = [dict(inputs=torch.zeros(1))] * 2
    hook = {'type': 'AtomicCheckpointHook', 'save_best': 'val/hmean', 'keep_best': 2, **options}
    runner = Runner(
        OneWeight(),
        str(work_dir),
        DataLoader(pages),
        DataLoader(pages),
        train_cfg=dict(by_epoch=True, max_epochs=len(scores)),
        val_cfg=dict(),
        val_evaluator=[Scripted(scores)],
        optim_wrapper=dict(optimizer=dict(type='SGD', lr=0.1)),
        default_hooks=dict(checkpoint=hook),
        experiment_name=f'training {next(TRAININGS)}',
        log_level='ERROR',
        load_from=start and str(start),
        resume=start is not None,
    )
    runner.train()


def names_in(folder: Path) -> list[str]:
    """Return the files of a work folder but for the config."""
    files = (path for path in folder.iterdir() if path.is_file())
    return sorted(path.name for path in files if path.suffix != '.py')


@pytest.mark.parametrize(('by_epoch', 'unit', 'length'), [(True, 'epoch', 1), (False, 'iter', 2)])
def test_the_best_and_the_last_are_kept(tmp_path, by_epoch, unit, length) -> None:
    train(tmp_path, SCORES, by_epoch=by_epoch, interval=length)
    record = read_record(tmp_path)
    # Of equal scores the earlier is the better one; epochs are epochs, whatever files count.
    assert [(each.epoch, each.score) for each in record.best] == [(2, 0.9), (4, 0.9)]
    best = [f'best_val_hmean_{unit}_{epoch * length}.pth' for epoch in (2, 4)]
    assert [each.file for each in record.best] == best
    last = f'{unit}_{5 * length}.pth'
    assert (record.last, record.finished_epoch, record.stopped_early) == (last, 5, False)
    assert names_in(tmp_path) == sorted([*best, last, 'checkpoints.json', 'last_checkpoint'])
    assert (tmp_path / 'last_checkpoint').read_text() == str(tmp_path / last)
    assert torch.load(tmp_path / best[0], weights_only=False)['meta']['epoch'] == 2


def test_a_training_goes_on_with_what_an_earlier_version_kept(tmp_path) -> None:
    train(tmp_path, SCORES[:3])
    last = tmp_path / 'epoch_3.pth'
    checkpoint = torch.load(last, weights_only=False)
    info = checkpoint['message_hub']['runtime_info']
    # That version knew no epoch beside the step.
    info['best_checkpoints'] = [[step, score] for step, score, _ in info['best_checkpoints']]
    torch.save(checkpoint, last)
    train(tmp_path, [*SCORES[3:], 0, 0, 0], last)
    best = [(each.epoch, each.score) for each in read_record(tmp_path).best]
    assert best == [(2, 0.9), (4, 0.9)]


def test_a_full_disk_then_a_new_start(tmp_path, monkeypatch) -> None:
    put, writes = LocalBackend.put, []

    def put_half(backend: LocalBackend, content: bytes, path: str) -> None:
        writes.append(path)
        # An epoch writes three files: the last checkpoint, a best one, and the last again.
        if len(writes) < 4:
            put(backend, content, path)
        else:
            put(backend, content[: len(content) // 2], path)
            raise OSError(errno.ENOSPC, 'No space left on device')

    with monkeypatch.context() as patched:
        patched.setattr(LocalBackend, 'put', put_half)
        with pytest.raises(UserError, match=r'epoch_2\.pth: .*No space left'):
            train(tmp_path, SCORES[:2])
    last = tmp_path / 'epoch_1.pth'
    kept = ['best_val_hmean_epoch_1.pth', 'checkpoints.json', last.name, 'last_checkpoint']
    assert names_in(tmp_path) == kept
    assert (tmp_path / 'last_checkpoint').read_text() == str(last)
    before = last.read_bytes()
    # What was trained is not lost where the next training begins anew.
    train(tmp_path, SCORES[:2])
    (aside,) = tmp_path.glob('earlier_*')
    assert names_in(aside) == kept
    assert (aside / last.name).read_bytes() == before
    assert (tmp_path / 'epoch_2.pth').is_file()
    assert not last.exists()


@pytest.mark.parametrize(
    ('option', 'message'),
    [
        pytest.param({'rule': 'more'}, "rule is 'more'", id='rule'),
        pytest.param({'keep_best': 0}, 'keep_best is 0', id='none to keep'),
    ],
)
def test_options_that_cannot_be(option, message) -> None:
    with pytest.raises(UserError, match=message):
        AtomicCheckpointHook(save_best='val/hmean', **option)


def test_a_metric_that_no_validation_gives(tmp_path) -> None:
    with pytest.raises(UserError, match=r"'val/hmaen', but a validation gives val/hmean"):
        train(tmp_path, SCORES, save_best='val/hmaen')


def test_a_validation_without_a_training_writes_nothing() -> None:
    AtomicCheckpointHook(save_best='val/hmean').after_val_epoch(None, {'val/hmean': 0.5})
