"""Decoding: against a slow reference, as the inverse of the targets, and on noise."""

import cv2
import numpy as np
import pytest
import scipy.ndimage
import shapely

from plugins.functional.augment import fit, warp_polygons
from plugins.functional.decoding import DecodeParams, decode, find_regions, outline, to_page
from plugins.functional.geometry import Detection, iou_matrix, is_simple
from plugins.functional.submission import as_submitted
from plugins.functional.targets import db_targets


def box(left, top, right, bottom):
    return np.array([[left, top], [right, top], [right, bottom], [left, bottom]], dtype=float)


def page(*words, shape=(60, 100)):
    """A map with rectangles of pixels: (left, top, right, bottom, probability), ends included."""
    prob_map = np.zeros(shape, np.float32)
    for left, top, right, bottom, probability in words:
        prob_map[top : bottom + 1, left : right + 1] = probability
    return prob_map


def corners(polygon):
    return sorted((round(x, 3), round(y, 3)) for x, y in polygon)


def assert_sound(detections):
    for found in detections:
        assert len(found.polygon) >= 4
        assert found.polygon.dtype == np.float64
        assert is_simple(found.polygon)
        assert shapely.LinearRing(found.polygon).is_ccw  # clockwise to the eye: y points down
        assert 0 <= found.score <= 1


@pytest.mark.parametrize('mode', ['polygon', 'box'])
def test_a_rectangle_by_hand(mode):
    # 40 by 10 pixels, whose edges are half a pixel off their centres: D = 400 * 1.5 / 100 = 6
    (found,) = decode(page((20, 25, 59, 34, 0.75)), DecodeParams(mode=mode))
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
        rectangle, sides = smallest_rectangle(np.stack((x, y), axis=1))
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


def smallest_rectangle(points):
    """One side lies along an edge of the hull, so all of those are tried."""
    hull = shapely.get_coordinates(shapely.convex_hull(shapely.multipoints(points)).exterior)
    best = None
    for dx, dy in np.diff(hull, axis=0) / np.linalg.norm(np.diff(hull, axis=0), axis=1)[:, None]:
        turn = np.array([[dx, -dy], [dy, dx]])
        low, high = (hull @ turn).min(axis=0), (hull @ turn).max(axis=0)
        if best is None or np.prod(high - low) < np.prod(best[1]):
            best = shapely.Polygon(box(*low, *high) @ turn.T), high - low
    return best


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
    params = DecodeParams(**{'thresh': 0.3, 'box_thresh': 0.4, 'mode': mode, **limits})
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


def test_a_page_of_words_comes_back():
    words = [box(x, y, x + 80, y + 20) for y in range(10, 280, 30) for x in (8, 102, 196)]
    params = DecodeParams(unclip_ratio=inverting_ratio(80, 20))
    found = decode(db_targets(words, (300, 300)).prob, params)
    overlaps = iou_matrix(words, [detection.polygon for detection in found])
    assert overlaps.shape == (27, 27)
    assert (overlaps.max(axis=0) > 0.9).all()
    assert (overlaps.max(axis=1) > 0.9).all()


def test_thresh_decides_which_pixels_belong():
    prob_map = page((10, 10, 49, 29, 0.4), (20, 15, 39, 24, 0.8))
    tops = [
        decode(prob_map, DecodeParams(thresh=thresh, unclip_ratio=0))[0].polygon[:, 1].min()
        for thresh in (0.3, 0.5)
    ]
    assert tops == [9.5, 14.5]


@pytest.mark.parametrize('kind', [np.float16, np.float32, np.float64])
def test_thresholds_are_inclusive(kind):
    prob_map = page((10, 10, 49, 29, 0.5)).astype(kind)
    assert len(decode(prob_map, DecodeParams(thresh=0.5, box_thresh=0.5))) == 1
    assert not decode(prob_map, DecodeParams(thresh=0.51, box_thresh=0))
    assert not decode(prob_map, DecodeParams(thresh=0.3, box_thresh=0.51))


def test_unclip_ratio_is_in_units_of_area_over_perimeter():
    prob_map = page((20, 20, 59, 29, 1))
    for ratio in (0, 1, 2.5):
        (found,) = decode(prob_map, DecodeParams(unclip_ratio=ratio))
        assert found.polygon[:, 1].min() == pytest.approx(19.5 - ratio * 400 / 100)


def test_max_candidates_keeps_the_best_not_the_first():
    words = [(10, 10 * i, 40, 10 * i + 5, score) for i, score in enumerate((0.5, 0.9, 0.4, 0.8))]
    params = DecodeParams(max_candidates=2)
    assert [found.score for found in decode(page(*words), params)] == pytest.approx([0.9, 0.8])
    # The cut is decode's: the halves of it know all.
    regions = find_regions(page(*words), params)
    assert [region.score for region in regions] == pytest.approx([0.9, 0.8, 0.5, 0.4])


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


