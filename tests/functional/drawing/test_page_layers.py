"""Pages under layers of polygons: where they are, which colours, and a legend that fits."""

import itertools

import cv2
import numpy as np
import pytest

from plugins.functional.drawing import BLUE, GREEN, ORANGE, PURPLE, RED, Layer, layered_page
from plugins.functional.drawing import page_layers as module
from plugins.functional.review import match_layers, match_picture

WORD = np.array([[10, 10], [50, 10], [50, 20], [10, 20]], float)
BELOW = WORD + np.array([0, 50])
LEFT, RIGHT = (np.array([[x, 10], [x + 20, 10], [x + 20, 20], [x, 20]], float) for x in (10, 30))
AROUND = np.array([[10, 10], [50, 10], [50, 70], [10, 70]], float)

# Machado, Oliveira and Fernandes, A Physiologically-based Model for Simulation of Color Vision
# Deficiency, 2009: full severity, on linear RGB.
VISIONS = {
    'normal': np.eye(3),
    'protan': [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]],
    'deutan': [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]],
    'tritan': [[1.256, -0.077, -0.179], [-0.078, 0.931, 0.148], [0.005, 0.691, 0.304]],
}


def seen(color: tuple[int, int, int], vision: str) -> np.ndarray:
    """The L*a*b* of a BGR colour as people with this vision see it."""
    linear = (np.array(color[::-1]) / 255) ** 2.2
    rgb = np.clip(np.array(VISIONS[vision]) @ linear, 0, 1) ** (1 / 2.2)
    return cv2.cvtColor(np.float32(rgb)[None, None], cv2.COLOR_RGB2LAB)[0, 0]


@pytest.mark.parametrize('vision', VISIONS)
@pytest.mark.parametrize(
    ('style', 'colors'), [('filled', (BLUE, ORANGE, RED)), ('hatched', (PURPLE, RED))]
)
def test_colours_of_one_pattern_are_told_apart(vision, style, colors):
    for one, two in itertools.combinations(colors, 2):
        assert np.linalg.norm(seen(one, vision) - seen(two, vision)) > 35


def test_a_match_has_patterns_that_differ_where_colours_come_close():
    styles = {layer.color: layer.style for layer in match_layers([WORD], [WORD])}
    assert styles == {
        GREEN: 'outline', BLUE: 'filled', ORANGE: 'filled', RED: 'filled', PURPLE: 'hatched'
    }  # fmt: skip


@pytest.mark.parametrize(
    ('found', 'drawn'),
    [
        pytest.param([WORD, BELOW], {GREEN: [WORD, BELOW]}, id='found'),
        pytest.param([WORD], {GREEN: [WORD], RED: [BELOW]}, id='missed'),
        pytest.param([LEFT, RIGHT, BELOW], {GREEN: [BELOW], BLUE: [LEFT, RIGHT, WORD]}, id='split'),
        pytest.param([AROUND], {ORANGE: [AROUND]}, id='merged'),
        pytest.param(
            [WORD, BELOW, WORD + 99], {GREEN: [WORD, BELOW], PURPLE: [WORD + 99]}, id='false'
        ),
        pytest.param(
            [LEFT, AROUND],
            {ORANGE: [AROUND], BLUE: [LEFT, WORD]},
            id='a merging detection is no piece',
        ),
    ],
)
def test_each_polygon_is_in_the_layer_of_its_fate(found, drawn):
    layers = match_layers([WORD, BELOW], found)
    as_lists = {
        layer.color: [p.tolist() for p in layer.polygons] for layer in layers if layer.polygons
    }
    assert as_lists == {color: [p.tolist() for p in polygons] for color, polygons in drawn.items()}


def test_the_legend_counts_what_the_score_counts():
    labels = [layer.label for layer in match_layers([WORD, BELOW], [LEFT, RIGHT, WORD + 99])]
    assert labels == [
        'found: 0',
        'split: 1 word in pieces',
        'merged: 0 detections of several words',
        'missed: 1 word',
        'false: 1 detection',
    ]


def test_a_filled_polygon_is_where_it_is_once_margins_are_cut_and_the_page_is_scaled():
    page = np.full((1000, 2000, 3), 255, np.uint8)
    word = np.array([[1000, 500], [1100, 500], [1100, 528], [1000, 528]], float)
    picture = layered_page(page, '', [Layer('word', RED, [word], 'filled')])
    # 40 pixels of margin on each side, scaled to a longer side of 900.
    scale = 900 / 180
    height = round(108 * scale)
    assert picture.shape[1] == 900
    body = picture[-height:]
    red = (body[..., 2].astype(int) - body[..., 0]) > 20
    rows, columns = np.flatnonzero(red.any(axis=1)), np.flatnonzero(red.any(axis=0))
    np.testing.assert_allclose([rows[0], rows[-1]], [40 * scale, 68 * scale], atol=3)
    np.testing.assert_allclose([columns[0], columns[-1]], [40 * scale, 140 * scale], atol=3)
    assert red[height // 2, 450]


@pytest.mark.parametrize('size', [(1, 1), (5, 3000), (3000, 5), (640, 480), (5000, 4000)])
@pytest.mark.parametrize('polygons', [[], [WORD], [WORD + 1e7], [WORD * 0]], ids=str)
def test_any_page_makes_a_picture_of_reasonable_size(size, polygons):
    page = np.full((*size, 3), 200, np.uint8)
    picture = layered_page(page, 'a page ' * 30, [Layer('label', BLUE, polygons, 'hatched')] * 5)
    assert 36 <= max(picture.shape[:2]) <= 3000 + 6 * 64
    assert picture.dtype == np.uint8


def test_the_legend_wraps_instead_of_being_cut_off():
    layers = [Layer(f'a layer with a name, {n}', BLUE) for n in range(5)]
    narrow, wide = module._header(400, 'title', layers), module._header(3000, 'title', layers)
    assert narrow.shape[0] == 6 * 36
    assert wide.shape[0] == 2 * 64
    assert (narrow[:, -3:] == 255).all()


def test_the_picture_of_a_match_takes_other_alphabets_names():
    picture = match_picture('영수증.jpg', np.full((80, 60, 3), 255, np.uint8), [WORD], [WORD])
    assert picture.shape[2] == 3
