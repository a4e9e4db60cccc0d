"""Pages and polygons go through one matrix: what is painted stays under its polygon."""

import cv2
import numpy as np
import pytest

from plugins.functional.augment import (
    fit,
    fitted_size,
    largest_zoom,
    random_change,
    scaling,
    visible_fraction,
    warp_image,
    warp_polygons,
)
from plugins.functional.geometry import Rings, iou_matrix

SIZE = (180, 240)
WORDS = [
    np.array([[20, 30], [90, 30], [90, 52], [20, 52]], dtype=float),
    np.array([[100, 100], [160, 120], [154, 142], [94, 122]], dtype=float),
    np.array([[30, 150], [60, 140], [95, 150], [95, 172], [60, 162], [30, 172]], dtype=float),
]
ALONE = {
    'rotation': dict(degrees=25),
    'zoom in': dict(scale=(1.4, 1.5)),
    'zoom out': dict(scale=(0.4, 0.5)),
    'stretch': dict(stretch=0.5),
    'shift': dict(shift=0.1),
    'crop': dict(scale=(1.2, 1.3), shift=0.1),
    'mirror': dict(flip=1),
    'upside down': dict(flip_vertical=1),
}
FLAT = dict(degrees=10, scale=(0.8, 1.25), stretch=0.2, shift=0.05, flip=0.5, flip_vertical=0.5)
TOGETHER = dict(FLAT, perspective=0.15)


def paint(polygons, size):
    """A page (H, W, 3) whose pixels are 255 in polygons; 8 x 8 samples a pixel smooth the edges."""
    width, height = size
    canvas = np.zeros((height * 8, width * 8), np.uint8)
    for polygon in polygons:
        points = (np.asarray(polygon) + 0.5) * 8 - 0.5
        cv2.fillPoly(canvas, [np.rint(points).astype(np.int32)], 255)
    return cv2.merge([cv2.resize(canvas, size, interpolation=cv2.INTER_AREA)] * 3)


def overlap(a, b):
    """Intersection over union of two pages' grey values."""
    a, b = a.astype(float), b.astype(float)
    return np.minimum(a, b).sum() / np.maximum(a, b).sum()


def change(seed, size, options):
    return random_change(np.random.default_rng(seed), size, **options)


@pytest.mark.parametrize('longest', [120, 240, 400], ids=['smaller', 'as large', 'larger'])
@pytest.mark.parametrize(
    'options',
    [{}, *ALONE.values(), dict(perspective=0.3), FLAT, TOGETHER],
    ids=['none', *ALONE, 'perspective', 'together', 'together and tilted'],
)
def test_paint_stays_under_its_polygons(options, longest):
    matrix, fitted = fit(SIZE, longest)
    for seed in range(3):
        whole = change(seed, fitted, options) @ matrix
        seen = warp_image(paint(WORDS, SIZE), whole, fitted)
        assert seen.shape == (*fitted[::-1], 3)
        words = warp_polygons(WORDS, whole)
        exact = overlap(seen, paint(words, fitted))
        # Resampling blurs edges by half a pixel at most, which in words 5 px high, the smallest
        # here, costs a tenth of the overlap; a word that is elsewhere by a pixel loses a third.
        assert exact > 0.85
        for step in ((1, 0), (-1, 0), (0, 1), (0, -1)):  # so none is off by half a pixel
            assert overlap(seen, paint([word + step for word in words], fitted)) < exact


@pytest.mark.parametrize(
    ('size', 'longest', 'expected'),
    [
        ((960, 1280), 640, (480, 640)),
        ((1280, 960), 640, (640, 480)),
        ((100, 300), 100, (33, 100)),
        ((1, 1000), 100, (1, 100)),
        ((1, 1), 64, (64, 64)),
    ],
)
def test_the_longer_side_fits(size, longest, expected):
    assert fitted_size(size, longest) == expected
    matrix, fitted = fit(size, longest)
    assert fitted == expected
    # The page's corners, half a pixel beyond the outermost centres, stay corners.
    edges = warp_polygons([np.array([[-0.5, -0.5], [size[0] - 0.5, size[1] - 0.5]])], matrix)[0]
    np.testing.assert_allclose(edges, [[-0.5, -0.5], np.subtract(fitted, 0.5)])