def test_min_side_drops_thin_regions():
    prob_map = page((10, 10, 40, 11, 1), (10, 30, 40, 34, 1))  # 2 px and 5 px high
    heights = [len(decode(prob_map, DecodeParams(min_side=side))) for side in (0, 2, 2.5, 5, 6)]
    assert heights == [2, 2, 1, 1, 0]


def test_mode_decides_whether_bends_are_followed():
    prob_map = page((10, 10, 59, 19, 1), (10, 10, 19, 49, 1))  # an L of 50 by 40, strokes of 10
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
        len(decode(disc, DecodeParams(tolerance=tolerance))[0].polygon) for tolerance in (0, 1, 4)
    ]
    assert counts[0] > counts[1] > counts[2] >= 4


def test_a_word_in_a_ring_is_found_and_a_hole_is_filled():
    prob_map = page((5, 5, 90, 50, 1), (8, 8, 87, 47, 0), (30, 20, 60, 30, 1))
    found = decode(prob_map, DecodeParams(unclip_ratio=0, box_thresh=0))
    assert [corners(detection.polygon) for detection in found] == [
        corners(box(29.5, 19.5, 60.5, 30.5)),
        corners(box(4.5, 4.5, 90.5, 50.5)),
    ]
    assert found[1].score < 0.3  # the hole counts, so the default box_thresh drops the ring
    assert len(decode(prob_map, DecodeParams())) == 1


@pytest.mark.parametrize(
    'pixels',
    [
        pytest.param(['#'], id='dot'),
        pytest.param(['####'], id='line'),
        pytest.param(['#..', '.#.', '..#'], id='diagonal'),
        pytest.param(['##', '#.'], id='triangle'),
        pytest.param(['#####', '....#', '....#', '....#'], id='thin angle: a contour with no area'),
        pytest.param(['#....#', '.#..#.', '..##..', '.#..#.', '#....#'], id='thin cross'),
        pytest.param(
            ['####.', '####.', '.....', '####.'][:2] + ['...##'] * 2, id='two by a corner'
        ),
        pytest.param(['######', '######', '...#..', '...#..'], id='with a whisker'),
        pytest.param(['###', '#.#', '###'], id='ring'),
    ],
)
@pytest.mark.parametrize('unclip_ratio', [0, 1.5])
@pytest.mark.parametrize('tolerance', [0, 1])
def test_small_regions_are_covered_by_sound_polygons(pixels, unclip_ratio, tolerance):
    region = np.array([[pixel == '#' for pixel in row] for row in pixels])
    prob_map = np.pad(region, 4).astype(np.float32)
    params = DecodeParams(unclip_ratio=unclip_ratio, tolerance=tolerance, min_side=0)
    (found,) = decode(prob_map, params)
    assert_sound([found])
    centres = shapely.points(np.argwhere(prob_map)[:, ::-1])
    # What the outline was simplified by, and half of that again when it is dilated.
    slack = 1.5 * tolerance + 1e-6
    assert shapely.distance(centres, shapely.Polygon(found.polygon)).max() <= slack


@pytest.mark.parametrize('mode', ['polygon', 'box'])
@pytest.mark.parametrize('shape', [(1, 1), (1, 9), (9, 1), (2, 2), (40, 30)])
def test_full_and_empty_maps(shape, mode):
    (found,) = decode(np.ones(shape, np.float16), DecodeParams(unclip_ratio=0, mode=mode))
    height, width = shape
    assert corners(found.polygon) == corners(box(-0.5, -0.5, width - 0.5, height - 0.5))
    assert found.score == 1
    assert not decode(np.zeros(shape), DecodeParams())
    assert len(decode(np.zeros(shape), DecodeParams(thresh=0, box_thresh=0))) == 1


@pytest.mark.parametrize('shape', [(0, 0), (0, 5), (5, 0)])
def test_a_map_without_pixels_holds_nothing(shape):
    assert decode(np.zeros(shape), DecodeParams()) == []


@pytest.mark.parametrize(
    ('prob_map', 'message'),
    [
        pytest.param(np.full((4, 4), np.nan), 'holds NaN', id='NaN'),
        pytest.param(page((1, 1, 2, 2, np.nan)), 'holds NaN', id='some NaN'),
        pytest.param(
            page((1, 1, 2, 2, np.inf)), 'between 0 and 1, but got 0 to inf', id='infinite'
        ),
        pytest.param(page((1, 1, 2, 2, 255)), 'but got 0 to 255', id='bytes'),
        pytest.param(-page((1, 1, 2, 2, 3)), 'but got -3 to', id='logits'),
        pytest.param(np.zeros((4, 4), np.uint8), 'map is uint8; divide by .* 255', id='integers'),
        pytest.param(np.zeros((4, 4), complex), 'must be floats, but', id='complex'),
        pytest.param(np.full((4, 4), 'a'), 'must be floats, but', id='text'),
        pytest.param(page((1, 1, 2, 2, -np.inf)), 'but got -inf to', id='negative infinity'),
        pytest.param(np.zeros((1, 4, 4)), r'\(H, W\), but got \(1, 4, 4\)', id='a batch'),
        pytest.param(np.zeros(4), r'\(H, W\), but got \(4,\)', id='flat'),
    ],
)
def test_what_is_no_probability_map_is_refused(prob_map, message):
    with pytest.raises(ValueError, match=message):
        decode(prob_map, DecodeParams())


