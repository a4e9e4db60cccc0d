"""One mapping for pixels and polygons: there, back, and through an image."""

import cv2
import numpy as np
import pytest

from plugins.synthetic.lens import Lens, Pose
from plugins.synthetic.surface import make_surface
from plugins.synthetic.typeset import rectangle

SHEET = (400, 600)
FRAME = (480, 640)
FRONTAL = Pose(0.0, 0.0, 0.0, 2.0)
ASKEW = Pose(0.2, -0.15, 0.1, 1.5)


def lens(seed: int = 0, pose: Pose = ASKEW, *, flat: bool = False) -> Lens:
    surface = make_surface(np.random.default_rng(seed), *SHEET, flat=flat)
    return Lens(surface, pose, 1.0, (FRAME[0] / 2, FRAME[1] / 2))


def test_a_flat_sheet_seen_from_above_is_only_moved() -> None:
    seen = lens(pose=FRONTAL, flat=True).to_photo(rectangle(10, 20, 110, 50))
    # The frame is 80 wider and 40 taller than the sheet, which lies in its middle.
    np.testing.assert_allclose(seen, rectangle(10 + 40, 20 + 20, 110 + 40, 50 + 20), atol=0.01)


@pytest.mark.parametrize('seed', range(4))
def test_back_from_the_photograph_comes_the_same_point(seed: int) -> None:
    bent = lens(seed)
    grid = np.stack(np.meshgrid(np.arange(20, 390, 37.0), np.arange(20, 590, 37.0)), -1)
    assert np.abs(bent.to_sheet(bent.to_photo(grid)) - grid).max() < 0.5


@pytest.mark.parametrize('seed', range(4))
def test_ink_arrives_where_the_polygon_says(seed: int) -> None:
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


def test_no_bend_needs_no_more_than_four_vertices() -> None:
    words = np.stack([rectangle(20, 30, 380, 60), rectangle(50, 200, 90, 220)])
    assert [len(polygon) for polygon in lens(flat=True).polygons(words)] == [4, 4]


def test_a_bent_line_gets_vertices_until_it_fits() -> None:
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


def test_no_words_give_no_polygons() -> None:
    assert lens().polygons(np.zeros((0, 4, 2))) == []
