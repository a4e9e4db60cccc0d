"""A thumb over the paper's edge."""

import numpy as np
import pytest

from plugins.synthetic.bent_paper import bend_paper
from plugins.synthetic.camera import Lens, Pose
from plugins.synthetic.thumb import Thumb, make_thumb

FRAME = (960, 1280)
SHEET = (700, 1200)


@pytest.fixture(scope='module')
def thumbs() -> list[Thumb]:
    paper = bend_paper(np.random.default_rng(0), *SHEET, flat=True)
    lens = Lens(paper, Pose(0.0, 0.0, 0.0, 2.0), 1.0, (480.0, 640.0))
    found = (make_thumb(np.random.default_rng(seed), lens, SHEET, FRAME) for seed in range(150))
    return [thumb for thumb in found if thumb]


def test_few_pages_are_held_by_a_hand_that_comes_from_outside(thumbs: list[Thumb]):
    assert 3 <= len(thumbs) <= 40
    for thumb in thumbs:
        assert (thumb.root < 0).any() or (thumb.root > FRAME).any()


def test_what_it_covers_it_hides(thumbs: list[Thumb]):
    for thumb in thumbs:
        near = thumb.tip + np.array([[-9.0, -5.0], [9.0, -5.0], [9.0, 5.0], [-9.0, 5.0]])
        inward = (thumb.tip - thumb.root) / np.linalg.norm(thumb.tip - thumb.root)
        assert thumb.hides(near) and not thumb.hides(near + 3 * thumb.radius * inward)


def test_it_is_painted_there_and_nowhere_else(thumbs: list[Thumb]):
    planes = [np.full(FRAME[::-1], 0.9, np.float32) for _ in range(3)]
    thumbs[0].cover(planes)
    points = np.stack(np.meshgrid(np.arange(960.0), np.arange(1280.0)), -1)
    off = thumbs[0].distance(points)
    assert (planes[0][off < 0.8] < 0.89).all()
    assert np.abs(planes[0][off > 3] - 0.9).max() < 0.01
