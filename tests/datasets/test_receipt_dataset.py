"""The annotation JSON as an MMOCR dataset."""

import logging
import unicodedata
from pathlib import Path

import numpy as np
import pytest
from drawn_images import turned
from mmengine.registry import init_default_scope
from PIL import Image
from tiny_receipts import HEIGHT, WIDTH, WORDS, draw_page, entry, write_annotations

from plugins.datasets.receipt_dataset import PageRequest, ReceiptDataset
from plugins.functional.errors import UserError


def build(root: Path, images: dict, **options) -> ReceiptDataset:
    """Write ``images`` as train.json and read it; pages are drawn unless a test did so."""
    write_annotations(root / 'train.json', images)
    (root / 'images').mkdir(exist_ok=True)
    usual = {'ann_file': 'train.json', 'data_prefix': {'img_path': 'images'}, 'pipeline': []}
    return ReceiptDataset(data_root=str(root), **{**usual, **options})


@pytest.fixture
def root(tmp_path: Path) -> Path:
    draw_page(tmp_path / 'images/a.png')
    return tmp_path


def polygons(dataset: ReceiptDataset, index: int = 0) -> list[list[float]]:
    return [instance['polygon'] for instance in dataset.get_data_info(index)['instances']]


QUAD = [[235.83, 91.13], [300.1, 91.0], [300.1, 120.4], [235.8, 120.5]]
OUTSIDE = [[-7.25, 3.5], [WIDTH + 40.5, 3.5], [WIDTH + 40.5, 12.0], [-7.25, 12.0]]
FOURTEEN = [[float(x), 10.125] for x in range(7)] + [[float(x), 20.0] for x in range(6, -1, -1)]


@pytest.mark.parametrize(
    'points',
    [
        pytest.param(QUAD, id='floats'),
        pytest.param(OUTSIDE, id='outside the page'),
        pytest.param(FOURTEEN, id='14 vertices'),
    ],
)
def test_points_are_kept_exactly(root: Path, points: list) -> None:
    dataset = build(root, {'a.png': entry([points])})
    assert polygons(dataset) == [[number for point in points for number in point]]
    (instance,) = dataset.get_data_info(0)['instances']
    xs, ys = zip(*points, strict=True)
    assert instance['bbox'] == [min(xs), min(ys), max(xs), max(ys)]
    assert (instance['bbox_label'], instance['ignore']) == (0, False)


@pytest.mark.parametrize(
    'words',
    [
        pytest.param({'1': {'points': []}}, id='no points'),
        pytest.param({'1': {'points': None}}, id='null points'),
        pytest.param({'1': {'points': [[0, 0], [1, 1], [0, 1]]}}, id='a triangle never scores'),
    ],
)
def test_words_that_cannot_score_are_left_out(root: Path, words: dict) -> None:
    words['2'] = {'points': QUAD, 'orientation': None, 'language': None}
    assert len(polygons(build(root, {'a.png': entry() | {'words': words}}))) == 1


@pytest.mark.parametrize('test_mode', [False, True])
def test_a_page_without_words_is_kept(root: Path, test_mode: bool) -> None:
    dataset = build(root, {'a.png': entry(())}, test_mode=test_mode)
    assert len(dataset) == 1
    assert polygons(dataset) == []


@pytest.mark.parametrize(
    ('annotated', 'size'),
    [
        pytest.param({'img_w': 960, 'img_h': 1280}, (960, 1280), id='as annotated'),
        pytest.param({'img_w': None}, (WIDTH, HEIGHT), id='no width: from the header'),
        pytest.param({'img_h': None}, (WIDTH, HEIGHT), id='no height: from the header'),
    ],
)
def test_the_annotated_size_is_taken_where_there_is_one(root: Path, annotated, size) -> None:
    info = build(root, {'a.png': entry(**annotated)}).get_data_info(0)
    assert (info['width'], info['height']) == size


def test_a_missing_size_is_that_of_the_displayed_image(root: Path) -> None:
    Image.new('RGB', (40, 20)).save(root / 'images/turned.jpg', exif=turned(6))
    info = build(root, {'turned.jpg': {'words': {}}}).get_data_info(0)
    assert (info['width'], info['height']) == (20, 40)


def test_sizes_are_not_read_on_request(root: Path) -> None:
    info = build(root, {'a.png': {'words': {}}}, with_size=False).get_data_info(0)
    assert info['width'] is info['height'] is None


def test_missing_images_are_left_out_and_still_listed(root: Path, capsys) -> None:
    from mmengine.logging import MMLogger

    logger = MMLogger.get_instance('missing images', log_level=logging.WARNING)
    dataset = build(root, {'gone.png': entry(), 'a.png': entry()})
    assert dataset.metainfo['pages'] == ('gone.png', 'a.png')
    assert [Path(info['img_path']).name for info in dataset] == ['a.png']
    logger.handlers[0].flush()
    printed = capsys.readouterr()
    assert '1 of 2 images are not in' in printed.out + printed.err
    assert "first 'gone.png'" in printed.out + printed.err


