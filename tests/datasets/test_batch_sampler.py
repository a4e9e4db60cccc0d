"""Which pages share a batch, and what is asked for with each."""

import itertools

import pytest
import torch
from mmengine.dataset import DefaultSampler, InfiniteSampler, pseudo_collate
from mmengine.registry import init_default_scope
from tiny_receipts import draw_page, entry, write_annotations
from torch.utils.data import DataLoader

import plugins.register  # noqa: F401
from plugins.datasets.batch_sampler import ReceiptBatchSampler
from plugins.datasets.receipt_dataset import ReceiptDataset
from plugins.functional.errors import UserError

# A long receipt, a phone's photo upright and lying: width, height.
SHAPES = [(32, 128), (72, 96), (96, 72)]
PIPELINE = [
    dict(type='LoadReceipt'),
    dict(type='RandomWarp', degrees=5, scale=(0.8, 1.25), flip=0.5),
    dict(type='TorchVisionWrapper', op='ColorJitter', brightness=0.5),
    dict(type='MakeDBTargets'),
    dict(type='PackReceipt'),
]


@pytest.fixture(scope='module')
def dataset(tmp_path_factory: pytest.TempPathFactory) -> ReceiptDataset:
    """Eleven pages, their shapes taking turns."""
    init_default_scope('mmocr')
    root = tmp_path_factory.mktemp('pages')
    pages = {}
    for number, shape in zip(range(11), itertools.cycle(SHAPES)):
        draw_page(root / f'{number}.png', size=shape)
        pages[f'{number}.png'] = entry(img_w=shape[0], img_h=shape[1])
    write_annotations(root / 'train.json', pages)
    return ReceiptDataset(
        'train.json', data_root=str(root), data_prefix={'img_path': ''}, pipeline=PIPELINE
    )


def batches(dataset, epoch=0, batch_size=4, shuffle=True, **options):
    sampler = DefaultSampler(dataset, shuffle=shuffle, seed=7)
    sampler.set_epoch(epoch)
    return list(ReceiptBatchSampler(sampler, batch_size, **options))


def indices(batches):
    return [[request.index for request in batch] for batch in batches]


@pytest.mark.parametrize('batch_size', [1, 2, 3, 4, 11, 50])
@pytest.mark.parametrize('epoch', range(4))
def test_an_epoch_has_every_page_once(dataset, epoch, batch_size):
    found = indices(batches(dataset, epoch, batch_size))
    assert sorted(itertools.chain(*found)) == list(range(11))
    assert len(found) == -(-11 // batch_size)
    assert sorted(map(len, found))[1:] == [batch_size] * (11 // batch_size - (11 % batch_size == 0))


def test_pages_of_a_shape_come_together(dataset):
    # 4 long, 4 upright and 3 lying pages: batches of 4 need not mix them, but for the short batch.
    kinds = [
        [{index % 3 for index in batch} for batch in indices(batches(dataset, epoch))]
        for epoch in range(20)
    ]
    assert max(len(kind) for epoch in kinds for kind in epoch) == 2
    assert any(all(len(kind) == 1 for kind in epoch) for epoch in kinds)


def test_company_and_order_change_with_the_epoch_and_with_nothing_else(dataset):
    orders = [indices(batches(dataset, epoch)) for epoch in range(3)]
    assert orders[0] != orders[1] != orders[2]
    assert {frozenset(batch) for batch in orders[0]} != {frozenset(batch) for batch in orders[1]}
    assert indices(batches(dataset, 1)) == orders[1]


def test_the_short_batch_is_not_always_of_one_shape(dataset):
    short = [min(indices(batches(dataset, epoch)), key=len) for epoch in range(20)]
    assert {index % 3 for batch in short for index in batch} == {0, 1, 2}


@pytest.mark.parametrize('rank', [0, 1])
def test_processes_share_the_pages_and_have_as_many_batches(dataset, monkeypatch, rank):
    monkeypatch.setattr('mmengine.dataset.sampler.get_dist_info', lambda: (rank, 2))
    found = indices(batches(dataset))
    # 11 pages are made up to 12, so that no process waits for a batch that does not come.
    assert list(map(len, found)).count(4) == 1
    assert sum(map(len, found)) == 6
    monkeypatch.setattr('mmengine.dataset.sampler.get_dist_info', lambda: (1 - rank, 2))
    other = indices(batches(dataset))
    assert set(itertools.chain(*found, *other)) == set(range(11))


def test_without_shuffling_order_stays_and_nothing_is_random(dataset):
    found = batches(dataset, shuffle=False)
    assert indices(found) == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10]]
    assert {request.seed for batch in found for request in batch} == {None}


def test_the_size_set_is_asked_for(dataset):
    sampler = ReceiptBatchSampler(DefaultSampler(dataset, seed=7), 4)
    assert {request.input_size for batch in sampler for request in batch} == {None}
    sampler.input_size, sampler.batch_size = 64, 6
    assert {request.input_size for batch in sampler for request in batch} == {64}
    assert sorted(map(len, sampler)) == [5, 6]


def test_drop_last_leaves_the_short_batch_out(dataset):
    sampler = ReceiptBatchSampler(DefaultSampler(dataset, seed=7), 4, drop_last=True)
    assert list(map(len, sampler)) == [4, 4]
    assert len(sampler) == 2


@pytest.mark.parametrize(
    ('options', 'message'),
    [
        pytest.param({'batch_size': 0}, 'batch_size is 0', id='nothing a batch'),
        pytest.param({'noise': -1}, 'noise is -1', id='negative noise'),
    ],
)
def test_numbers_out_of_range_are_refused(dataset, options, message):
    with pytest.raises(UserError, match=message):
        batches(dataset, **options)


def test_samplers_that_will_not_do_are_refused(dataset):
    with pytest.raises(UserError, match='the dataset is a list; use a ReceiptDataset'):
        ReceiptBatchSampler(DefaultSampler([1, 2]), 2)
    with pytest.raises(UserError, match='a InfiniteSampler, without epochs; use a DefaultSampler'):
        ReceiptBatchSampler(InfiniteSampler(dataset, seed=0), 2)


@pytest.mark.parametrize(
    'workers',
    [dict(num_workers=0), dict(num_workers=1), dict(num_workers=2, persistent_workers=True)],
    ids=['main process', 'one worker', 'two that persist'],
)
def test_workers_change_nothing(dataset, workers):
    sampler = ReceiptBatchSampler(DefaultSampler(dataset, seed=7), 4)
    loader = DataLoader(dataset, batch_sampler=sampler, collate_fn=pseudo_collate, **workers)
    for epoch, size in enumerate((64, 96)):
        sampler.input_size = size
        sampler.sampler.set_epoch(epoch)
        for batch, requests in zip(loader, list(sampler), strict=True):
            for place, request in enumerate(requests):
                page = dataset[request]
                assert max(page['inputs'].shape) == size
                assert torch.equal(batch['inputs'][place], page['inputs'])
