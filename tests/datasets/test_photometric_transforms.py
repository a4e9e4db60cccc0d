"""The photometric transforms in a pipeline: probability, seed, options, and nothing else moved."""

import numpy as np
import pytest

import plugins.register  # noqa: F401  before anything of MMOCR

# isort: split
from mmocr.registry import TRANSFORMS

from plugins.engine import read_config
from plugins.functional.errors import UserError

STRONG = {
    'ColorJitter': dict(brightness=0.5, contrast=0.5, saturation=0.5, hue=0.1),
    'RandomBlur': dict(sigma=(1, 2)),
    'RandomNoise': dict(sigma=(5, 20)),
    'RandomJPEG': dict(quality=(10, 50)),
    'RandomShadow': dict(strength=(0.3, 0.6)),
}
all_transforms = pytest.mark.parametrize('name', STRONG)


@pytest.fixture
def results():
    image = np.random.default_rng(5).integers(0, 256, (96, 72, 3), dtype=np.uint8)
    return dict(
        img=image,
        img_shape=(96, 72),
        gt_polygons=[np.array([6.0, 8, 50, 8, 50, 20, 6, 20])],
        gt_bboxes=np.float32([[6, 8, 50, 20]]),
        gt_bboxes_labels=np.zeros(1, np.int64),
        gt_ignored=np.zeros(1, bool),
    )


def apply(name, results, seed=0, **options):
    transform = TRANSFORMS.build(dict(type=name, **STRONG[name], **options))
    np.random.seed(seed)
    return transform({**results, 'img': results['img'].copy()})


@all_transforms
def test_only_pixels_change(name, results):
    changed = apply(name, results)
    assert changed.keys() == results.keys()
    assert all(changed[key] is results[key] for key in results if key != 'img')
    assert changed['img'].shape == (96, 72, 3)
    assert changed['img'].dtype == np.uint8
    assert not np.array_equal(changed['img'], results['img'])


@all_transforms
def test_the_numpy_seed_decides(name, results):
    first, same, other = (apply(name, results, seed)['img'] for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, same)
    assert not np.array_equal(first, other)


@all_transforms
@pytest.mark.parametrize(
    ('prob', 'low', 'high'),
    [
        pytest.param(0, 0, 0, id='never'),
        pytest.param(1, 40, 40, id='always'),
        pytest.param(0.5, 10, 30, id='half of 40 pages, give or take three deviations'),
    ],
)
def test_pages_are_changed_as_often_as_asked(name, prob, low, high, results):
    pages = [apply(name, results, seed, prob=prob)['img'] for seed in range(40)]
    assert low <= sum(not np.array_equal(page, results['img']) for page in pages) <= high


@all_transforms
def test_what_follows_draws_the_same_whether_a_page_is_changed_or_not(name, results):
    following = []
    for prob in (0, 1):
        apply(name, results, seed=3, prob=prob)
        following.append(np.random.randint(2**31))
    assert following[0] == following[1]


@all_transforms
def test_a_page_of_one_pixel_stays_one(name, results):
    results['img'] = results['img'][:1, :1]
    assert apply(name, results)['img'].shape == (1, 1, 3)


@pytest.mark.parametrize(
    ('transform', 'message'),
    [
        pytest.param(dict(type='ColorJitter', hue=0.7), r'ColorJitter: hue .* 0\.7', id='hue'),
        pytest.param(dict(type='ColorJitter', gamma=1), 'ColorJitter: .*gamma', id='unknown'),
        pytest.param(
            dict(type='RandomBlur', sigma=(2, 1)), r'RandomBlur: sigma must be \(low', id='order'
        ),
        pytest.param(dict(type='RandomNoise', sigma=3), 'RandomNoise: .*', id='no range'),
        pytest.param(dict(type='RandomJPEG', quality=(0, 9)), 'RandomJPEG: quality', id='quality'),
        pytest.param(dict(type='RandomJPEG', quality=('a', 'b')), 'RandomJPEG: ', id='no numbers'),
        pytest.param(dict(type='RandomShadow', prob=2), 'RandomShadow: prob is 2', id='prob'),
        pytest.param(
            dict(type='RandomShadow', prob=None), 'RandomShadow: prob is None', id='no prob'
        ),
    ],
)
def test_wrong_options_speak_up_when_the_pipeline_is_built(transform, message):
    with pytest.raises(UserError, match=message):
        TRANSFORMS.build(transform)


def test_the_strong_recipe_differs_in_looks_and_mixing_alone(repo_root):
    plain, strong = (
        read_config(repo_root / 'configs' / f'dbnet_convnext_tiny{suffix}.py').to_dict()
        for suffix in ('', '_strong_aug')
    )
    pipelines = [config['train_dataloader']['dataset']['pipeline'] for config in (plain, strong)]
    assert [step['type'] for step in pipelines[1] if step['type'] in STRONG] == [
        'RandomShadow',  # in the order in which light, lens, sensor and file change a page
        'ColorJitter',
        'RandomBlur',
        'RandomNoise',
        'RandomJPEG',
    ]
    looks = {*STRONG, 'TorchVisionWrapper'}
    for config, pipeline in zip((plain, strong), pipelines, strict=True):
        pipeline[:] = [step for step in pipeline if step['type'] not in looks]
        del config['train_pipeline']
    augments = strong['model']['data_preprocessor'].pop('batch_augments')
    assert [(step['type'], step['alpha']) for step in augments] == [('MixUp', 0.2), ('CutMix', 1.0)]
    assert strong == plain