def test_links_that_lead_nowhere_are_missing_images(root: Path) -> None:
    (root / 'images/link.png').symlink_to(root / 'images/a.png')
    (root / 'images/gone.png').symlink_to(root / 'nowhere.png')
    dataset = build(root, {'gone.png': entry(), 'a.png': entry(), 'link.png': entry()})
    assert [Path(info['img_path']).name for info in dataset] == ['a.png', 'link.png']


def test_names_in_another_unicode_form_are_told(root: Path) -> None:
    listed, there = (unicodedata.normalize(form, '가.png') for form in ('NFC', 'NFD'))
    (root / 'images/a.png').rename(root / 'images' / there)
    with pytest.raises(UserError, match='Unicode form only'):
        build(root, {listed: entry()})


def test_two_datasets_do_not_share_their_pages(root: Path) -> None:
    first = build(root, {'a.png': entry()})
    build(root, {'a.png': entry(), 'gone.png': entry()})
    assert first.metainfo['pages'] == ('a.png',)


@pytest.mark.parametrize(
    ('folder', 'images', 'message'),
    [
        ('images', {'gone.png': entry()}, "none of the 1 images .* 'gone.png'"),
        ('images', {}, 'lists no image'),
        ('nowhere', {'a.png': entry()}, '--data-root'),
    ],
    ids=['all gone', 'none listed', 'no folder'],
)
def test_nothing_to_read_is_an_error(root: Path, folder: str, images: dict, message: str) -> None:
    with pytest.raises(UserError, match=message):
        build(root, images, data_prefix={'img_path': folder})


def test_the_fold_is_filled_in(root: Path) -> None:
    write_annotations(root / 'fold3_val.json', {'a.png': entry()})
    dataset = build(root, {}, ann_file='fold{fold}_val.json', fold=3)
    assert Path(dataset.ann_file).name == 'fold3_val.json'


@pytest.mark.parametrize('fold', [None, -1, '3'])
def test_a_fold_must_be_named_where_the_file_wants_one(root: Path, fold: object) -> None:
    with pytest.raises(UserError, match=f'fold is {fold!r}; name a fold'):
        build(root, {}, ann_file='fold{fold}_val.json', fold=fold)


@pytest.mark.parametrize('size', [31, 960.0, '960', None])
def test_an_input_size_must_be_pixels(root: Path, size: object) -> None:
    with pytest.raises(UserError, match='32 pixels or more'):
        build(root, {'a.png': entry()}, input_size=size)


def test_the_input_size_comes_with_every_page_and_may_change(root: Path) -> None:
    dataset = build(root, {'a.png': entry()}, input_size=640)
    assert dataset[0]['input_size'] == 640
    dataset.input_size = 960
    assert dataset[0]['input_size'] == 960


def test_a_request_decides_size_and_randomness(root: Path) -> None:
    init_default_scope('mmocr')
    steps = [dict(type='LoadReceipt'), dict(type='RandomWarp', degrees=5, scale=(0.8, 1.25))]
    dataset = build(root, {'a.png': entry()}, input_size=128, pipeline=steps)
    assert max(dataset[0]['img'].shape) == max(dataset[PageRequest(0)]['img'].shape) == 128
    pages = [dataset[PageRequest(0, 64, seed)]['img'] for seed in (3, 3, 4)]
    assert max(pages[0].shape) == 64
    assert np.array_equal(pages[0], pages[1]) and not np.array_equal(pages[0], pages[2])
    state = np.random.get_state()[1].tolist()
    dataset[PageRequest(0, 64, 3)]
    assert np.random.get_state()[1].tolist() == state


def test_it_serves_mmocrs_own_pipeline(root: Path) -> None:
    init_default_scope('mmocr')
    dataset = build(
        root,
        {'a.png': entry()},
        pipeline=[
            dict(type='LoadImageFromFile'),
            dict(type='LoadOCRAnnotations', with_polygon=True, with_bbox=True, with_label=True),
            dict(type='Resize', scale=(2 * WIDTH, 2 * HEIGHT), keep_ratio=True),
            dict(type='PackTextDetInputs', meta_keys=('img_path', 'ori_shape', 'scale_factor')),
        ],
    )
    item = dataset[0]
    assert item['inputs'].shape == (3, 2 * HEIGHT, 2 * WIDTH)
    truth = item['data_samples'].gt_instances
    # MMOCR's Resize crops by Shapely, which starts elsewhere and closes the ring.
    corners = {tuple(point) for point in truth.polygons[1].reshape(-1, 2).tolist()}
    assert corners == {(2 * x, 2 * y) for x, y in WORDS[1]}
    assert not truth.ignored.any()
    assert item['data_samples'].scale_factor == (2, 2)