@pytest.mark.parametrize('stray', [-0.0, -5e-4, 1 + 5e-4])
def test_strays_by_rounding_are_let_pass(stray):
    prob_map = page((10, 10, 40, 20, 0.5))
    prob_map[0, 0] = stray
    assert decode(prob_map, DecodeParams(thresh=0.4))[-1].score == 0.5


def test_outlines_of_noise_are_bounded():
    # Half of the pixels: one region all over the page, with a border of thousands of vertices.
    prob_map = np.random.default_rng(0).random((400, 400)).astype(np.float32)
    found = decode(prob_map, DecodeParams(thresh=0.5, box_thresh=0, tolerance=0))
    assert_sound(found)
    assert max(np.ptp(detection.polygon, axis=0).min() for detection in found) > 400
    assert max(len(detection.polygon) for detection in found) <= 2 * 500


def test_rounding_errors_beyond_the_limits_do_not_show_in_scores():
    prob_map = page((10, 10, 40, 20, np.float32(1.00001)))
    assert [detection.score for detection in decode(prob_map, DecodeParams())] == [1.0]


@pytest.mark.parametrize(
    ('name', 'value'),
    [
        ('thresh', 1.5),
        ('thresh', float('nan')),
        ('thresh', 'high'),
        ('thresh', None),
        ('thresh', True),
        ('box_thresh', -0.1),
        ('unclip_ratio', -1),
        ('unclip_ratio', float('inf')),
        ('unclip_ratio', float('nan')),
        ('tolerance', -1),
        ('min_side', -1),
        ('max_candidates', 0),
        ('max_candidates', 2.5),
        ('mode', 'quad'),
    ],
)
def test_parameters_out_of_range_are_named(name, value):
    with pytest.raises(ValueError, match=f'decoding parameter {name} must be .*, but got '):
        DecodeParams(**{name: value})


def noise(rng, kind):
    shape = rng.integers(1, 60, 2)
    prob_map = rng.random(shape).astype(np.float32)
    if kind == 'blobs':
        prob_map = cv2.GaussianBlur(prob_map, (0, 0), 1.5)
        prob_map = (prob_map - prob_map.min()) / max(float(np.ptp(prob_map)), 1e-6)
    return (prob_map > 0.5).astype(np.float16) if kind == 'salt' else prob_map


@pytest.mark.parametrize('kind', ['grain', 'blobs', 'salt'])
@pytest.mark.parametrize('mode', ['polygon', 'box'])
def test_noise_decodes_to_sound_polygons(kind, mode):
    rng = np.random.default_rng(7)
    total = 0
    for _ in range(15):
        prob_map = noise(rng, kind)
        params = DecodeParams(
            thresh=rng.choice([0.3, 0.5, 0.7]),
            box_thresh=0,
            min_side=0,
            unclip_ratio=rng.choice([0, 0.5, 1.5, 4]),
            tolerance=rng.choice([0, 1, 2]),
            mode=mode,
        )
        found = decode(prob_map, params)
        again = decode(prob_map, params)
        assert_sound(found)
        assert [d.polygon.tolist() for d in found] == [d.polygon.tolist() for d in again]
        scores = [detection.score for detection in found]
        assert scores == sorted(scores, reverse=True)
        height, width = prob_map.shape
        size = (3 * width, 2 * height)
        mapped = to_page(found, (1 / 3, 1 / 2), size)
        assert_sound(mapped)
        for detection in mapped:
            assert (detection.polygon >= -0.5).all()
            assert (np.rint(detection.polygon) <= size).all()
        total += len(mapped)
    assert total > 30


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


@pytest.mark.parametrize(
    ('word', 'expected'),
    [
        pytest.param(
            box(-20, -5, 30, 25), box(-0.5, -0.5, 30, 25), id='over the upper left corner'
        ),
        pytest.param(
            box(80, 40, 130, 90), box(80, 40, 99.5, 59.5), id='over the lower right corner'
        ),
        pytest.param(box(-9, -9, 150, 90), box(-0.5, -0.5, 99.5, 59.5), id='larger than the page'),
        pytest.param(box(120, 5, 150, 25), None, id='outside'),
        pytest.param(box(99.5, 5, 150, 25), None, id='touching the edge'),
        pytest.param(box(99.5 - 1e-6, 5, 150, 25), None, id='a sliver of 20e-6 square pixels'),
    ],
)
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


def test_the_map_is_left_alone():
    prob_map = page((20, 20, 59, 29, 0.7))
    before = prob_map.copy()
    decode(prob_map, DecodeParams())
    np.testing.assert_array_equal(prob_map, before)
