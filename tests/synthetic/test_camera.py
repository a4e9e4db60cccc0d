"""One mapping for pixels and polygons: there, back, and through an image."""

import cv2
import numpy as np
import pytest

from plugins.synthetic.bent_paper import bend_paper
from plugins.synthetic.camera import Lens, Pose, body_size, frame_sheet
from plugins.synthetic.sheet import Sheet, rectangle

SHEET = (400, 600)
FRAME = (480, 640)
FRONTAL = Pose(0.0, 0.0, 0.0, 2.0)
ASKEW = Pose(0.2, -0.15, 0.1, 1.5)


def lens(seed: int = 0, pose: Pose = ASKEW, *, flat: bool = False) -> Lens:
    paper = bend_paper(np.random.default_rng(seed), *SHEET, flat=flat)
    return Lens(paper, pose, 1.0, (FRAME[0] / 2, FRAME[1] / 2))


def test_a_flat_sheet_seen_from_above_is_only_moved():
    seen = lens(pose=FRONTAL, flat=True).to_photo(rectangle(10, 20, 110, 50))
    # The frame is 80 wider and 40 taller than the sheet, which lies in its middle.
    np.testing.assert_allclose(seen, rectangle(10 + 40, 20 + 20, 110 + 40, 50 + 20), atol=0.01)


@pytest.mark.parametrize('seed', range(4))
def test_back_from_the_photograph_comes_the_same_point(seed: int):
    bent = lens(seed)
    grid = np.stack(np.meshgrid(np.arange(20, 390, 37.0), np.arange(20, 590, 37.0)), -1)
    assert np.abs(bent.to_sheet(bent.to_photo(grid)) - grid).max() < 0.5


@pytest.mark.parametrize('seed', range(4))
def test_ink_arrives_where_the_polygon_says(seed: int):
    bent = lens(seed)
    where, _ = bent.maps(*FRAME)
    for u, v in [(60, 70), (200, 310), (330, 520)]:
        dot = np.zeros(SHEET[::-1], np.float32)
        cv2.circle(dot, (u, v), 4, 1.0, -1, cv2.LINE_AA)
        seen = cv2.remap(dot, where, None, cv2.INTER_LINEAR)
        y, x = np.mgrid[: FRAME[1], : FRAME[0]] + 0.5
        centre = np.array([(x * seen).sum(), (y * seen).sum()]) / seen.sum()
        # Pixel (u, v) has its centre at (u + 0.5, v + 0.5).
        expected = bent.to_photo(np.array([[u + 0.5, v + 0.5]]))[0]
        assert np.abs(centre - expected).max() < 0.35


def test_no_bend_needs_no_more_than_four_vertices():
    words = np.stack([rectangle(20, 30, 380, 60), rectangle(50, 200, 90, 220)])
    assert [len(polygon) for polygon in lens(flat=True).polygons(words)] == [4, 4]


def test_a_bent_line_gets_vertices_until_it_fits():
    line = rectangle(10, 100, 390, 130)
    bent = next(
        found
        for found in map(lens, range(40))
        if len(found.polygons(line[None], tolerance=0.5)[0]) > 4
    )
    (fine,), (coarse,) = (bent.polygons(line[None], tolerance=t) for t in (0.5, 1e9))
    assert len(coarse) == 4
    half = len(fine) // 2
    share = np.linspace(0, 1, 200)[:, None]
    true_top = bent.to_photo(line[0] * (1 - share) + line[1] * share)
    for point in true_top:
        a, b = fine[: half - 1], fine[1:half]
        along = np.clip(((point - a) * (b - a)).sum(1) / ((b - a) ** 2).sum(1), 0, 1)[:, None]
        assert np.linalg.norm(a + along * (b - a) - point, axis=1).min() < 1.0


def test_no_words_give_no_polygons():
    assert lens().polygons(np.zeros((0, 4, 2))) == []


def test_a_sheet_that_fits_is_framed_whole():
    outside = 0
    for seed in range(20):
        seen = frame_sheet(np.random.default_rng(seed), Sheet(*SHEET, em=20), FRAME)
        edge = seen.to_photo(rectangle(0, 0, *SHEET))
        outside += bool((edge < -1).any() or (edge > np.array(FRAME) + 1).any())
    assert outside == 0


@pytest.mark.parametrize(
    ('size', 'least', 'most'),
    [
        pytest.param((20, 30), 27, 42, id='a slip is not blown up to the frame'),
        pytest.param((30, 300), 18, 22, id='a long one stays readable, and goes beyond it'),
    ],
)
def test_text_is_of_a_size_that_can_be_read(size, least, most):
    sizes = [body_size(np.random.default_rng(seed), size, (960, 1280)) for seed in range(50)]
    assert least <= min(sizes) and max(sizes) <= most
