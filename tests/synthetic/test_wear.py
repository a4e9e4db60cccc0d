"""Worn paper."""

import numpy as np
import pytest

from plugins.synthetic.sheet import Mark, Sheet, print_sheet
from plugins.synthetic.wear import tear, wear


@pytest.fixture
def printed():
    ink = Mark(np.full((80, 200), 255, np.uint8), 20, 120)
    return print_sheet(Sheet(240, 320, em=20, marks=[ink]), [])


def test_print_fades_but_stays_legible(printed):
    left = []
    for seed in range(20):
        printed.print[:] = 0
        printed.print[120:200, 20:220] = 255
        wear(np.random.default_rng(seed), printed)
        left.append(printed.print[120:200, 20:220].mean() / 255)
        assert not printed.print[:100].any(), 'no ink where none was'
        assert printed.stain.any() and printed.stain.mean() < 40
    assert min(left) > 0.3 and max(left) < 1 and np.std(left) > 0.03


def test_paper_is_torn_at_its_ends_only(printed):
    for seed in range(10):
        printed.paper[:] = 255
        tear(np.random.default_rng(seed), printed)
        assert (printed.paper[20:-20] == 255).all()
        assert (printed.paper[0] < 255).any() and (printed.paper[-1] < 255).any()