@pytest.mark.parametrize('options', ALONE.values(), ids=ALONE)
def test_each_change_is_what_it_says(options):
    matrices = np.array([change(seed, SIZE, options)[:2] for seed in range(200)])
    linear = matrices[:, :, :2]
    lengths = np.linalg.norm(linear, axis=1)  # of what was one pixel to the right, and down
    zooms = np.sqrt(np.abs(np.linalg.det(linear)))
    low, high = options.get('scale', (1, 1))
    assert low - 1e-9 <= zooms.min() <= zooms.max() <= high + 1e-9
    ratios = lengths[:, 0] / lengths[:, 1]
    most = 1 + options.get('stretch', 0)
    assert 1 / most - 1e-9 <= ratios.min() <= ratios.max() <= most + 1e-9
    upright = -1 if options.get('flip_vertical') else 1
    turns = np.degrees(np.arctan2(upright * linear[:, 1, 1], -upright * linear[:, 0, 1])) - 90
    assert np.abs(turns).max() <= options.get('degrees', 0) + 1e-9
    mirrored = bool(options.get('flip')) != bool(options.get('flip_vertical'))
    assert (np.linalg.det(linear) < 0).all() == mirrored
    centre = np.subtract(SIZE, 1) / 2
    moved = matrices @ [*centre, 1] - centre
    assert (np.abs(moved) <= options.get('shift', 0) * np.array(SIZE) + 1e-9).all()
    assert not np.allclose(matrices, np.eye(3)[:2])


def test_perspective_brings_corners_nearer_or_farther_and_leaves_the_centre():
    farthest = 0
    for seed in range(200):
        matrix = change(seed, SIZE, dict(perspective=0.3))
        width, height = SIZE
        corners = [(x, y, 1) for x in (0, width - 1) for y in (0, height - 1)]
        centre = np.array([(width - 1) / 2, (height - 1) / 2, 1])
        assert matrix[2] @ centre == pytest.approx(1)
        np.testing.assert_allclose(matrix[:2] @ centre, centre[:2])
        farthest = max(farthest, np.abs(np.array(corners) @ matrix[2] - 1).max())
    assert 0.2 < farthest <= 0.3


@pytest.mark.parametrize('options', [*ALONE.values(), TOGETHER], ids=[*ALONE, 'together'])
def test_no_part_of_a_page_is_enlarged_by_more_than_the_largest_zoom(options):
    limit = largest_zoom(**options)
    step = 1e-4
    steps = np.array([(0, 0), (step, 0), (0, step)])
    spots = np.array([(x, y) for x in (0, 90, 179) for y in (0, 120, 239)], float)
    for seed in range(100):
        matrix = change(seed, SIZE, options)
        seen = [np.column_stack((spots + d, np.ones(9))) @ matrix.T for d in steps]
        at, right, below = (points[:, :2] / points[:, 2:] for points in seen)
        jacobians = np.stack(((right - at) / step, (below - at) / step), axis=2)
        assert np.linalg.norm(jacobians, ord=2, axis=(1, 2)).max() < limit + 1e-4


def test_straight_lines_stay_straight_under_perspective():
    # So that a polygon's vertices are all that has to be moved.
    line = np.linspace((10, 20), (150, 200), 9)
    moved = warp_polygons([line], change(2, SIZE, dict(perspective=0.4)))[0]
    along = moved - moved[0]
    np.testing.assert_allclose(along[:, 0] * along[-1, 1], along[:, 1] * along[-1, 0], atol=1e-6)


def test_words_behind_the_horizon_stay_finite_and_off_the_page():
    tilted = np.array([[1, 0, 0], [0, 1, 0], [0.005, 0, 1.0]])  # horizon at x = -200
    word = np.array([[-500, 10], [-300, 10], [-300, 30], [-500, 30.0]])
    moved = warp_polygons([word], tilted)
    assert np.isfinite(moved).all()
    assert visible_fraction(moved, SIZE) == 0


def test_nothing_changes_by_default_and_the_same_seed_draws_the_same():
    np.testing.assert_allclose(change(0, SIZE, {}), np.eye(3), atol=1e-12)
    np.testing.assert_array_equal(change(5, SIZE, TOGETHER), change(5, SIZE, TOGETHER))
    assert not np.allclose(change(5, SIZE, TOGETHER), change(6, SIZE, TOGETHER))


@pytest.mark.parametrize(
    ('options', 'message'),
    [
        pytest.param(dict(scale=(0, 1)), 'scale must be', id='down to nothing'),
        pytest.param(dict(scale=(1.2, 0.8)), 'scale must be', id='low over high'),
        pytest.param(dict(scale=(1, 1, 1)), 'scale must be', id='three'),
        pytest.param(dict(stretch=-0.5), 'stretch must be', id='negative stretch'),
        pytest.param(dict(perspective=-0.1), 'perspective must be', id='negative perspective'),
        pytest.param(dict(perspective=0.5), 'perspective must be', id='up to the horizon'),
    ],
)
def test_impossible_changes_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        change(0, SIZE, options)


