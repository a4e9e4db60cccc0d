"""Whole pages: same seed same bytes, sound polygons that hug the ink also on crumpled paper."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from shapely import STRtree, area, box, intersection
from shapely.geometry import Polygon

from plugins.synthetic.fonts import find_faces
from plugins.synthetic.page import WORDS, PageOptions, PagePlan, plan_page, render_page
from plugins.synthetic.sheet import print_sheet

FRAME = (960, 1280)
OPTIONS = PageOptions(5, find_faces(), sizes=(FRAME,))


@pytest.fixture(scope='module')
def plans() -> list[PagePlan]:
    return [plan_page(np.random.default_rng(seed), OPTIONS, FRAME) for seed in range(16)]


def ink_of(plan: PagePlan, words: list[int]) -> NDArray[np.uint8]:
    """These words alone, seen through the lens by a perfect camera: coverage (H, W)."""
    printed = print_sheet(replace(plan.sheet, marks=[]), words)
    where, _ = plan.lens.maps(*FRAME)
    return cv2.remap(np.maximum(printed.print, printed.pen), where, None, cv2.INTER_LINEAR)


def filled(polygon: NDArray[np.float64], by: float = 0.0) -> NDArray[np.bool_]:
    """The pixels whose centre is inside, or up to ``by`` pixels outside, the polygon."""
    mask = np.zeros(FRAME[::-1], np.uint8)
    shape = np.array(Polygon(polygon - 0.5).buffer(by, join_style='mitre').exterior.coords)
    cv2.fillPoly(mask, [np.round(shape * 256).astype(np.int32)], 1, shift=8)
    return mask.astype(bool)


def test_the_same_seed_gives_the_same_bytes():
    first, again = render_page(OPTIONS, 3), render_page(OPTIONS, 3)
    assert first.jpeg == again.jpeg
    for one, two in zip(first.page.words, again.page.words, strict=True):
        np.testing.assert_array_equal(one.points, two.points)


def test_other_seeds_numbers_and_splits_give_other_pages():
    options = replace(OPTIONS, sizes=((480, 640),))
    pages = [render_page(options, *which) for which in ((0,), (1,), (0, 'test'))]
    pages.append(render_page(replace(options, seed=6), 0))
    assert len({page.jpeg for page in pages}) == 4


def test_the_photograph_has_the_size_it_says():
    rendered = render_page(replace(OPTIONS, sizes=((720, 1280),)), 0)
    image = cv2.imdecode(np.frombuffer(rendered.jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert image.shape == (1280, 720, 3) and image.std() > 10, 'something can be seen'
    assert (rendered.page.width, rendered.page.height) == (720, 1280)
    assert WORDS[0] <= len(rendered.page.words) <= WORDS[1] + 1


def test_polygons_are_simple_clockwise_and_not_few_cornered(plans: list[PagePlan]):
    for plan in plans:
        for polygon in plan.polygons.values():
            assert len(polygon) in {4, 6, 8, 10, 14}
            assert np.isfinite(polygon).all()
            shape = Polygon(polygon)
            assert shape.is_valid
            # With y pointing down a clockwise ring is counter-clockwise to Shapely.
            assert shape.exterior.is_ccw
            top = polygon[: len(polygon) // 2].mean(0)
            assert top[1] < polygon.mean(0)[1], 'the first half is the upper edge'


def test_words_do_not_overlap(plans: list[PagePlan]):
    for plan in plans:
        shapes = np.array([Polygon(polygon) for polygon in plan.polygons.values()])
        one, two = STRtree(shapes).query(shapes, predicate='intersects')
        pairs = one < two
        shared = area(intersection(shapes[one[pairs]], shapes[two[pairs]]))
        union = area(shapes[one[pairs]]) + area(shapes[two[pairs]]) - shared
        assert (shared <= 0.1 * union).all()


def test_words_are_in_the_frame_or_hardly_out(plans: list[PagePlan]):
    frame = box(0, 0, *FRAME)
    for plan in plans:
        for polygon in map(Polygon, plan.polygons.values()):
            assert polygon.intersection(frame).area > 0.75 * polygon.area


def test_mean_word_count_is_that_of_real_receipts(plans: list[PagePlan]):
    assert 85 < np.mean([len(plan.polygons) for plan in plans]) < 135
    heights = [
        np.linalg.norm(polygon[len(polygon) // 2 - 1] - polygon[len(polygon) // 2])
        for plan in plans
        for polygon in plan.polygons.values()
    ]
    # Real pages: 17 % under 12 pixels once the longest side is 1024, that is under 15 here.
    assert 0.05 < np.mean(np.array(heights) < 15) < 0.35


def test_some_polygons_follow_a_bend(plans: list[PagePlan]):
    counts = [len(polygon) for plan in plans for polygon in plan.polygons.values()]
    assert 0.01 < np.mean(np.array(counts) > 4) < 0.4


@pytest.mark.parametrize('number', range(0, 16, 4))
def test_all_ink_is_inside_the_polygons(plans: list[PagePlan], number: int):
    plan = plans[number]
    # The frame around a stamp's word is ink, too, but not the word's.
    printed = [word for word in plan.polygons if plan.sheet.words[word].mark.by_hand is False]
    dark = ink_of(plan, printed) > 100
    inside = np.zeros_like(dark)
    for polygon in plan.polygons.values():
        inside |= filled(polygon)
    assert dark.any()
    assert (dark & inside).sum() / dark.sum() > 0.995


@pytest.mark.parametrize('number', range(2, 16, 6))
def test_polygons_hug_their_own_ink(plans: list[PagePlan], number: int):
    plan = plans[number]
    for word in list(plan.polygons)[::9]:
        ink = ink_of(plan, [word]) > 60
        polygon = plan.polygons[word]
        assert ink.any(), 'a polygon without ink'
        assert (ink & ~filled(polygon, by=0.6)).sum() == 0, 'ink beside its polygon'
        # Shrunk by 3 pixels the polygon must cut into ink at both ends, so it is no larger.
        half, share = len(polygon) // 2, np.linspace(0, 1, 40)[:, None]
        for a, b, inward in ((0, -1, 1), (half - 1, half, -1)):
            along = polygon[half - 1] - polygon[0]
            along = inward * 3.5 * along / np.linalg.norm(along)
            side = polygon[a] * (1 - share) + polygon[b] * share
            strip = filled(np.concatenate([side[[0, -1]], side[[-1, 0]] + along]), by=0.3)
            assert (ink & strip).any(), 'blank paper inside the polygon'


def test_now_and_then_a_word_has_no_outline(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr('plugins.synthetic.page.chance', lambda rng, probability: True)
    words = render_page(replace(OPTIONS, sizes=((480, 640),)), 0).page.words
    assert [word.language for word in words if not len(word.points)] == [None]
