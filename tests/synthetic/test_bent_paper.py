"""Bent paper keeps its lengths."""

import numpy as np
import pytest

from plugins.synthetic.bent_paper import bend_paper


def test_flat_paper_is_flat_and_evenly_lit():
    paper = bend_paper(np.random.default_rng(0), 300, 600, flat=True)
    assert not paper.z.any()
    assert np.ptp(paper.light) == 0
    assert np.ptp(paper.x) == pytest.approx(300, rel=1e-3)
    assert np.ptp(paper.y) == pytest.approx(600, rel=1e-3)


@pytest.mark.parametrize('seed', range(8))
def test_bent_paper_hardly_stretches(seed: int):
    paper = bend_paper(np.random.default_rng(seed), 300, 600)
    space = np.stack([paper.x, paper.y, paper.z], -1)
    for axis, length in ((0, 600), (1, 300)):
        along = np.linalg.norm(np.diff(space, axis=axis), axis=-1).sum(axis)
        assert np.median(along) == pytest.approx(length, rel=0.06)


def test_hardly_any_paper_is_flat():
    papers = [bend_paper(np.random.default_rng(seed), 300, 600) for seed in range(12)]
    assert np.median([np.ptp(paper.z) for paper in papers]) > 3
    assert all(paper.light.min() > 0.2 and paper.light.max() < 1.5 for paper in papers)
