"""Regions of a map: which pixels, how bright, and which are kept."""

import numpy as np
import pytest
from shapes import box, corners, painted_map

from plugins.functional.decoding import DecodeParams, decode


def test_thresh_decides_which_pixels_belong():
    prob_map = painted_map((10, 10, 49, 29, 0.4), (20, 15, 39, 24, 0.8))
    tops = [
        decode(prob_map, DecodeParams(thresh=thresh, unclip_ratio=0))[0].polygon[:, 1].min()
        for thresh in (0.3, 0.5)
    ]
    assert tops == [9.5, 14.5]


@pytest.mark.parametrize('kind', [np.float16, np.float32, np.float64])
def test_thresholds_are_inclusive(kind):
    prob_map = painted_map((10, 10, 49, 29, 0.5)).astype(kind)
    assert len(decode(prob_map, DecodeParams(thresh=0.5, box_thresh=0.5))) == 1
    assert not decode(prob_map, DecodeParams(thresh=0.51, box_thresh=0))
    assert not decode(prob_map, DecodeParams(thresh=0.3, box_thresh=0.51))


def test_min_side_drops_thin_regions():
    prob_map = painted_map((10, 10, 40, 11, 1), (10, 30, 40, 34, 1))  # 2 px and 5 px high
    heights = [len(decode(prob_map, DecodeParams(min_side=side))) for side in (0, 2, 2.5, 5, 6)]
    assert heights == [2, 2, 1, 1, 0]


def test_a_word_in_a_ring_is_found_and_a_hole_is_filled():
    prob_map = painted_map((5, 5, 90, 50, 1), (8, 8, 87, 47, 0), (30, 20, 60, 30, 1))
    found = decode(prob_map, DecodeParams(unclip_ratio=0, box_thresh=0))
    assert [corners(detection.polygon) for detection in found] == [
        corners(box(29.5, 19.5, 60.5, 30.5)),
        corners(box(4.5, 4.5, 90.5, 50.5)),
    ]
    assert found[1].score < 0.3  # the hole counts, so the default box_thresh drops the ring
    assert len(decode(prob_map, DecodeParams())) == 1


@pytest.mark.parametrize('shape', [(0, 0), (0, 5), (5, 0)])
def test_a_map_without_pixels_holds_nothing(shape):
    assert decode(np.zeros(shape), DecodeParams()) == []


def test_what_is_no_probability_map_is_refused():
    with pytest.raises(ValueError, match='got 0 to 255'):
        decode(painted_map((1, 1, 2, 2, 255)), DecodeParams())


@pytest.mark.parametrize('stray', [-0.0, -5e-4, 1 + 5e-4])
def test_strays_by_rounding_are_let_pass_and_the_map_is_left_alone(stray):
    prob_map = painted_map((10, 10, 40, 20, 0.5), (0, 0, 0, 0, stray))
    before = prob_map.copy()
    assert decode(prob_map, DecodeParams(thresh=0.4))[-1].score == 0.5
    np.testing.assert_array_equal(prob_map, before)


def test_rounding_errors_beyond_the_limits_do_not_show_in_scores():
    prob_map = painted_map((10, 10, 40, 20, np.float32(1.00001)))
    assert [detection.score for detection in decode(prob_map, DecodeParams())] == [1.0]
