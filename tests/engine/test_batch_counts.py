"""A training has a step in every epoch, and no page goes unscored."""

from types import SimpleNamespace

import pytest
from mmengine.dataset import DefaultSampler
from mmengine.runner import EpochBasedTrainLoop, IterBasedTrainLoop
from torch.utils.data import BatchSampler, DataLoader

from plugins.engine.batch_counts import (
    check_scored_batches,
    check_training_batches,
    training_batches,
)
from plugins.functional.errors import UserError
from plugins.functional.training import SizeStage

PAGES = range(7)


def make_loader(batch: int, drop_last: bool) -> DataLoader:
    return DataLoader(PAGES, batch_sampler=BatchSampler(DefaultSampler(PAGES), batch, drop_last))


def make_runner(
    batch: int = 2, drop_last: bool = False, stages: tuple = (), cls=EpochBasedTrainLoop, **cfg
) -> SimpleNamespace:
    runner = SimpleNamespace(
        hooks=[SimpleNamespace(stages=('before_run',)), SimpleNamespace(stages=stages)],
        cfg=SimpleNamespace(train_cfg=cfg or dict(max_epochs=3)),
        val_loop=None,
    )
    runner.train_loop = cls(runner, make_loader(batch, drop_last), **runner.cfg.train_cfg)
    return runner


STAGES = (SizeStage(0, 64, 3), SizeStage(2, 96))


@pytest.mark.parametrize(
    ('options', 'expected'),
    [
        pytest.param({}, [4, 4, 4], id='plain'),
        pytest.param(dict(drop_last=True), [3, 3, 3], id='drop_last'),
        pytest.param(dict(stages=STAGES), [3, 3, 4], id='stages of their own'),
        pytest.param(dict(stages=(SizeStage(0, 64),)), [4, 4, 4], id='stages without'),
        pytest.param(dict(cls=IterBasedTrainLoop, max_iters=9), [], id='by iterations'),
    ],
)
def test_batches_of_the_epochs(options, expected) -> None:
    runner = make_runner(**options)
    assert training_batches(runner) == expected
    check_training_batches(runner)


@pytest.mark.parametrize(
    ('options', 'parts'),
    [
        pytest.param(dict(batch=8, drop_last=True), 'an epoch has no batch.* 8 for 7', id='none'),
        pytest.param(
            dict(drop_last=True, stages=(SizeStage(0, 64), SizeStage(1, 96, 8))),
            'epoch 2 has no batch',
            id='a later stage',
        ),
        pytest.param(
            dict(batch=8, drop_last=True, cls=IterBasedTrainLoop, max_iters=9),
            'batch_size is 8 for 7 pages',
            id='by iterations',
        ),
        pytest.param(dict(max_epochs=0), r'train_cfg\.max_epochs is 0', id='no epoch'),
        pytest.param(
            dict(cls=IterBasedTrainLoop, max_iters=0), r'train_cfg\.max_iters is 0', id='no step'
        ),
        pytest.param(
            dict(max_epochs=1, val_interval=0), r'train_cfg\.val_interval is 0', id='val_interval'
        ),
    ],
)
def test_a_training_without_steps_is_refused(options, parts) -> None:
    with pytest.raises(UserError, match=parts):
        check_training_batches(make_runner(**options))


def test_pages_to_score_are_not_left_out() -> None:
    check_scored_batches(make_loader(2, drop_last=False), 'val_dataloader')
    check_scored_batches(make_loader(7, drop_last=True), 'val_dataloader')
    with pytest.raises(UserError, match='val_dataloader: batch_size is 2 for 7 pages'):
        check_scored_batches(make_loader(2, drop_last=True), 'val_dataloader')