@pytest.mark.parametrize(
    ('sign', 'offset'), [([-1, 1], [99, 0]), ([1, -1], [0, 99])], ids=['mirrored', 'upside down']
)
def test_a_mirror_image_keeps_words_clockwise_with_their_own_upper_edge_first(sign, offset):
    matrix = np.diag([*sign, 1.0])
    matrix[:2, 2] = offset
    for word in WORDS:
        mirrored = warp_polygons([word], matrix)[0]
        assert Rings.of([mirrored]).signed_areas > 0
        half = len(word) // 2
        np.testing.assert_array_equal(mirrored[:half], (word[:half] * sign + offset)[::-1])


def test_polygons_may_have_any_number_of_vertices():
    words = [*WORDS, WORDS[0][:3].astype(int)]
    moved = warp_polygons(words, scaling(2, 2))
    assert [len(word) for word in moved] == [4, 4, 6, 3]
    assert Rings.of(moved).areas == pytest.approx(4 * Rings.of(words).areas)
    assert warp_polygons([], scaling(2, 2)) == []
    assert visible_fraction([], SIZE).shape == (0,)


@pytest.mark.parametrize('size', [(1, 1), (1, 300), (300, 1)])
@pytest.mark.parametrize('options', [{}, TOGETHER], ids=['fit', 'together'])
def test_pages_of_one_pixel_or_one_row(size, options):
    page = np.full((*size[::-1], 3), 200, np.uint8)
    matrix, fitted = fit(size, 64)
    seen = warp_image(page, change(0, fitted, options) @ matrix, fitted)
    assert seen.shape == (*fitted[::-1], 3)
    assert seen.max() <= 200


def test_a_canvas_of_another_size_crops_instead_of_resizing():
    page = paint(WORDS, SIZE)
    np.testing.assert_array_equal(warp_image(page, scaling(1, 1), (100, 60)), page[:60, :100])


def test_thin_strokes_survive_shrinking():
    page = np.zeros((400, 400, 3), np.uint8)
    page[:, ::8] = 255  # one pixel in eight
    for options in ({}, dict(degrees=3)):
        matrix, fitted = fit((400, 400), 50)
        seen = warp_image(page, change(1, fitted, options) @ matrix, fitted)
        assert seen[10:40, 10:40].mean() == pytest.approx(255 / 8, rel=0.1)


def test_what_lies_beyond_the_page_is_the_border():
    page = np.full((*SIZE[::-1], 3), 200, np.uint8)
    shifted = np.array([[1, 0, 50], [0, 1, 0], [0, 0, 1.0]])
    seen = warp_image(page, shifted, SIZE, border=7)
    assert (seen[:, :50] == 7).all()
    assert (seen[:, 50:] == 200).all()


ON_100_BY_60 = {
    'within': ([[10, 10], [50, 10], [50, 30], [10, 30]], 1),
    'half': ([[-20.5, 10], [19.5, 10], [19.5, 30], [-20.5, 30]], 1 / 2),
    'corner': ([[89.5, 49.5], [109.5, 49.5], [109.5, 69.5], [89.5, 69.5]], 1 / 4),
    'the canvas': ([[-0.5, -0.5], [99.5, -0.5], [99.5, 59.5], [-0.5, 59.5]], 1),
    'across': ([[-50.5, 9.5], [149.5, 9.5], [149.5, 19.5], [-50.5, 19.5]], 1 / 2),
    'outside': ([[200, 10], [250, 10], [250, 30], [200, 30]], 0),
    'touching': ([[-40, 10], [-0.5, 10], [-0.5, 30], [-40, 30]], 0),
    'huge': ([[-1e6, 9.5], [1e6, 9.5], [1e6, 19.5], [-1e6, 19.5]], 100 / 2e6),
    'no area, over the edge': ([[-20, 10], [20, 10], [0, 10], [5, 10]], 0),
    'bow-tie': ([[-20.5, 0], [19.5, 20], [19.5, 0], [-20.5, 20]], 1 / 2),
}


@pytest.mark.parametrize(('polygon', 'expected'), ON_100_BY_60.values(), ids=ON_100_BY_60)
def test_visible_fraction(polygon, expected):
    assert visible_fraction([np.array(polygon)], (100, 60)) == pytest.approx([expected])


def test_warped_there_and_back():
    matrix = change(3, SIZE, TOGETHER)
    back = warp_polygons(warp_polygons(WORDS, matrix), np.linalg.inv(matrix))
    assert iou_matrix(WORDS, back).diagonal() == pytest.approx(1)
