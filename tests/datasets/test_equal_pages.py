"""Which pages share a batch of a test, so that none notices the others."""

import itertools

import pytest
from mmengine.dataset import DefaultSampler
from mmengine.registry import init_default_scope
from tiny_receipts import draw_page, entry, write_annotations

import plugins.register  # noqa: F401
from plugins.datasets.equal_pages import EqualPagesBatchSampler
from plugins.datasets.receipt_dataset import ReceiptDataset
from plugins.functional.errors import UserError

# Width and height; the first two are fitted into 96 x 128 pixels, padded to multiples of 32.
SHAPES = [(90, 120), (45, 62), (120, 90)]


@pytest.fixture(scope='module')
def dataset(tmp_path_factory) -> ReceiptDataset:
    """Eleven pages, their shapes taking turns."""
    init_default_scope('mmocr')
    root = tmp_path_factory.mktemp('pages')
    pages = {}
    for number, shape in zip(range(11), itertools.cycle(SHAPES)):
        draw_page(root / f'{number}.png', size=shape)
        pages[f'{number}.png'] = entry(img_w=shape[0], img_h=shape[1])
    write_annotations(root / 'a.json', pages)
    return ReceiptDataset(
        'a.json', input_size=128, data_root=str(root), data_prefix={'img_path': ''}, test_mode=True
    )


def batches(dataset, batch_size, shuffle=False, **options) -> list[list[int]]:
    sampler = EqualPagesBatchSampler(
        DefaultSampler(dataset, shuffle=shuffle), batch_size, **options
    )
    found = list(sampler)
    assert len(sampler) == len(found)
    assert list(sampler) == found
    return found


@pytest.mark.parametrize('batch_size', [1, 2, 3, 50])
@pytest.mark.parametrize('divisor', [None, 32])
def test_every_page_is_tested_once(dataset, batch_size, divisor) -> None:
    found = batches(dataset, batch_size, divisor=divisor)
    assert sorted(itertools.chain(*found)) == list(range(11))
    assert max(map(len, found)) <= batch_size
    assert found[-1] == [10]


def test_pages_that_are_padded_alike_share_a_batch(dataset) -> None:
    assert batches(dataset, 4, divisor=32) == [[0, 1, 3, 4], [2, 5, 8], [6, 7, 9], [10]]


def test_elsewhere_only_pages_of_one_size_do(dataset) -> None:
    assert batches(dataset, 4) == [[0, 3, 6, 9], [1, 4, 7], [2, 5, 8], [10]]


@pytest.mark.parametrize(
    ('options', 'message'),
    [
        (dict(shuffle=True), 'is for tests'),
        (dict(drop_last=True), 'is for tests'),
        (dict(divisor=0), 'divisor is 0'),
        (dict(batch_size=0), 'batch_size is 0'),
    ],
)
def test_what_is_refused(dataset, options, message) -> None:
    with pytest.raises(UserError, match=message):
        batches(dataset, **{'batch_size': 2, **options})


def test_another_dataset_is_refused() -> None:
    with pytest.raises(UserError, match='the dataset is a list'):
        batches([1, 2], 2)
