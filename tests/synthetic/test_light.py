"""Light and shade."""

import numpy as np

from plugins.synthetic.light import drop_shadow, glare, illumination


def test_the_table_is_darker_beside_the_paper():
    cover = np.zeros((160, 160), np.float32)
    cover[40:120, 40:120] = 1
    shade = drop_shadow(np.random.default_rng(0), cover)
    assert shade.shape == cover.shape
    assert shade[38, 80] < 0.97 < shade[4, 4] <= 1


def test_light_is_uneven_and_nearly_white():
    spread, exposures = [], []
    for seed in range(20):
        planes = illumination(np.random.default_rng(seed), 96, 128)
        assert [plane.shape for plane in planes] == [(128, 96)] * 3
        assert min(plane.min() for plane in planes) > 0.05
        blue, _, red = (plane.mean() for plane in planes)
        assert 0.7 < blue / red < 1.4
        spread.append(planes[1].min() / planes[1].max())
        exposures.append(planes[1].max())
    assert np.median(spread) < 0.85
    assert min(exposures) < 0.95 and max(exposures) > 1.1


def test_few_photographs_have_a_sheen():
    found = [glare(np.random.default_rng(seed), 160, 240) for seed in range(200)]
    sheens = [sheen for sheen in found if sheen is not None]
    assert 10 < len(sheens) < 50
    assert all(sheen.min() >= 0 and 0.05 < sheen.max() <= 0.4 for sheen in sheens)
