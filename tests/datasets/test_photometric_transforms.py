"""The photometric transforms in a pipeline: probability, seed, options, and nothing else moved."""

import numpy as np
import pytest
from mmocr.registry import TRANSFORMS

from plugins.functional.augment import photometric
from plugins.functional.errors import UserError

STRONG = {
    'ColorJitter': (photometric.color_jitter, dict(brightness=0.5, saturation=0.5, hue=0.1)),
    'RandomBlur': (photometric.blur, dict(sigma=(1, 2))),
    'RandomNoise': (photometric.sensor_noise, dict(sigma=(5, 20))),
    'RandomJPEG': (photometric.jpeg_artefacts, dict(quality=(10, 50))),
    'RandomShadow': (photometric.cast_shadow, dict(strength=(0.3, 0.6))),
}


@pytest.fixture
def results() -> dict:
    image = np.random.default_rng(5).integers(0, 256, (96, 72, 3), dtype=np.uint8)
    return dict(img=image, img_shape=(96, 72), gt_polygons=[np.array([6.0, 8, 50, 8, 50, 20])])


def apply(name: str, results: dict, seed: int = 0, **options) -> dict:
    transform = TRANSFORMS.build(dict(type=name, **STRONG[name][1], **options))
    np.random.seed(seed)
    return transform({**results, 'img': results['img'].copy()})


@pytest.mark.parametrize('name', STRONG)
def test_only_pixels_change_as_the_numpy_seed_has_it(name, results) -> None:
    changed = apply(name, results, seed=1)
    assert changed.keys() == results.keys()
    assert all(changed[key] is results[key] for key in results if key != 'img')
    np.random.seed(1)
    rng = np.random.default_rng(np.random.randint(2**31))
    rng.random()  # whether it is changed at all
    change, options = STRONG[name]
    np.testing.assert_array_equal(changed['img'], change(rng, results['img'], **options))
    assert not np.array_equal(changed['img'], results['img'])
    assert not np.array_equal(changed['img'], apply(name, results, seed=2)['img'])


@pytest.mark.parametrize(
    ('prob', 'low', 'high'),
    [
        pytest.param(0, 0, 0, id='never'),
        pytest.param(1, 40, 40, id='always'),
        pytest.param(0.5, 10, 30, id='half of 40 pages, give or take three deviations'),
    ],
)
def test_pages_are_changed_as_often_as_asked(prob, low, high, results) -> None:
    pages = [apply('RandomNoise', results, seed, prob=prob)['img'] for seed in range(40)]
    assert low <= sum(not np.array_equal(page, results['img']) for page in pages) <= high


def test_what_follows_draws_the_same_whether_a_page_is_changed_or_not(results) -> None:
    following = []
    for prob in (0, 1):
        apply('RandomNoise', results, seed=3, prob=prob)
        following.append(np.random.randint(2**31))
    assert following[0] == following[1]


@pytest.mark.parametrize(
    ('name', 'option', 'message'),
    [
        pytest.param('ColorJitter', dict(hue=0.7), 'hue .*0.7', id='hue'),
        pytest.param('ColorJitter', dict(gamma=1), 'gamma', id='unknown'),
        pytest.param('RandomBlur', dict(sigma=(2, 1)), 'sigma', id='order'),
        pytest.param('RandomNoise', dict(sigma=3), '', id='no range'),
        pytest.param('RandomJPEG', dict(quality=('a', 'b')), '', id='no numbers'),
        pytest.param('RandomShadow', dict(prob=2), 'prob is 2', id='prob'),
    ],
)
def test_wrong_options_speak_up_when_the_pipeline_is_built(name, option, message) -> None:
    with pytest.raises(UserError, match=f'{name}: .*{message}'):
        TRANSFORMS.build(dict(type=name, **option))
