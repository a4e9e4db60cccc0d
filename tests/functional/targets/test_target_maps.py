"""The training maps against the formulae of the DB paper, by Shapely and by MMOCR."""

import cv2
import numpy as np
import pytest
import shapely
from shapes import box

from plugins import compat
from plugins.functional.targets import db_targets

# D = 40 * 20 * (1 - 0.4 ** 2) / 120 = 5.6: shrunk to 10 + 5.6 ... 50 - 5.6 by 20 + 5.6 ... 40 - 5.6
RECTANGLE = box(10, 20, 50, 40)
TILTED = np.array([[20.3, 12.7], [88.1, 30.2], [82.6, 55.9], [14.8, 38.4]])
TRAPEZE = np.array([[12, 10], [80, 22], [78, 40], [10, 52]])
ARROW = np.array([[8, 8], [92, 34], [8, 60], [30, 34]])
ANGLE = np.array([[10, 10], [90, 10], [90, 30], [32, 30], [32, 65], [10, 65]])
# A word along a curve: 7 vertices on the upper and 7 on the lower edge.
TURN = np.linspace(0, np.pi, 7)
ARCH = np.stack((50 - 44 * np.cos(TURN), 30 - 18 * np.sin(TURN)), axis=1)
CURVE = np.concatenate((ARCH, np.add(ARCH[::-1], (0, 22))))
SHAPE = (72, 100)
MANY = shapely.get_coordinates(shapely.segmentize(shapely.Polygon(RECTANGLE), 0.12))[:-1]


def pixel_distances(polygon, shape):
    """Distance (H, W) of each pixel's centre to the outline, and whether it lies inside."""
    x, y = np.meshgrid(np.arange(shape[1]), np.arange(shape[0]))
    pixels = shapely.points(x, y)
    region = shapely.Polygon(polygon)
    return shapely.distance(pixels, region.exterior), shapely.intersects(pixels, region)


def by_the_paper(polygon, shape, ratio=0.4):
    """The regions and the threshold map of one word, by Shapely's offsets and distances."""
    region = shapely.Polygon(polygon)
    offset = region.area * (1 - ratio**2) / region.length
    distance, _ = pixel_distances(polygon, shape)
    near = np.clip(1 - distance / offset, 0, 1)
    # A round join: what is within the offset of a corner is a part of a circle.
    return region.buffer(-offset), region.buffer(offset, quad_segs=64), 0.3 + 0.4 * near


def assert_painted(mask, region, slack):
    """Pixels are set within ``region`` and not outside; those by its border may be either."""
    x, y = np.meshgrid(np.arange(mask.shape[1]), np.arange(mask.shape[0]))
    pixels = shapely.points(x, y)
    clear = shapely.distance(pixels, region.boundary) > slack
    np.testing.assert_array_equal(mask[clear], shapely.intersects(pixels, region)[clear])


@pytest.mark.parametrize('reverse', [False, True], ids=['clockwise', 'the other way round'])
@pytest.mark.parametrize(
    'polygon',
    [
        pytest.param(RECTANGLE, id='rectangle'),
        pytest.param(TILTED, id='tilted, between pixels'),
        pytest.param(TRAPEZE, id='trapeze'),
        pytest.param(ARROW, id='concave'),
        pytest.param(ANGLE, id='L shape'),
        pytest.param(CURVE, id='14 vertices'),
        pytest.param(TILTED - (40, 20), id='beyond the border, left and top'),
        pytest.param(np.add(TILTED, (40, 30)), id='beyond the border, right and bottom'),
        pytest.param(box(-500, -400, 700, 420), id='larger than the canvas'),
        pytest.param(np.repeat(TILTED, 2, axis=0), id='each vertex twice'),
        pytest.param([[5, 30], [95, 5], [90, 20], [70, 30]], id='sharp corners'),
        pytest.param([[5, 10], [95, 12], [94, 60], [60, 70]], id='blunt corners'),
        pytest.param(box(40, -300, 60, 300), id='across the canvas, its corners far off'),
        pytest.param([[10, 10], [90, 10], [50, 60]], id='triangle'),
        pytest.param(MANY, id='a thousand vertices'),
    ],
)
def test_the_maps_are_those_of_the_paper(polygon, reverse):
    shrunk, dilated, thresh = by_the_paper(polygon, SHAPE)
    maps = db_targets([np.array(polygon[::-1] if reverse else polygon)], SHAPE)
    assert_painted(maps.prob, shrunk, slack=0.01)
    assert_painted(maps.thresh_mask, dilated, slack=0.01)
    np.testing.assert_allclose(maps.thresh, thresh, atol=1e-4)
    assert (maps.prob_mask == 1).all()
    assert all(part.dtype == np.float32 and part.shape == SHAPE for part in maps)


