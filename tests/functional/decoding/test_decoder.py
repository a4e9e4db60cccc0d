"""Decoding: against a slow reference, as the inverse of the targets, and back on the page."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
import scipy.ndimage
import shapely
from shapes import assert_sound, box, corners, painted_map

from plugins.functional.augment import fit, warp_polygons
from plugins.functional.decoding import (
    DecodeParams,
    decode,
    decode_map,
    find_regions,
    outline,
    to_page,
)
from plugins.functional.geometry import Detection, iou_matrix
from plugins.functional.maps import ProbMap
from plugins.functional.submission import as_submitted
from plugins.functional.targets import db_targets


@pytest.mark.parametrize('mode', ['polygon', 'box'])
def test_a_rectangle_by_hand(mode):
    # 40 by 10 pixels, whose edges are half a pixel off their centres: D = 400 * 1.5 / 100 = 6
    (found,) = decode(painted_map((20, 25, 59, 34, 0.75)), DecodeParams(mode=mode))
    assert corners(found.polygon) == corners(box(19.5 - 6, 24.5 - 6, 59.5 + 6, 34.5 + 6))
    assert found.score == 0.75
    assert_sound([found])


def slowly(prob_map, params):
    """Scores and dilated regions by labels, unions of pixels, and rectangles at every angle."""
    labels, count = scipy.ndimage.label(prob_map >= params.thresh, np.ones((3, 3)))
    regions = []
    for label in range(1, count + 1):
        filled = scipy.ndimage.binary_fill_holes(labels == label)
        score = prob_map[filled].mean()
        y, x = filled.nonzero()
        rectangle = shapely.oriented_envelope(shapely.multipoints(np.stack((x, y), axis=1)))
        sides = np.linalg.norm(np.diff(shapely.get_coordinates(rectangle), axis=0), axis=1)
        if score < params.box_thresh or min(sides) + 1 < params.min_side:
            continue
        if params.mode == 'box':
            smooth = rectangle.buffer(0.5, join_style='mitre')
        else:
            pixels = shapely.union_all(shapely.box(x - 0.5, y - 0.5, x + 0.5, y + 0.5))
            # Diagonal neighbours touch in a point only, and stairs are longer than their line.
            smooth = pixels.buffer(0.5).buffer(-0.5).simplify(1.0)
        distance = smooth.area * params.unclip_ratio / smooth.length
        regions.append((score, smooth.buffer(distance, join_style='mitre', mitre_limit=2)))
    return sorted(regions, key=lambda region: -region[0])[: params.max_candidates]


def scattered_words(seed):
    rng = np.random.default_rng(seed)
    prob_map = np.zeros((120, 200), np.float32)
    for _ in range(12):
        x, y = rng.uniform((15, 15), (185, 105))
        size = (int(rng.uniform(8, 40)), int(rng.uniform(4, 12)))
        outline = cv2.boxPoints(((x, y), size, rng.uniform(-90, 90)))
        cv2.fillPoly(prob_map, [np.int32(outline)], float(rng.uniform(0.2, 1)))
    return prob_map


@pytest.mark.parametrize('mode', ['polygon', 'box'])
@pytest.mark.parametrize(
    'limits',
    [
        pytest.param({}, id='all'),
        pytest.param({'box_thresh': 0.6}, id='bright ones'),
        pytest.param({'min_side': 7.0}, id='wide ones'),
        pytest.param({'max_candidates': 3}, id='best three'),
        pytest.param({'thresh': 0.5, 'unclip_ratio': 0.8}, id='other values'),
    ],
)
@pytest.mark.parametrize('seed', range(3))
def test_a_slow_reference_finds_the_same_regions(seed, limits, mode):
    prob_map = scattered_words(seed)
    params = DecodeParams(**{'thresh': 0.3, 'box_thresh': 0.4, 'mode': mode, 'bend': 0, **limits})
    found, expected = decode(prob_map, params), slowly(prob_map, params)
    assert len(expected) >= 2
    assert [d.score for d in found] == pytest.approx([score for score, _ in expected], abs=1e-6)
    for detection, (_, region) in zip(found, expected, strict=True):
        polygon = shapely.Polygon(detection.polygon)
        overlap = polygon.intersection(region).area / polygon.union(region).area
        # Two outlines, each simplified by up to 1 px, but rarely all round: 1 px of the perimeter.
        # Rectangles differ by OpenCV's single precision alone.
        error = 1e-3 if mode == 'box' else region.length / region.area
        assert overlap > 1 - error


def inverting_ratio(width, height, shrink_ratio=0.4):
    """The unclip ratio that takes a shrunk rectangle back to (width, height)."""
    offset = width * height * (1 - shrink_ratio**2) / (2 * (width + height))
    width, height = width - 2 * offset, height - 2 * offset
    return offset * 2 * (width + height) / (width * height)


@pytest.mark.parametrize('mode', ['polygon', 'box'])
@pytest.mark.parametrize('degrees', [0, 4, 30, -60])
@pytest.mark.parametrize(('width', 'height'), [(90, 22), (40, 30), (120, 14)])
def test_targets_come_back_as_words(width, height, degrees, mode):
    angle = np.deg2rad(degrees)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    word = (box(-width, -height, width, height) / 2) @ turn + (100.3, 99.6)
    ratio = inverting_ratio(width, height)
    params = DecodeParams(unclip_ratio=ratio, mode=mode)
    (found,) = decode(db_targets([word], (200, 200)).prob, params)
    # A shrunk word is whole pixels, up to half a pixel off at each edge, and an outline is
    # simplified by up to 1 px; the dilation grows with both. A turned rectangle holds its pixels'
    # tips, too.
    bound = 1 - (3 if mode == 'polygon' else 4) / height
    assert iou_matrix([found.polygon], [word])[0, 0] > bound
    assert found.score == 1


@pytest.mark.parametrize('mode', ['polygon', 'box'])
def test_what_a_higher_threshold_keeps_is_the_head_of_the_list(mode):
    prob_map = scattered_words(5)
    low, high = (DecodeParams(box_thresh=value, mode=mode) for value in (0.3, 0.7))
    regions = find_regions(prob_map, low)
    head = [region for region in regions if region.score >= 0.7]
    assert 0 < len(head) < len(regions)
    polygons = outline(regions, low)[: len(head)]
    found = decode(prob_map, high)
    assert [d.polygon.tolist() for d in found] == [polygon.tolist() for polygon in polygons]
    assert [d.score for d in found] == [region.score for region in head]
    few = decode(prob_map, replace(high, max_candidates=2))
    assert [d.score for d in few] == [region.score for region in head[:2]]


@pytest.mark.parametrize('mode', ['polygon', 'box'])
@pytest.mark.parametrize('shape', [(1, 1), (1, 9), (9, 1), (2, 2), (40, 30)])
def test_full_and_empty_maps(shape, mode):
    (found,) = decode(np.ones(shape, np.float16), DecodeParams(unclip_ratio=0, mode=mode))
    height, width = shape
    assert corners(found.polygon) == corners(box(-0.5, -0.5, width - 0.5, height - 0.5))
    assert found.score == 1
    assert not decode(np.zeros(shape), DecodeParams())
    assert len(decode(np.zeros(shape), DecodeParams(thresh=0, box_thresh=0))) == 1


@pytest.mark.parametrize(
    'size', [(960, 1280), (1280, 720), (333, 1001)], ids=['portrait', 'landscape', 'odd']
)
def test_to_page_inverts_the_fitted_page(size):
    matrix, fitted = fit(size, 640)
    word = box(100.25, 200.5, 190.75, 223.5)
    (mapped,) = warp_polygons([word], matrix)
    scale = (fitted[0] / size[0], fitted[1] / size[1])
    (found,) = to_page([Detection(mapped, 0.5)], scale, size)
    np.testing.assert_allclose(found.polygon, word, atol=1e-9)
    assert found.score == 0.5


def test_a_word_painted_on_the_page_comes_back_within_half_a_pixel():
    image = np.zeros((800, 600), np.float32)
    image[200:240, 100:220] = 1  # edges at 99.5, 199.5, 219.5 and 239.5
    fitted = cv2.resize(image, (300, 400), interpolation=cv2.INTER_AREA)
    found = decode(fitted, DecodeParams(thresh=0.5, unclip_ratio=0))
    (found,) = to_page(found, (0.5, 0.5), (600, 800))
    low, high = found.polygon.min(axis=0), found.polygon.max(axis=0)
    np.testing.assert_allclose([*low, *high], [99.5, 199.5, 219.5, 239.5], atol=0.5)


CLIPPED = {
    'over the upper left corner': (box(-20, -5, 30, 25), box(-0.5, -0.5, 30, 25)),
    'over the lower right corner': (box(80, 40, 130, 90), box(80, 40, 99.5, 59.5)),
    'larger than the page': (box(-9, -9, 150, 90), box(-0.5, -0.5, 99.5, 59.5)),
    'outside': (box(120, 5, 150, 25), None),
    'touching the edge': (box(99.5, 5, 150, 25), None),
    'a sliver of 20e-6 square pixels': (box(99.5 - 1e-6, 5, 150, 25), None),
}


@pytest.mark.parametrize(('word', 'expected'), CLIPPED.values(), ids=CLIPPED)
def test_words_are_clipped_to_the_page(word, expected):
    found = to_page([Detection(word, 1.0)], (1, 1), (100, 60))
    assert [corners(detection.polygon) for detection in found] == (
        [] if expected is None else [corners(expected)]
    )
    assert_sound(found)


@pytest.mark.parametrize('scale', [(1, 1), (0.5, 0.25), (3, 2)])
@pytest.mark.parametrize('size', [(100, 60), (101, 61)], ids=['even', 'odd'])
def test_a_bright_page_is_one_word_from_edge_to_edge(size, scale):
    width, height = (round(side * factor) for side, factor in zip(size, scale, strict=True))
    exact = width / size[0], height / size[1]
    found = decode(np.ones((height, width), np.float32), DecodeParams())
    (found,) = to_page(found, exact, size)
    expected = box(-0.5, -0.5, size[0] - 0.5, size[1] - 0.5)
    np.testing.assert_allclose(sorted(found.polygon.tolist()), sorted(expected.tolist()))
    # As submitted it keeps to the page: half a pixel is rounded to the even of its neighbours.
    (submitted,) = as_submitted([found.polygon])
    assert submitted.min() == 0
    assert submitted.max(axis=0).tolist() == [100, 60]


def test_words_are_found_on_the_displayed_image():
    values = np.zeros((50, 100), np.float32)
    values[20:30, 30:70] = 0.8
    (word,) = decode_map(ProbMap.of(values, (400, 100)), DecodeParams(unclip_ratio=0))
    # Pixels 30 to 69 of 100, each four pixels of the page wide: their outer edges.
    assert word.polygon.min(axis=0) == pytest.approx([30 * 4 - 0.5, 20 * 2 - 0.5])
    assert word.polygon.max(axis=0) == pytest.approx([70 * 4 - 0.5, 30 * 2 - 0.5])
    assert word.score == pytest.approx(0.8, abs=1e-5)
