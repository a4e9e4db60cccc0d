"""What a page hands to the network, in training and in validation."""

import cv2
import numpy as np
import pytest
import torch
from mmengine.structures import PixelData
from painted_page import SIZE, apply, load, paint


def test_packing_for_training(record):
    packed = apply(
        load(record),
        dict(type='RandomWarp'),
        dict(type='MakeDBTargets'),
        dict(type='PackReceipt'),
    )
    sample = packed['data_samples']
    assert packed['inputs'].shape == (3, 240, 180)
    assert packed['inputs'].dtype == torch.uint8
    assert isinstance(sample.gt_maps, PixelData)
    assert sample.gt_maps.data.shape == (4, 240, 180)
    assert sample.gt_maps.data.dtype == torch.float16
    assert len(sample.gt_instances) == 3
    assert sample.gt_instances.ignored.tolist() == [False] * 3
    assert 'scale_factor' not in sample


def test_packing_for_validation(record):
    packed = apply(load(record), dict(type='FitPage'), dict(type='PackReceipt'))
    sample = packed['data_samples']
    assert 'gt_maps' not in sample
    assert (sample.img_shape, sample.ori_shape, sample.scale_factor) == (
        (240, 180),
        (240, 180),
        (1, 1),
    )
    assert sample.img_path == record['img_path']


@pytest.mark.parametrize('page', [dict(type='FitPage'), dict(type='RandomWarp', degrees=5)])
@pytest.mark.parametrize('size', [SIZE, (1, 1), (1, 100)])
def test_pages_without_words(record, tmp_path, page, size):
    path = tmp_path / 'blank.png'
    path.write_bytes(cv2.imencode('.png', paint([], size))[1].tobytes())
    results = load(record, img_path=str(path), instances=[])
    packed = apply(results, page, dict(type='MakeDBTargets'), dict(type='PackReceipt'))
    assert len(packed['data_samples'].gt_instances) == 0
    maps = packed['data_samples'].gt_maps.data
    assert maps.shape[1:] == packed['inputs'].shape[1:]
    assert not maps[0].any()
    assert maps[1].all()


def test_single_precision(record):
    results = apply(load(record), dict(type='SinglePrecisionPolygons'))
    assert {polygon.dtype for polygon in results['gt_polygons']} == {np.dtype(np.float32)}
