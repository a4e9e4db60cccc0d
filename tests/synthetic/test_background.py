"""Table tops."""

import numpy as np

from plugins.synthetic.background import background


def test_tables_are_colours_of_many_kinds():
    means = []
    for seed in range(20):
        planes = background(np.random.default_rng(seed), 96, 128)
        assert [plane.shape for plane in planes] == [(128, 96)] * 3
        assert all(plane.min() > 0 and plane.max() <= 1.01 for plane in planes)
        means.append(np.mean(planes))
    assert min(means) < 0.35 and max(means) > 0.6
