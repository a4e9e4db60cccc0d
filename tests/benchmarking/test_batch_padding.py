"""Padding, from the sizes of pages."""

from pathlib import Path

import pytest
from mmengine.registry import init_default_scope
from tiny_receipts import WORDS, draw_page, entry, write_annotations

from plugins.benchmarking.batch_padding import measure_padding, padded_share
from plugins.datasets.receipt_dataset import ReceiptDataset


@pytest.mark.parametrize(
    ('batches', 'share'),
    [
        pytest.param([[(64, 96)]], 0, id='a page that fits'),
        pytest.param([[(64, 96), (64, 96)]], 0, id='two alike'),
        pytest.param([[(64, 64), (64, 32)]], 1 / 4, id='half of the second'),
        pytest.param([[(64, 32), (32, 64)]], 1 / 2, id='widest and highest are different pages'),
        pytest.param([[(64, 64)], [(64, 32)]], 0, id='batches apart'),
        pytest.param([[(33, 32)]], 31 / 64, id='rounded up to 32'),
    ],
)
def test_padding_is_what_no_page_covers(batches: list, share: float):
    assert padded_share(batches, divisor=32) == pytest.approx(share)


def test_batches_of_like_shape_save_what_mixed_ones_pad(tmp_path: Path):
    init_default_scope('mmocr')
    images = {}
    for i in range(8):
        # At the input size four of 64 x 128 and four of 128 x 64.
        size = (80, 160) if i % 2 else (160, 80)
        draw_page(tmp_path / f'images/{i}.png', size=size)
        images[f'{i}.png'] = entry(WORDS, img_w=size[0], img_h=size[1])
    write_annotations(tmp_path / 'train.json', images)
    dataset = ReceiptDataset(
        data_root=str(tmp_path),
        ann_file='train.json',
        data_prefix=dict(img_path='images'),
        input_size=128,
        pipeline=[],
    )
    two, eight = measure_padding(dataset, dict(type='ReceiptBatchSampler'), (2, 8), divisor=32)
    half = dict.fromkeys(('square', 'shuffled', 'by_shape'), 1 / 2)
    assert eight == {'batch_size': 8, **half, 'saved': 0}
    assert (two['batch_size'], two['square'], two['by_shape']) == (2, 1 / 2, 0)
    # Among two pages, a page's companion is of its shape 3 times in 7.
    assert 0 < two['shuffled'] < 1 / 2
    assert two['saved'] == pytest.approx(two['shuffled'])
