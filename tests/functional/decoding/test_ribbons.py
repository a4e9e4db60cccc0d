"""Words by few vertices: rectangles, ribbons along the middle line, and what is neither."""

import cv2
import numpy as np
import pytest
import shapely
from shapes import assert_sound, corners, painted_map

from plugins.functional.decoding import DecodeParams, decode


def word_map(middle, length=120, height=16, degrees=0.0, tooth=0, shape=(240, 240)):
    """A word round the centre whose middle line is ``middle``, a function of 0 to 1, in pixels.

    A ``tooth`` of so many pixels sticks out of it.
    """
    share = np.linspace(0, 1, 60)
    line = np.stack(((share - 0.5) * length, [middle(x) for x in share]), axis=1)
    outline = np.concatenate((line - (0, height / 2), np.add(line[::-1], (0, height / 2))))
    angle = np.deg2rad(degrees)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    outline = outline @ turn + np.divide(shape[::-1], 2)
    prob_map = cv2.fillPoly(np.zeros(shape, np.float32), [np.int32(np.rint(outline))], 1.0)
    if tooth:
        rows = np.flatnonzero(prob_map[:, shape[1] // 2])
        prob_map[rows[0] - tooth : rows[0], shape[1] // 2 : shape[1] // 2 + 2] = 1
    return prob_map, outline


def iou(polygon, outline):
    a, b = shapely.Polygon(polygon), shapely.Polygon(outline)
    return a.intersection(b).area / a.union(b).area


def the_word(prob_map, **params):
    found = decode(prob_map, DecodeParams(**{'unclip_ratio': 0, **params}))
    assert_sound(found)
    (word,) = found
    return word.polygon


@pytest.mark.parametrize('tooth', [0, 5])
@pytest.mark.parametrize('degrees', [0, 4, -30, 60, -80])
def test_a_straight_word_is_a_rectangle_whatever_sticks_out(degrees, tooth):
    prob_map, outline = word_map(lambda _: 0, degrees=degrees, tooth=tooth)
    polygon = the_word(prob_map)
    assert len(polygon) == 4
    sides = np.roll(polygon, -1, axis=0) - polygon
    np.testing.assert_allclose((sides * np.roll(sides, -1, axis=0)).sum(axis=1), 0, atol=1e-3)
    # Half a pixel at each edge.
    assert iou(polygon, outline) > 1 - 2 / 16


def arc(x):
    return 8 * (1 - (2 * x - 1) ** 2)


def wave(x):
    return 6 * np.sin(2 * np.pi * x)


@pytest.mark.parametrize('degrees', [0, 20, -35])
@pytest.mark.parametrize(('middle', 'most'), [(arc, 10), (wave, 14)])
def test_a_bent_word_is_a_ribbon(middle, most, degrees):
    prob_map, outline = word_map(middle, degrees=degrees)
    polygon = the_word(prob_map)
    assert 6 <= len(polygon) <= most
    assert len(polygon) % 2 == 0
    assert iou(polygon, outline) > 0.75
    # The first half is the upper edge, the rest the lower one, back again.
    half = len(polygon) // 2
    upper, lower = polygon[:half], polygon[half:][::-1]
    assert np.hypot(*(lower - upper).T) == pytest.approx(16, abs=4)
    along = np.array([np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))])
    assert (np.diff(upper @ along) > 0).all()
    assert ((lower - upper) @ (-along[1], along[0]) > 0).all()


def test_bend_trades_vertices_for_closeness():
    prob_map, outline = word_map(arc)
    polygons = [the_word(prob_map, bend=bend) for bend in (0, 0.05, 0.2, 0.5)]
    counts = [len(polygon) for polygon in polygons]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > 10
    assert counts[-1] == 4
    fits = [iou(polygon, outline) for polygon in polygons]
    assert min(fits[:3]) > 0.8 > fits[3]


def test_other_shapes_keep_their_outline():
    # An L of 80 by 60, strokes of 10, which starts at its top left.
    prob_map = painted_map((10, 10, 89, 19, 1), (10, 10, 19, 69, 1), shape=(80, 100))
    polygon = the_word(prob_map)
    assert len(polygon) == 6
    assert polygon[0] == pytest.approx([9.5, 9.5])


@pytest.mark.parametrize('middle', [lambda _: 0, arc], ids=['straight', 'bent'])
def test_dilation_moves_all_edges_alike(middle):
    prob_map, _ = word_map(middle)
    tight, wide = (the_word(prob_map, unclip_ratio=ratio) for ratio in (0, 1))
    assert len(tight) == len(wide)
    reach = shapely.Polygon(tight).area / shapely.Polygon(tight).length
    moved = shapely.Polygon(tight).buffer(reach, join_style='mitre')
    assert iou(wide, shapely.get_coordinates(moved)) > 0.99


def test_upright_edges_stay_upright():
    polygon = the_word(painted_map((10, 20, 69, 31, 1)))
    assert polygon.tolist() == [[9.5, 19.5], [69.5, 19.5], [69.5, 31.5], [9.5, 31.5]]
    assert len(corners(polygon)) == 4


def test_a_spike_at_an_end_bends_nothing():
    prob_map = painted_map((20, 20, 69, 35, 1), (10, 26, 19, 28, 1), (10, 20, 12, 28, 1))
    polygon = the_word(prob_map)
    assert len(polygon) == 4