def test_a_rectangle_by_hand():
    maps = db_targets([RECTANGLE], SHAPE)
    expected = np.zeros(SHAPE)
    expected[26:35, 16:45] = 1  # 25.6 to 34.4 by 15.6 to 44.4
    np.testing.assert_array_equal(maps.prob, expected)
    assert maps.thresh[20, 30] == pytest.approx(0.7)  # on the upper edge
    assert maps.thresh[22, 30] == pytest.approx(0.3 + 0.4 * (1 - 2 / 5.6))  # 2 px inside
    assert maps.thresh[18, 30] == pytest.approx(0.3 + 0.4 * (1 - 2 / 5.6))  # 2 px outside
    assert maps.thresh[17, 6] == pytest.approx(0.3 + 0.4 * (1 - 5 / 5.6))  # 3, 4 px off a corner
    assert maps.thresh[30, 30] == maps.thresh[0, 0] == pytest.approx(0.3)
    assert maps.thresh_mask[:, 30].nonzero()[0].tolist() == list(range(15, 46))


def test_options_change_the_maps_and_the_input_is_left_alone():
    # r = 0.6: D = 800 * (1 - 0.36) / 120 = 4.27
    given = RECTANGLE.copy()
    maps = db_targets([given], SHAPE, shrink_ratio=0.6, thresh_min=0.1, thresh_max=0.9)
    assert given.tolist() == RECTANGLE.tolist()
    assert maps.prob[:, 30].nonzero()[0].tolist() == list(range(25, 36))
    assert (maps.thresh.min(), maps.thresh.max()) == pytest.approx((0.1, 0.9))


def test_ignored_words_are_masked_out_and_not_learnt():
    other = box(60, 50, 95, 65)
    maps = db_targets([RECTANGLE, other], SHAPE, ignored=[True, False])
    np.testing.assert_array_equal(maps.prob_mask[21:40, 11:50], 0)
    assert maps.prob_mask.sum() == SHAPE[0] * SHAPE[1] - 40 * 20
    alone = db_targets([other], SHAPE)
    for part in ('prob', 'thresh', 'thresh_mask'):
        np.testing.assert_array_equal(getattr(maps, part), getattr(alone, part))


@pytest.mark.parametrize(
    ('polygon', 'learnt'),
    [
        pytest.param(box(10, 10, 60, 12.9), False, id='2.9 px high'),
        pytest.param(box(10, 10, 60, 13.1), True, id='3.1 px high'),
        pytest.param([[10, 10], [60, 12], [60, 10], [10, 12]], False, id='bow-tie: no area'),
        pytest.param([[10, 10], [60, 10], [30, 10], [20, 10]], False, id='on one line'),
        pytest.param([[10, 10]] * 4, False, id='one point'),
    ],
)
def test_thin_words_are_masked_out(polygon, learnt):
    maps = db_targets([np.array(polygon)], SHAPE)
    assert maps.prob.any() == maps.thresh_mask.any() == learnt
    assert db_targets([box(10, 10, 60, 12.9)], SHAPE, min_side=2).prob.any()


@pytest.mark.parametrize('degrees', [0, 3, 17, 45, 80])
@pytest.mark.parametrize('shift', [0, 0.3, 0.5, 0.8])
def test_no_learnt_word_slips_between_the_pixels(degrees, shift):
    # 3.2 px high, 1.3 px off each edge: only half a pixel is left by the paper's offset.
    angle = np.deg2rad(degrees)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    maps = db_targets([box(-30, -1.6, 30, 1.6) @ turn + 36 + shift], (72, 72))
    parts, _ = cv2.connectedComponents(maps.prob.astype(np.uint8), connectivity=8)
    assert parts == 1 + 1  # the background and the word, in one piece
    assert maps.prob.sum() > 60 * 0.6


def test_a_page_of_many_words_is_the_sum_of_its_words():
    rng = np.random.default_rng(0)
    words = [TILTED * rng.uniform(0.1, 1.5) + rng.uniform(-50, 50, 2) for _ in range(40)]
    words[::10] = [ARROW, CURVE, TRAPEZE[::-1], RECTANGLE]
    page = db_targets(words, SHAPE)
    apart = [db_targets([word], SHAPE) for word in words]
    for part in ('prob', 'thresh', 'thresh_mask'):
        expected = np.max([getattr(maps, part) for maps in apart], axis=0)
        np.testing.assert_array_equal(getattr(page, part), expected)
    np.testing.assert_array_equal(page.prob_mask, np.min([m.prob_mask for m in apart], axis=0))


