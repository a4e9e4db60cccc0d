"""Pixels, polygons and ignored words when a page is fitted and warped."""

import numpy as np
import pytest
from mmocr.registry import TRANSFORMS
from painted_page import WORDS, apply, load, overlap, scan

from plugins.functional.errors import UserError

CHANGES = {
    'none': {},
    'rotation': dict(degrees=25),
    'zoom': dict(scale=(0.6, 1.5)),
    'stretch': dict(stretch=0.5),
    'shift': dict(shift=0.1),
    'crop': dict(scale=(1.2, 1.3), shift=0.1),
    'perspective': dict(perspective=0.15),
    'mirror': dict(flip=1),
    'upside down': dict(flip_vertical=1),
    'together': dict(
        degrees=10,
        scale=(0.8, 1.25),
        stretch=0.2,
        shift=0.05,
        flip=0.5,
        flip_vertical=0.5,
        perspective=0.1,
    ),
}


def test_fitting_leaves_the_words_where_they_are_on_the_page(record):
    results = apply(load(record, input_size=120), dict(type='FitPage'))
    assert results['img'].shape == (120, 90, 3)
    assert results['img_shape'] == (120, 90)
    assert results['ori_shape'] == (240, 180)
    assert results['scale_factor'] == (0.5, 0.5)
    np.testing.assert_array_equal(results['gt_polygons'][0], np.ravel(WORDS[0]))
    halved = [(np.array(word) + 0.5) / 2 - 0.5 for word in WORDS]
    assert overlap(results['img'], halved) > 0.85  # words are 11 px high, edges half a pixel off


@pytest.mark.parametrize('input_size', [128, 240, 320], ids=['smaller', 'as large', 'larger'])
@pytest.mark.parametrize('change', CHANGES.values(), ids=CHANGES)
def test_words_go_with_the_pixels(record, change, input_size):
    for seed in range(4):
        np.random.seed(seed)
        results = load(record, input_size=input_size)
        results = apply(results, dict(type='RandomWarp', min_visible=0, **change))
        width, height = input_size * 3 // 4, input_size
        assert results['img'].shape == (height, width, 3)
        assert results['img'].dtype == np.uint8
        assert results['img_shape'] == (height, width)
        # Repainting is exact to half a pixel on each side, of about 8 in the height of the smallest
        # words; the words of another draw overlap by less than half.
        assert overlap(results['img'], results['gt_polygons']) > 0.8
        assert not results['gt_ignored'].any()
        assert len(results['gt_polygons']) == len(results['gt_bboxes_labels'])
        for polygon, bbox in zip(results['gt_polygons'], results['gt_bboxes'], strict=True):
            points = polygon.reshape(-1, 2)
            np.testing.assert_allclose(bbox, [*points.min(axis=0), *points.max(axis=0)], rtol=1e-6)


@pytest.mark.parametrize('orientation', range(1, 9))
@pytest.mark.parametrize(
    'transform',
    [dict(type='FitPage'), dict(type='RandomWarp', **CHANGES['together'])],
    ids=['test', 'training'],
)
@pytest.mark.parametrize('size', [(1440, 1920), (1443, 1925)], ids=['whole blocks', 'odd sizes'])
def test_reduced_decoding_changes_next_to_nothing(record, tmp_path, transform, orientation, size):
    record['img_path'] = scan(tmp_path / 'large.jpg', size, orientation)
    outputs = []
    for options in ({}, dict(max_zoom=2)):
        np.random.seed(3)
        loaded = apply(dict(record), dict(type='LoadReceipt', **options))
        decoded = loaded['img'].shape[:2]
        outputs.append(apply(loaded, transform))
    full, reduced = outputs
    assert decoded == tuple(-(-side // 4) for side in reduced['ori_shape'])
    for key in ('img_shape', 'ori_shape', 'scale_factor'):
        assert full.get(key) == reduced.get(key)
    for a, b in zip(full['gt_polygons'], reduced['gt_polygons'], strict=True):
        np.testing.assert_array_equal(a, b)
    difference = full['img'].astype(float) - reduced['img']
    assert np.abs(difference).mean() < 0.5  # of 255


def test_the_annotated_size_is_not_believed(record, tmp_path):
    record['img_path'] = scan(tmp_path / 'large.jpg', (1440, 1920))
    results = apply(
        {**record, 'width': 30, 'height': 40},
        dict(type='LoadReceipt', max_zoom=1),
        dict(type='FitPage'),
    )
    assert results['img_shape'] == (240, 180)
    assert results['scale_factor'] == (1 / 8, 1 / 8)


def test_a_zoom_beyond_what_was_decoded_is_refused(record):
    results = apply(record, dict(type='LoadReceipt', max_zoom=1.2))
    with pytest.raises(UserError, match=r'up to 1\.5, but LoadReceipt has max_zoom 1\.2; .* 1\.50'):
        apply(results, dict(type='RandomWarp', scale=(1, 1.5)))


def test_the_numpy_seed_decides(record):
    warp = TRANSFORMS.build(dict(type='RandomWarp', **CHANGES['together']))
    drawn = []
    for seed in (2, 1, 1):
        np.random.seed(seed)
        drawn.append(warp(load(record)))
    other, first, same = drawn
    np.testing.assert_array_equal(first['img'], same['img'])
    np.testing.assert_array_equal(first['gt_polygons'][0], same['gt_polygons'][0])
    for page in (other, warp(load(record))):
        assert not np.array_equal(first['img'], page['img'])


@pytest.mark.parametrize(
    ('right', 'min_visible', 'ignored'),
    [
        pytest.param(100, 0.5, [False], id='60 of 80 columns are visible'),
        pytest.param(100, 0.8, [True], id='but more are asked for'),
        pytest.param(150, 0.5, [True], id='10 of 80 columns are visible'),
        pytest.param(150, 0.1, [False], id='and that is enough'),
        pytest.param(200, 0.0, [], id='nothing is visible'),
    ],
)
def test_words_cut_by_the_border_are_ignored_when_little_remains(
    record, right, min_visible, ignored
):
    left = right + 19.5
    word = [left, 30, left + 80, 30, left + 80, 52, left, 52]
    # On a page 180 px wide, whose last column ends at 179.5.
    record['instances'] = [dict(polygon=word, bbox=[0, 0, 1, 1], bbox_label=0, ignore=False)]
    results = apply(load(record), dict(type='RandomWarp', min_visible=min_visible))
    assert results['gt_ignored'].tolist() == ignored
    assert len(results['gt_polygons']) == len(results['gt_bboxes']) == len(ignored)
    for polygon in results['gt_polygons']:
        np.testing.assert_allclose(polygon, word, atol=1e-9)  # beyond the border as well


def test_ignored_words_stay_ignored(record):
    record['instances'][1]['ignore'] = True
    results = apply(load(record), dict(type='RandomWarp'))
    assert results['gt_ignored'].tolist() == [False, True, False]


@pytest.mark.parametrize(
    ('change', 'message'),
    [
        pytest.param(dict(degree=5), 'RandomWarp: .*degree', id='unknown'),
        pytest.param(dict(scale=(0, 1)), 'RandomWarp: scale', id='impossible'),
    ],
)
def test_wrong_changes_speak_up_when_the_pipeline_is_built(change, message):
    with pytest.raises(UserError, match=message):
        TRANSFORMS.build(dict(type='RandomWarp', **change))
