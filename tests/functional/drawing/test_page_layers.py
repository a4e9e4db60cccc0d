"""Pages under layers of polygons: where they are, and a legend that fits."""

import numpy as np
import pytest

from plugins.functional.drawing import Layer, layered_page
from plugins.functional.drawing import page_layers as module
from plugins.functional.drawing.colours import MISSED, SPLIT

WORD = np.array([[10, 10], [50, 10], [50, 20], [10, 20]], float)


def test_a_filled_polygon_is_where_it_is_once_margins_are_cut_and_the_page_is_scaled():
    page = np.full((1000, 2000, 3), 255, np.uint8)
    word = np.array([[1000, 500], [1100, 500], [1100, 528], [1000, 528]], float)
    picture = layered_page(page, '', [Layer('word', MISSED, [word], 'filled')])
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
    picture = layered_page(page, 'a page ' * 30, [Layer('label', SPLIT, polygons, 'hatched')] * 5)
    assert 36 <= max(picture.shape[:2]) <= 3000 + 6 * 64
    assert picture.dtype == np.uint8


def test_the_legend_wraps_instead_of_being_cut_off():
    layers = [Layer(f'a layer with a name, {n}', SPLIT) for n in range(5)]
    narrow, wide = module._header(400, 'title', layers), module._header(3000, 'title', layers)
    assert narrow.shape[0] == 6 * 36
    assert wide.shape[0] == 2 * 64
    assert (narrow[:, -3:] == 255).all()
