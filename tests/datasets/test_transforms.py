"""The pipeline's transforms on a painted page: pixels, polygons and maps stay together."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

import plugins.register  # noqa: F401  before anything of MMOCR

# isort: split
import torch
from mmengine.structures import PixelData
from mmocr.registry import TRANSFORMS

from plugins.functional.errors import UserError
from plugins.functional.targets import db_targets

SIZE = (180, 240)
WORDS = [
    [[20, 30], [90, 30], [90, 52], [20, 52]],
    [[100, 100], [160, 120], [154, 142], [94, 122]],
    [[30, 150], [60, 140], [95, 150], [95, 172], [60, 162], [30, 172]],
]
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


def paint(polygons, size):
    image = np.zeros((*size[::-1], 3), np.uint8)
    for polygon in polygons:
        points = np.rint(np.reshape(polygon, (-1, 2)) * 16).astype(np.int32)
        cv2.fillPoly(image, [points], (255,) * 3, cv2.LINE_8, 4)
    return image


@pytest.fixture
def record(tmp_path):
    """What ReceiptDataset hands to the pipeline for a page with its words painted white."""
    path = tmp_path / '영수증.png'
    path.write_bytes(cv2.imencode('.png', paint(WORDS, SIZE))[1].tobytes())
    instances = [
        dict(
            polygon=np.ravel(word).tolist(),
            bbox=[*np.min(word, axis=0).tolist(), *np.max(word, axis=0).tolist()],
            bbox_label=0,
            ignore=False,
        )
        for word in WORDS
    ]
    return dict(img_path=str(path), height=240, width=180, input_size=240, instances=instances)


def apply(results, *transforms):
    for transform in transforms:
        results = TRANSFORMS.build(transform)(results)
    return results


def load(record, **changes):
    return apply({**record, **changes}, dict(type='LoadReceipt'))


def overlap(image, polygons):
    """Intersection over union of white pixels and repainted polygons."""
    seen = image[..., 0] > 127
    painted = paint(polygons, image.shape[1::-1])[..., 0] > 0
    return (seen & painted).sum() / (seen | painted).sum()


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


def scan(path, size, orientation=1):
    """A smooth large page as a JPEG; its words are where those of ``record`` are, scaled."""
    factor = size[0] / SIZE[0]
    large = paint([np.add(word, 0.5) * factor - 0.5 for word in WORDS], size)
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = Image.fromarray(cv2.GaussianBlur(255 - large, (0, 0), 2))
    stored.save(path, quality=95, exif=exif)
    return str(path)


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


def test_pages_are_reduced_no_further_than_the_zoom_allows(record, tmp_path):
    record['img_path'] = scan(tmp_path / 'large.jpg', (1440, 1920))
    for max_zoom, expected in ((None, 1920), (1, 240), (2, 480), (2.1, 960), (5, 1920)):
        loaded = apply(dict(record), dict(type='LoadReceipt', max_zoom=max_zoom))
        assert loaded['img'].shape[0] == expected
        assert loaded['ori_shape'] == (1920, 1440)
    del record['input_size']
    assert apply(record, dict(type='LoadReceipt', max_zoom=1))['img'].shape[0] == 1920


def test_the_annotated_size_is_not_believed(record, tmp_path):
    record['img_path'] = scan(tmp_path / 'large.jpg', (1440, 1920))
    results = apply(
        {**record, 'width': 30, 'height': 40},
        dict(type='LoadReceipt', max_zoom=1),
        dict(type='FitPage'),
    )
    assert results['img_shape'] == (240, 180)
    assert results['scale_factor'] == (1 / 8, 1 / 8)


def test_a_truncated_page_is_refused_in_reduced_mode(record, tmp_path):
    path = Path(scan(tmp_path / 'large.jpg', (1440, 1920)))
    path.write_bytes(path.read_bytes()[:-1000])
    with pytest.raises(UserError, match=r'large\.jpg: the image is truncated'):
        apply({**record, 'img_path': str(path)}, dict(type='LoadReceipt', max_zoom=1))


def test_a_zoom_beyond_what_was_decoded_is_refused(record):
    results = apply(record, dict(type='LoadReceipt', max_zoom=1.2))
    with pytest.raises(UserError, match=r'up to 1\.5, but LoadReceipt has max_zoom 1\.2; .* 1\.50'):
        apply(results, dict(type='RandomWarp', scale=(1, 1.5)))


def test_the_numpy_seed_decides(record):
    warp = dict(type='RandomWarp', **CHANGES['together'])
    drawn = []
    for seed in (1, 1, 2):
        np.random.seed(seed)
        drawn.append(apply(load(record), warp))
    first, same, other = drawn
    np.testing.assert_array_equal(first['img'], same['img'])
    np.testing.assert_array_equal(first['gt_polygons'][0], same['gt_polygons'][0])
    assert not np.array_equal(first['img'], other['img'])


def test_pages_differ_from_one_another(record):
    np.random.seed(0)
    warp = TRANSFORMS.build(dict(type='RandomWarp', **CHANGES['together']))
    a, b = warp(load(record)), warp(load(record))
    assert not np.array_equal(a['img'], b['img'])


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


def test_maps_are_half_precision_and_where_the_words_are(record):
    record['instances'][2]['ignore'] = True
    results = apply(load(record), dict(type='RandomWarp'), dict(type='MakeDBTargets'))
    maps = results['gt_maps']
    assert maps.shape == (4, 240, 180)
    assert maps.dtype == np.float16
    words = [polygon.reshape(-1, 2) for polygon in results['gt_polygons']]
    single = db_targets(words, (240, 180), ignored=results['gt_ignored'])
    np.testing.assert_array_equal(maps, np.float16(single))
    prob, prob_mask, thresh, thresh_mask = maps
    assert prob[41, 55] == 1
    assert prob[161, 62] == prob_mask[156, 62] == 0
    assert prob_mask[41, 55] == thresh_mask[30, 55] == 1
    assert thresh[30, 55] == pytest.approx(0.7, abs=1e-3)


def test_options_of_the_maps_are_handed_on(record):
    thresh = apply(load(record), dict(type='MakeDBTargets', thresh_min=0.1))['gt_maps'][2]
    assert thresh.min() == pytest.approx(0.1, abs=1e-3)


@pytest.mark.parametrize(
    ('transform', 'message'),
    [
        pytest.param(
            dict(type='LoadReceipt', max_zoom=0.5), 'max_zoom must be 1 or more', id='zoom below 1'
        ),
        pytest.param(
            dict(type='RandomWarp', degree=5), 'RandomWarp: .*degree', id='unknown change'
        ),
        pytest.param(
            dict(type='RandomWarp', scale=(0, 1)), 'RandomWarp: scale must be', id='bad change'
        ),
        pytest.param(
            dict(type='MakeDBTargets', shrink=0.4), 'MakeDBTargets: .*shrink', id='unknown option'
        ),
        pytest.param(
            dict(type='MakeDBTargets', shrink_ratio=2),
            'MakeDBTargets: shrink_ratio must',
            id='bad option',
        ),
    ],
)
def test_wrong_options_speak_up_when_the_pipeline_is_built(transform, message):
    with pytest.raises(UserError, match=message):
        TRANSFORMS.build(transform)


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
