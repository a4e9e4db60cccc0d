"""Pages change their looks and nothing moves: what is painted stays where it is."""

import cv2
import numpy as np
import pytest

from plugins.functional.augment import (
    BLUR_KINDS,
    blur,
    cast_shadow,
    color_jitter,
    jpeg_artefacts,
    sensor_noise,
)

# Slanted and straight words, the smallest 8 px high, as print is at small input sizes.
WORDS = [
    [[20, 30], [90, 30], [90, 38], [20, 38]],
    [[100, 100], [160, 120], [154, 142], [94, 122]],
    [[30, 150], [60, 140], [95, 150], [95, 172], [60, 162], [30, 172]],
]
COLORS = dict(brightness=0.3, contrast=0.3, saturation=0.5, hue=0.1)
CHANGES = {
    'colour': (color_jitter, COLORS),
    'gaussian blur': (blur, dict(sigma=(0.3, 2), kinds=['gaussian'])),
    'motion blur': (blur, dict(sigma=(0.3, 2), kinds=['motion'])),
    'defocus': (blur, dict(sigma=(0.3, 2), kinds=['defocus'])),
    'noise': (sensor_noise, dict(sigma=(1, 15))),
    'jpeg': (jpeg_artefacts, dict(quality=(20, 95))),
    # In full shade ink of 200 stays above 130, which parts it from paper of 60 in the light.
    'shadow': (cast_shadow, dict(strength=(0.1, 0.3))),
}
NOTHING = {
    'colour': (color_jitter, {}),
    'blur': (blur, dict(sigma=(0, 0))),
    'noise': (sensor_noise, dict(sigma=(0, 0))),
    'shadow': (cast_shadow, dict(strength=(0, 0))),
}
all_changes = pytest.mark.parametrize(('change', 'options'), CHANGES.values(), ids=CHANGES)


def generator(seed=0):
    return np.random.default_rng(seed)


def painted(dtype=np.uint8, size=(180, 240)):
    mask = np.zeros(size[::-1], np.uint8)
    for word in WORDS:
        cv2.fillPoly(mask, [np.int32(word)], 1)
    return mask.astype(dtype)


def page(paper=60, ink=200):
    """Words brighter than the paper, so that black borders would show up too."""
    return cv2.merge([np.where(painted(bool), ink, paper).astype(np.uint8)] * 3)


def random_page(height, width):
    return generator(9).integers(0, 256, (height, width, 3), dtype=np.uint8)


def overlap(image, words):
    """Intersection over union of the words and what is brighter than halfway to the paper."""
    grey = image.mean(axis=2)
    seen = grey > (np.median(grey[words]) + np.median(grey[~words])) / 2
    return (seen & words).sum() / (seen | words).sum()


@all_changes
@pytest.mark.parametrize('seed', range(4))
def test_words_stay_where_they_are(change, options, seed):
    words = painted(bool)
    seen = change(generator(seed), page(), **options)
    exact = overlap(seen, words)
    # Of 3680 pixels in words 586 lie on edges, of which blur, noise and JPEG may flip one in six.
    assert exact > 0.97
    for shift in ((0, 1), (0, -1), (1, 0), (-1, 0)):  # and they have not gone half a pixel
        assert overlap(seen, np.roll(words, shift, axis=(0, 1))) < exact


@pytest.mark.parametrize('kind', BLUR_KINDS)
def test_a_blurred_point_keeps_its_place_and_spreads_as_asked(kind):
    image = np.zeros((41, 41, 3), np.uint8)
    image[20, 20] = 255
    for sigma in (1.0, 1.5, 2.0):
        for seed in range(5):
            seen = blur(generator(seed), image, sigma=(sigma, sigma), kinds=[kind])
            weight = seen[..., 0] / seen[..., 0].sum()
            y, x = np.mgrid[-20:21, -20:21]
            assert abs((weight * x).sum()) < 0.02
            assert abs((weight * y).sum()) < 0.02
            covariance = np.cov(np.stack([x.ravel(), y.ravel()]), aweights=weight.ravel(), ddof=0)
            across, along = np.sqrt(np.linalg.eigvalsh(covariance))
            # Pixels are coarse, and a line is one wide.
            assert along == pytest.approx(sigma, rel=0.15)
            assert across < 0.7 if kind == 'motion' else across == pytest.approx(sigma, rel=0.15)


