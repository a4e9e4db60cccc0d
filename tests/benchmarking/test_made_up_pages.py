"""Made-up words, what a detector finds of them, and a map."""

import numpy as np
import pytest
import shapely

from plugins.benchmarking.made_up_pages import (
    made_up_detections,
    made_up_map,
    made_up_words,
    with_more_corners,
)
from plugins.functional.decoding import DecodeParams, decode


def words(number=20):
    return made_up_words(np.random.default_rng(0), number, (960, 1280))


@pytest.mark.parametrize('number', [1, 7, 115])
def test_words_are_apart_and_on_the_page(number):
    shapes = shapely.polygons(words(number))
    assert len(shapes) == number
    assert shapely.contains(shapely.box(0, 0, 960, 1280), shapes).all()
    overlapping = shapely.STRtree(shapes).query(shapes, predicate='intersects').shape[1]
    assert overlapping == number, 'each with itself only'


@pytest.mark.parametrize(
    ('fate', 'found'),
    [
        pytest.param({}, 20, id='all'),
        pytest.param({'missed': 1}, 0, id='none'),
        pytest.param({'joined': 1}, 20, id='each with the next'),
        pytest.param({'cut': 1}, 40, id='halves'),
    ],
)
def test_words_are_found_missed_joined_or_cut(fate, found):
    shares = dict(missed=0, joined=0, cut=0) | fate
    polygons = made_up_detections(np.random.default_rng(0), words(), **shares)
    assert len(polygons) == found
    areas = sum(shapely.Polygon(polygon).area for polygon in polygons)
    covered = areas / shapely.area(shapely.polygons(words())).sum()
    assert covered == pytest.approx({0: 0, 20: 1, 40: 1}[found], abs=0.1) or 'joined' in fate


def test_more_corners_leave_the_outline():
    rng = np.random.default_rng(0)
    counts = set()
    for word in words(60):
        outline = with_more_corners(rng, word)
        counts.add(len(outline))
        a, b = shapely.Polygon(outline), shapely.Polygon(word)
        assert a.intersection(b).area > 0.9 * a.union(b).area
    assert counts == set(range(4, 13))


def test_a_map_holds_so_many_words():
    prob_map = made_up_map(np.random.default_rng(0), 115, (1024, 768))
    assert prob_map.shape == (1024, 768) and prob_map.dtype == np.float32
    assert len(decode(prob_map, DecodeParams())) == 115
