"""A page as the first step reads it."""

from pathlib import Path

import numpy as np
import pytest
from mmocr.registry import TRANSFORMS
from painted_page import apply, load, overlap, scan

from plugins.functional.errors import UserError


def test_loading_adds_pixels_and_words(record):
    results = load(record)
    assert results['img'].shape == (240, 180, 3)
    assert results['img'].dtype == np.uint8
    assert results['img_shape'] == results['ori_shape'] == (240, 180)
    assert [polygon.shape for polygon in results['gt_polygons']] == [(8,), (8,), (12,)]
    assert all(polygon.dtype == np.float64 for polygon in results['gt_polygons'])
    np.testing.assert_array_equal(results['gt_bboxes'][0], [20, 30, 90, 52])
    assert results['gt_bboxes'].dtype == np.float32
    assert results['gt_bboxes_labels'].tolist() == [0, 0, 0]
    assert results['gt_ignored'].tolist() == [False] * 3
    assert overlap(results['img'], results['gt_polygons']) == 1


def test_a_missing_image_is_named(record):
    with pytest.raises(UserError, match=r'nowhere\.png'):
        load(record, img_path='nowhere.png')


def test_a_truncated_page_is_refused_in_reduced_mode(record, tmp_path):
    path = Path(scan(tmp_path / 'large.jpg', (1440, 1920)))
    path.write_bytes(path.read_bytes()[:-1000])
    with pytest.raises(UserError, match=r'large\.jpg: the image is truncated'):
        apply({**record, 'img_path': str(path)}, dict(type='LoadReceipt', max_zoom=1))


def test_pages_are_reduced_no_further_than_the_zoom_allows(record, tmp_path):
    record['img_path'] = scan(tmp_path / 'large.jpg', (1440, 1920))
    for max_zoom, expected in ((None, 1920), (1, 240), (2, 480), (2.1, 960), (5, 1920)):
        loaded = apply(dict(record), dict(type='LoadReceipt', max_zoom=max_zoom))
        assert loaded['img'].shape[0] == expected
        assert loaded['ori_shape'] == (1920, 1440)
    del record['input_size']
    assert apply(record, dict(type='LoadReceipt', max_zoom=1))['img'].shape[0] == 1920


def test_a_zoom_below_1_is_refused():
    with pytest.raises(UserError, match=r'LoadReceipt: max_zoom is 0\.5'):
        TRANSFORMS.build(dict(type='LoadReceipt', max_zoom=0.5))