@all_changes
@pytest.mark.parametrize('shape', [(1, 1), (1, 7), (5, 1), (2, 3), (33, 17)], ids=str)
def test_pages_of_any_shape_keep_it(change, options, shape):
    image = random_page(*shape)
    before = image.copy()
    seen = change(generator(), image, **options)
    assert seen.shape == image.shape
    assert seen.dtype == np.uint8
    np.testing.assert_array_equal(image, before)


@all_changes
@pytest.mark.parametrize('level', [0, 255], ids=['black', 'white'])
def test_extreme_pages_do_not_wrap_around(change, options, level):
    seen = change(generator(1), np.full((40, 30, 3), level, np.uint8), **options).astype(int)
    assert np.abs(seen - level).max() < 140  # half the light, or five deviations of noise


@all_changes
def test_the_generator_decides(change, options):
    image = random_page(40, 30)
    first, same, other = (change(generator(seed), image, **options) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, same)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize(('change', 'options'), NOTHING.values(), ids=NOTHING)
def test_no_strength_changes_no_bit(change, options):
    image = random_page(61, 47)
    for seed in range(3):
        np.testing.assert_array_equal(change(generator(seed), image, **options), image)


def textbook_colors(rng, image, brightness, contrast, saturation):
    """Step by step as torchvision's functional.adjust_* do, in floating point."""
    values = [rng.uniform(1 - most, 1 + most) for most in (brightness, contrast, saturation)]
    luma = [0.114, 0.587, 0.299]
    image = image * values[0]
    image = values[1] * image + (1 - values[1]) * (image @ luma).mean()
    return values[2] * image + (1 - values[2]) * (image @ luma)[..., None]


@pytest.mark.parametrize('seed', range(5))
def test_colours_are_those_of_one_step_after_another(seed):
    image = random_page(30, 20) // 4 + 96  # far from black and white, where the steps would clip
    options = dict(brightness=0.2, contrast=0.3, saturation=0.4)
    expected = textbook_colors(generator(seed), image, **options)
    seen = color_jitter(generator(seed), image, **options)
    np.testing.assert_allclose(seen, expected, atol=1.51)  # rounded, by weights of 1 / 1024


def test_faint_print_on_white_paper_does_not_vanish():
    image = page(paper=250, ink=170)
    lost = 0
    for seed in range(60):
        seen = color_jitter(generator(seed), image, brightness=0.4, contrast=0.4)
        lost += seen[painted(bool)].max() > seen[0, 0].max() - 10
    # Only a factor of 1.4 takes 170 to 238, so that the darkest is 17 / 255 away from white.
    assert lost / 60 < 0.05


def test_hue_leaves_grey_alone_and_turns_colours():
    grey = cv2.merge([random_page(20, 20)[..., 0]] * 3)
    np.testing.assert_allclose(color_jitter(generator(), grey, hue=0.5), grey, atol=1)
    blue = np.full((4, 4, 3), (200, 60, 60), np.uint8)
    seen = np.stack([color_jitter(generator(seed), blue, hue=0.5)[0, 0] for seed in range(50)])
    np.testing.assert_allclose(seen.astype(float).mean(axis=1), 320 / 3, atol=1)
    assert {int(color.argmax()) for color in seen} == {0, 1, 2}


