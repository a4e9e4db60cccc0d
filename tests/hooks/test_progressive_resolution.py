"""The size that reaches the worker processes, epoch by epoch."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from mmengine.config import ConfigDict
from mmengine.dataset import DefaultSampler, pseudo_collate
from mmengine.logging import MessageHub, MMLogger
from mmengine.registry import init_default_scope
from torch.utils.data import DataLoader

import plugins.register  # noqa: F401
from plugins.datasets.batch_sampler import ReceiptBatchSampler
from plugins.datasets.receipt_dataset import ReceiptDataset
from plugins.functional.errors import UserError
from plugins.hooks.progressive_resolution import ProgressiveResolutionHook

STAGES = [(0, 64), (2, 96, 1), (3, 128)]
PIPELINE = [dict(type='LoadReceipt'), dict(type='FitPage'), dict(type='PackReceipt')]


def make_loader(data_root: Path, part: str = 'train', **options) -> DataLoader:
    """Return batches of two of the two training pages, or the one validation page."""
    init_default_scope('mmocr')
    places = dict(data_root=str(data_root), data_prefix={'img_path': 'images/train'})
    dataset = ReceiptDataset(f'folds/fold0_{part}.json', pipeline=PIPELINE, input_size=48, **places)
    batches = ReceiptBatchSampler(DefaultSampler(dataset, shuffle=part == 'train', seed=0), 2)
    return DataLoader(dataset, batch_sampler=batches, collate_fn=pseudo_collate, **options)


def make_runner(
    train: DataLoader, val: DataLoader | None = None, scheduler: object = None
) -> SimpleNamespace:
    counted = []
    return SimpleNamespace(
        epoch=0,
        train_dataloader=train,
        val_dataloader=val,
        message_hub=MessageHub.get_instance('sizes'),
        logger=MMLogger.get_instance('sizes'),
        cfg=ConfigDict(param_scheduler=scheduler, filename='recipe.py'),
        train_loop=SimpleNamespace(max_epochs=5, iter=0, _max_iters=5 * len(train), max_iters=None),
        model=None,
        optim_wrapper=SimpleNamespace(initialize_count_status=lambda *args: counted.append(args)),
        counted=counted,
    )


def run(hook: ProgressiveResolutionHook, runner: SimpleNamespace, epochs: range | list) -> list:
    """Return (sizes of pages, sizes of batches) of each epoch."""
    hook.before_train(runner)
    seen = []
    for runner.epoch in epochs:
        hook.before_train_epoch(runner)
        batches = [
            [max(page.shape) for page in batch['inputs']] for batch in runner.train_dataloader
        ]
        seen.append(({size for batch in batches for size in batch}, list(map(len, batches))))
    return seen


@pytest.mark.parametrize(
    'workers',
    [{'num_workers': 0}, {'num_workers': 2}, {'num_workers': 2, 'persistent_workers': True}],
    ids=['main process', 'fresh workers', 'persistent workers'],
)
def test_every_page_of_an_epoch_has_its_size(data_root, workers):
    runner = make_runner(make_loader(data_root, **workers))
    assert run(ProgressiveResolutionHook(STAGES), runner, range(5)) == [
        ({64}, [2]),
        ({64}, [2]),
        ({96}, [1, 1]),
        ({128}, [2]),
        ({128}, [2]),
    ]


def test_workers_that_persist_are_not_started_anew(data_root):
    loader = make_loader(data_root, num_workers=1, persistent_workers=True)
    runner = make_runner(loader)
    hook = ProgressiveResolutionHook(STAGES)
    run(hook, runner, [0])
    (worker,) = loader._iterator._workers
    run(hook, runner, [2, 3])
    assert loader._iterator._workers == [worker]


@pytest.mark.parametrize(('epoch', 'size'), [(1, 64), (2, 96), (7, 128)])
def test_a_resumed_training_is_in_the_stage_of_its_epoch(data_root, epoch, size):
    runner = make_runner(make_loader(data_root, num_workers=1, persistent_workers=True))
    ((sizes, _),) = run(ProgressiveResolutionHook(STAGES), runner, [epoch])
    assert sizes == {size}


@pytest.mark.parametrize(
    ('validation', 'sizes'), [('final', [48, 48, 48]), ('stage', [64, 96, 128])]
)
def test_validation_stays_at_its_size_unless_told_otherwise(data_root, validation, sizes):
    val = make_loader(data_root, 'val', num_workers=1, persistent_workers=True)
    runner = make_runner(make_loader(data_root), val)
    hook = ProgressiveResolutionHook([(0, 64), (1, 96), (2, 128)], validation)
    seen = []
    for epoch in range(3):
        run(hook, runner, [epoch])
        seen += [max(batch['inputs'][0].shape) for batch in val]
    assert seen == sizes


def test_a_validation_made_up_for_after_a_resume_is_at_the_size_of_its_epoch(data_root):
    val = make_loader(data_root, 'val')
    runner = make_runner(make_loader(data_root), val)
    runner.epoch = 2  # two are done, the second was not validated
    ProgressiveResolutionHook([(0, 64), (1, 96), (2, 128)], 'stage').before_train(runner)
    assert [max(batch['inputs'][0].shape) for batch in val] == [96]


def test_the_loop_counts_batches_stage_by_stage(data_root):
    runner = make_runner(make_loader(data_root))
    ProgressiveResolutionHook(STAGES).before_train(runner)
    # One batch of two pages in four epochs, two of one page in the third.
    assert runner.train_loop._max_iters == 4 + 2
    assert len(runner.counted) == 1


def test_a_schedule_laid_out_by_batches_is_refused_where_batches_change(data_root):
    scheduler = [ConfigDict(type='CosineAnnealingLR', convert_to_iter_based=True)]
    runner = make_runner(make_loader(data_root), scheduler=scheduler)
    with pytest.raises(UserError, match=r'^recipe.py: CosineAnnealingLR has convert_to_iter_based'):
        ProgressiveResolutionHook(STAGES).before_train(runner)
    ProgressiveResolutionHook([(0, 64), (2, 96)]).before_train(runner)


@pytest.mark.parametrize('part', ['train', 'val'])
def test_a_loader_that_cannot_be_told_is_refused(data_root, part):
    loaders = {'train': make_loader(data_root), 'val': make_loader(data_root, 'val')}
    loaders[part] = DataLoader([1, 2])
    runner = make_runner(**loaders)
    with pytest.raises(UserError, match=f'{part}_dataloader has a BatchSampler; set {part}_data'):
        ProgressiveResolutionHook(STAGES, validation='stage').before_train(runner)


def test_an_unknown_validation_is_refused():
    with pytest.raises(UserError, match="validation is 'same'"):
        ProgressiveResolutionHook(STAGES, validation='same')
