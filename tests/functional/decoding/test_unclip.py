"""Outlines and rectangles of regions, moved outwards."""

import cv2
import numpy as np
import pytest
import shapely
from shapes import assert_sound, painted_map

from plugins.functional.decoding import DecodeParams, decode


def test_unclip_ratio_is_in_units_of_area_over_perimeter():
    prob_map = painted_map((20, 20, 59, 29, 1))
    for ratio in (0, 1, 2.5):
        (found,) = decode(prob_map, DecodeParams(unclip_ratio=ratio))
        assert found.polygon[:, 1].min() == pytest.approx(19.5 - ratio * 400 / 100)


def test_mode_decides_whether_bends_are_followed():
    # An L of 50 by 40, strokes of 10.
    prob_map = painted_map((10, 10, 59, 19, 1), (10, 10, 19, 49, 1))
    polygon, rectangle = (
        decode(prob_map, DecodeParams(mode=mode, unclip_ratio=0))[0].polygon
        for mode in ('polygon', 'box')
    )
    assert len(polygon) == 6
    # The outline may be 1 px off, here along the inner side of the longer stroke.
    assert shapely.Polygon(polygon).area == pytest.approx(50 * 10 + 10 * 30, abs=40)
    # The tightest rectangle round an L is a turned one.
    expected = cv2.minAreaRect(np.argwhere(prob_map)[:, ::-1].astype(np.float32))[1]
    sides = np.linalg.norm(rectangle - np.roll(rectangle, 1, axis=0), axis=1)
    assert len(rectangle) == 4
    assert sorted(sides[:2]) == pytest.approx(sorted(side + 1 for side in expected), abs=1e-3)


def test_tolerance_thins_out_the_outline():
    disc = cv2.circle(np.zeros((100, 100), np.float32), (50, 50), 30, 1.0, -1)
    counts = [
        len(decode(disc, DecodeParams(bend=0, tolerance=tolerance))[0].polygon)
        for tolerance in (0, 1, 4)
    ]
    assert counts[0] > counts[1] > counts[2] >= 4


SMALL = {
    'dot': ['#'],
    'line': ['####'],
    'diagonal': ['#..', '.#.', '..#'],
    'triangle': ['##', '#.'],
    'thin angle: a contour with no area': ['#####', '....#', '....#', '....#'],
    'thin cross': ['#....#', '.#..#.', '..##..', '.#..#.', '#....#'],
    'two by a corner': ['####.', '####.', '.....', '####.'][:2] + ['...##'] * 2,
    'with a whisker': ['######', '######', '...#..', '...#..'],
    'ring': ['###', '#.#', '###'],
}


@pytest.mark.parametrize('pixels', SMALL.values(), ids=SMALL)
@pytest.mark.parametrize('unclip_ratio', [0, 1.5])
@pytest.mark.parametrize('tolerance', [0, 1])
def test_small_regions_are_covered_by_sound_polygons(pixels, unclip_ratio, tolerance):
    region = np.array([[pixel == '#' for pixel in row] for row in pixels])
    prob_map = np.pad(region, 4).astype(np.float32)
    params = DecodeParams(unclip_ratio=unclip_ratio, bend=0, tolerance=tolerance, min_side=0)
    (found,) = decode(prob_map, params)
    assert_sound([found])
    centres = shapely.points(np.argwhere(prob_map)[:, ::-1])
    # What the outline was simplified by, and half of that again when it is dilated.
    slack = 1.5 * tolerance + 1e-6
    assert shapely.distance(centres, shapely.Polygon(found.polygon)).max() <= slack


def test_outlines_of_noise_are_bounded():
    # Half of the pixels: one region all over the page, with a border of thousands of vertices.
    prob_map = np.random.default_rng(0).random((400, 400)).astype(np.float32)
    found = decode(prob_map, DecodeParams(thresh=0.5, box_thresh=0, tolerance=0))
    assert_sound(found)
    assert max(np.ptp(detection.polygon, axis=0).min() for detection in found) > 400
    assert max(len(detection.polygon) for detection in found) <= 2 * 500
