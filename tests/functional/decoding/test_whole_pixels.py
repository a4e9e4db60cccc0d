"""Polygons that survive rounding: by hand, and on whatever a decoder may find."""

import cv2
import numpy as np
import pytest
import shapely
from shapes import assert_sound, box

from plugins.functional.decoding import DecodeParams, decode, roundable, to_page
from plugins.functional.geometry import Rings, clip_to, is_simple

SIZE = (100, 60)


def assert_sound_when_rounded(polygons, size):
    for polygon in polygons:
        assert is_simple(polygon)
        rounded = np.rint(polygon)
        assert (rounded >= 0).all()
        assert (rounded <= size).all()
        assert len(rounded) >= 4
        assert is_simple(rounded)
        assert (rounded != np.roll(rounded, 1, axis=0)).any(axis=1).all()
        assert shapely.LinearRing(rounded).is_ccw  # clockwise to the eye: y points down


BY_HAND = {
    'as it is': (box(1.2, 3.4, 50.6, 9.9), box(1.2, 3.4, 50.6, 9.9)),
    'a vertex doubled': (
        [[1, 1], [9, 1], [9, 5], [5, 5], [5.3, 5.2], [1, 6]],
        [[1, 1], [9, 1], [9, 5], [5, 5], [1, 6]],
    ),
    'thinner than a pixel: both sides round to 5': (box(10, 4.6, 50, 5.4), None),
    'a dot': (box(30.1, 20.1, 30.3, 20.3), box(30, 20, 31, 21)),
    'a dot in a corner': (box(99.1, 59.1, 99.4, 59.4), box(99, 59, 100, 60)),
    'a dot in another': (box(-0.5, -0.5, -0.3, -0.4), box(0, 0, 1, 1)),
    'a sliver at the edge': (box(-0.5, 9, -0.1, 30), None),
    'rounds to a triangle': ([[5, 5], [40, 5], [40.2, 5.1], [40, 30]], None),
    'a hair, at 45 degrees': ([[5, 5], [45, 45], [44.9, 45.2], [4.8, 5.3]], None),
    'a slit that closes': (
        [[0, 0], [20, 0], [20, 20], [0, 20], [0, 10.4], [9, 10.4], [9, 10], [0, 10]],
        None,
    ),
}


@pytest.mark.parametrize(('polygon', 'expected'), BY_HAND.values(), ids=BY_HAND)
def test_by_hand(polygon, expected):
    polygon = np.array(polygon, float)
    (found,) = roundable([polygon], SIZE)
    assert_sound_when_rounded([found], SIZE)
    if expected is not None:
        assert found.tolist() == np.array(expected).tolist()
    old, new = shapely.Polygon(polygon), shapely.Polygon(found)
    # Rounding moves a vertex by 0.71 px, and what is too thin grows by a pixel on top.
    assert old.buffer(2).contains(new)
    assert new.buffer(2).contains(old)


def star(rng, count, radius):
    """A simple polygon: vertices in the order of their angles round the centre."""
    angles = np.sort(rng.uniform(0, 2 * np.pi, count))
    radii = rng.uniform(0.2, 1, count)[:, None] * radius
    return np.stack((np.cos(angles), np.sin(angles)), axis=1) * radii + rng.uniform(20, 40, 2)


@pytest.mark.parametrize('radius', [0.4, 1, 3, 15])
def test_simple_polygons_of_all_sizes(radius):
    rng = np.random.default_rng(3)
    polygons = [star(rng, rng.integers(4, 12), radius) for _ in range(300)]
    polygons = [p for p in polygons if is_simple(p) and shapely.LinearRing(p).is_ccw]
    found = roundable(polygons, SIZE)
    assert roundable([], SIZE) == []
    assert_sound_when_rounded(found, SIZE)
    assert len(found) == len(polygons) > 200
    for old, new in zip(polygons, found, strict=True):
        # A spike may be lost, but nothing is added that was not there.
        assert shapely.Polygon(old).buffer(2).contains(shapely.Polygon(new))


def dots(rng, shape):
    return (rng.random(shape) < 0.02).astype(np.float32)


def strokes(rng, shape):
    canvas = np.zeros(shape, np.float32)
    for _ in range(12):
        ends = rng.integers(0, shape[::-1], (2, 2)).tolist()
        cv2.line(canvas, *ends, float(rng.uniform(0.5, 1)))
    return canvas


def rings(rng, shape):
    canvas = np.zeros(shape, np.float32)
    for _ in range(6):
        centre = rng.integers(0, shape[::-1]).tolist()
        cv2.circle(canvas, centre, int(rng.integers(2, 20)), 1.0, int(rng.integers(1, 4)))
    return canvas


def words(rng, shape):
    """Words that touch each other and the border."""
    canvas = np.zeros(shape, np.float32)
    for _ in range(12):
        centre = rng.uniform((0, 0), shape[::-1])
        size = rng.uniform((8, 3), (40, 12))
        corners = cv2.boxPoints((centre, size, rng.uniform(-90, 90)))
        cv2.fillPoly(canvas, [np.int32(corners)], float(rng.uniform(0.4, 1)))
    return canvas


def blobs(rng, shape):
    field = cv2.GaussianBlur(rng.random(shape).astype(np.float32), (0, 0), 1.5)
    return np.clip((field - 0.4) / 0.2, 0, 1)


def noise(rng, shape):
    return rng.random(shape).astype(np.float32)


def salt(rng, shape):
    return (noise(rng, shape) > 0.5).astype(np.float16)


@pytest.mark.parametrize('mode', ['polygon', 'box'])
@pytest.mark.parametrize('kind', [dots, strokes, rings, words, blobs, noise, salt])
def test_whatever_is_decoded_can_be_rounded(kind, mode):
    rng = np.random.default_rng(11)
    total = repaired = 0
    for shape in [(60, 60), (7, 300), (300, 7), (1, 40), (40, 1), (90, 50)]:
        prob_map = kind(rng, shape)
        for scale in [(1, 1), (0.64, 0.64), (2, 3), (5, 5), (0.8, 0.31)]:
            params = DecodeParams(
                thresh=0.5,
                box_thresh=0,
                min_side=0,
                unclip_ratio=float(rng.choice([0, 0.5, 1.5, 3])),
                tolerance=float(rng.choice([0, 1, 2])),
                mode=mode,
            )
            size = tuple(
                max(1, round(side / s)) for side, s in zip(shape[::-1], scale, strict=True)
            )
            found = decode(prob_map, params)
            assert_sound(found)
            scores = [detection.score for detection in found]
            assert scores == sorted(scores, reverse=True)
            mapped = [d.polygon for d in to_page(found, scale, size)]
            assert_sound_when_rounded(mapped, size)
            total += len(mapped)
            repaired += sum((polygon == np.rint(polygon)).all() for polygon in mapped)
            full = [(detection.polygon + 0.5) / scale - 0.5 for detection in found]
            # Only what has no area in the image is dropped.
            assert len(mapped) == sum(piece is not None for piece in clip_to(Rings.of(full), size))
    assert total > 50
    assert 0 < repaired < total