@pytest.mark.parametrize('shape', [(5, 7), (1, 1), (0, 4)])
def test_a_page_without_words(shape):
    maps = db_targets([], shape)
    assert [part.shape for part in maps] == [shape] * 4
    assert (maps.prob == 0).all()
    assert (maps.prob_mask == 1).all()
    assert maps.thresh == pytest.approx(0.3)


@pytest.mark.parametrize(
    'polygon',
    [
        pytest.param(np.add(RECTANGLE, (1e6, 0)), id='far to the right'),
        pytest.param(RECTANGLE - (0, 1e6), id='far above'),
        pytest.param(RECTANGLE + 1e30, id='beyond what integers hold'),
    ],
)
def test_words_off_the_canvas_leave_no_trace(polygon):
    maps, empty = db_targets([polygon], SHAPE), db_targets([], SHAPE)
    for part in maps._fields:
        np.testing.assert_array_equal(getattr(maps, part), getattr(empty, part))


def test_huge_words_keep_their_edges():
    # 2e6 by 2e6 px: D is 420,000, so the canvas lies at the very edge, whose column is 10.
    maps = db_targets([box(10, -1e6, 2e6 + 10, 1e6)], SHAPE)
    np.testing.assert_allclose(maps.thresh, 0.7, atol=1e-4)
    assert not maps.prob.any()
    masked = db_targets([box(10, -1e6, 2e6 + 10, 1e6)], SHAPE, ignored=[True]).prob_mask
    assert masked.sum() == 10 * SHAPE[0]


@pytest.mark.parametrize(
    ('polygons', 'options', 'message'),
    [
        pytest.param([RECTANGLE], {'shrink_ratio': 1}, 'shrink_ratio must lie', id='no offset'),
        pytest.param([RECTANGLE, RECTANGLE[:2]], {}, r'polygon 1.*\(2, 2\)', id='two points'),
        pytest.param([RECTANGLE * np.nan], {}, r'polygon 0.*\(nan, nan\)', id='not a number'),
        pytest.param([RECTANGLE], {'ignored': [True, False]}, '1 flags.* 2', id='more flags'),
    ],
)
def test_what_cannot_be_drawn_is_refused(polygons, options, message):
    with pytest.raises(ValueError, match=message):
        db_targets(polygons, SHAPE, **options)


def mmocr_maps(polygons, shape):
    """The maps of MMOCR's DBModuleLoss, in the order of DBTargets."""
    compat.install()
    import torch
    from mmengine.structures import InstanceData
    from mmocr.models.textdet.module_losses import DBModuleLoss
    from mmocr.structures import TextDetDataSample

    words = InstanceData(
        polygons=[np.float32(polygon).ravel() for polygon in polygons],
        ignored=torch.zeros(len(polygons), dtype=torch.bool),
    )
    sample = TextDetDataSample(gt_instances=words, metainfo={'img_shape': shape})
    return [part[0].numpy() for part in DBModuleLoss().get_targets([sample])]


@pytest.mark.parametrize(
    'polygon',
    [
        pytest.param(box(30, 30, 120, 52), id='a word'),
        pytest.param(np.array([[30, 20], [128, 42], [122, 70], [24, 48]]), id='tilted'),
        pytest.param(np.rint(CURVE * 1.5) + 10, id='14 vertices'),
    ],
)
def test_mmocr_draws_the_same_within_its_rounding(polygon):
    """MMOCR rounds D to whole pixels to shrink (0.5 px), and truncates the vertices of both offset
    outlines to whole pixels (1 px), so its regions may differ 1.5 px along their borders, no more.

    Its distances are to the nearer end, not to the edge, where an edge is seen under less than 90°,
    that is beside the ends: under 3 % of the pixels of the threshold map, by under 0.1 of 0.4 where
    edges are short.
    """
    shape = (110, 170)
    ours = db_targets([polygon], shape)
    prob, prob_mask, thresh, thresh_mask = mmocr_maps([polygon], shape)
    distance, inside = pixel_distances(polygon, shape)
    region = shapely.Polygon(polygon)
    offset = region.area * 0.84 / region.length
    clear = abs(distance - offset) > 1.5
    np.testing.assert_array_equal(ours.prob[clear], prob[clear])
    np.testing.assert_array_equal(ours.thresh_mask[clear | inside], thresh_mask[clear | inside])
    np.testing.assert_array_equal(ours.prob_mask, prob_mask)
    difference = abs(ours.thresh - thresh)
    assert difference.max() < 0.1
    assert (difference > 0.005).mean() < 0.03