@pytest.mark.parametrize('sigma', [2, 20])
def test_noise_has_the_deviation_asked_for_and_no_pattern(sigma):
    flat = np.full((300, 200, 3), 128, np.uint8)
    noise = sensor_noise(generator(), flat, sigma=(sigma, sigma)).astype(float) - 128
    assert abs(noise.mean()) < 0.05 * sigma
    assert noise.std() == pytest.approx(sigma, rel=0.05)
    deviates = noise / noise.std()
    for neighbours in (deviates[1:] * deviates[:-1], deviates[:, 1:] * deviates[:, :-1]):
        assert abs(neighbours.mean()) < 0.02
    assert abs((deviates[..., 0] * deviates[..., 1]).mean()) < 0.02


def test_noise_covers_a_page_larger_than_its_stock():
    flat = np.full((1200, 1300, 3), 128, np.uint8)  # 4.7 million values, of 4.2 in stock
    noise = sensor_noise(generator(), flat, sigma=(10, 10))
    assert noise[-50:].std() == pytest.approx(10, rel=0.05)


def test_a_low_quality_loses_more():
    image = cv2.GaussianBlur(random_page(64, 64), (0, 0), 2)
    losses = [
        np.abs(jpeg_artefacts(generator(), image, quality=(q, q)).astype(int) - image).mean()
        for q in (10, 50, 95)
    ]
    assert losses[0] > losses[1] > losses[2]


@pytest.mark.parametrize('size', [(90, 120), (120, 90)], ids=['wide', 'tall'])
def test_a_shadow_takes_its_part_of_the_light_on_one_side(size):
    white = np.full((*size, 3), 255, np.uint8)
    depths = []
    for seed in range(30):
        light = cast_shadow(generator(seed), white, strength=(0.4, 0.4), softness=(0.02, 0.02))
        assert light.min() >= 255 * 0.6 - 2
        depths.append((light.max() > 250) & (light.min() < 255 * 0.6 + 5))
        np.testing.assert_array_equal(light[..., 0], light[..., 2])
    assert np.mean(depths) > 0.8  # the line misses few pages


WRONG = {
    'colour factor above 1': (color_jitter, dict(contrast=1.5), r'contrast .* 0 and 1, .*1\.5'),
    'negative colour factor': (color_jitter, dict(brightness=-0.1), r'brightness .*-0\.1'),
    'more than half a turn': (color_jitter, dict(hue=0.6), r'hue .* 0 and 0\.5'),
    'not a number': (color_jitter, dict(saturation=float('nan')), 'saturation .*nan'),
    'sigma reversed': (blur, dict(sigma=(2, 1)), r'sigma .*\(2, 1\)'),
    'sigma beyond any use': (blur, dict(sigma=(0, 1e9)), 'sigma .* 20'),
    'sigma of one value': (blur, dict(sigma=(1,)), 'sigma'),
    'unknown kind': (blur, dict(kinds=['zoom']), r"kinds .*gaussian, motion.*'zoom'"),
    'a kind that is no list': (blur, dict(kinds='motion'), 'kinds'),
    'no kind': (blur, dict(kinds=[]), 'kinds'),
    'negative noise': (sensor_noise, dict(sigma=(-1, 1)), 'sigma'),
    'infinite noise': (sensor_noise, dict(sigma=(0, float('inf'))), 'sigma .*inf'),
    'quality 0': (jpeg_artefacts, dict(quality=(0, 50)), 'quality .* 1 <='),
    'quality above 100': (jpeg_artefacts, dict(quality=(50, 101)), 'quality .* 100'),
    'more than all light': (cast_shadow, dict(strength=(0, 1.5)), 'strength'),
    'edge without a width': (cast_shadow, dict(softness=(0, 1)), r'softness .*0\.01'),
}


@pytest.mark.parametrize(('change', 'options', 'message'), WRONG.values(), ids=WRONG)
def test_impossible_options_are_named(change, options, message):
    with pytest.raises(ValueError, match=message):
        change(generator(), random_page(4, 4), **options)
