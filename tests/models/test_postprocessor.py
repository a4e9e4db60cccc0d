"""Decoding as the detector's postprocessor."""

import numpy as np
import pytest
import torch
from mmocr.structures import TextDetDataSample

from plugins.functional.decoding import DecodeParams, decode_map
from plugins.functional.errors import UserError
from plugins.models.postprocessor import ReceiptPostprocessor


def sample(size: tuple[int, int] = (200, 100)) -> TextDetDataSample:
    """A displayed page of ``size`` pixels (width, height), resized to 100 x 50."""
    meta = dict(ori_shape=size[::-1], img_shape=(50, 100), img_path='x.png')
    return TextDetDataSample(metainfo=meta)


def prob_map(*boxes: tuple[int, int, int, int]) -> torch.Tensor:
    """A map of 128 x 64, padding included, that is 0.9 in boxes of x1, y1, x2, y2."""
    maps = torch.zeros(1, 64, 128)
    for x1, y1, x2, y2 in boxes:
        maps[0, y1:y2, x1:x2] = 0.9
    return maps


def boxes(page: TextDetDataSample) -> np.ndarray:
    polygons = [polygon.reshape(-1, 2) for polygon in page.pred_instances.polygons]
    return np.array([[*p.min(axis=0), *p.max(axis=0)] for p in polygons]).reshape(-1, 4)


def test_polygons_are_on_the_displayed_page() -> None:
    post = ReceiptPostprocessor(unclip_ratio=0)
    (page,) = post(prob_map((20, 10, 60, 20)), [sample()])
    # Pixels 20 to 59 of the map cover 40 to 119 of the page, whose edges lie half a pixel off.
    np.testing.assert_allclose(boxes(page), [[39.5, 19.5, 119.5, 39.5]], atol=0.01)
    assert page.pred_instances.scores.tolist() == pytest.approx([0.9])
    assert page.pred_instances.polygons[0].ndim == 1


def test_what_lies_in_the_padding_is_not_found() -> None:
    post = ReceiptPostprocessor()
    (page,) = post(prob_map((105, 10, 125, 20), (20, 52, 60, 60)), [sample()])
    assert len(page.pred_instances.polygons) == len(page.pred_instances.scores) == 0


def test_a_word_at_the_edge_does_not_reach_beyond_the_page() -> None:
    (page,) = ReceiptPostprocessor()(prob_map((60, 30, 128, 64)), [sample()])
    (box,) = boxes(page)
    assert box[2] <= 200 and box[3] <= 100


def test_each_page_has_its_own_scale() -> None:
    maps = prob_map((20, 10, 60, 20)).repeat(2, 1, 1)
    first, second = ReceiptPostprocessor()(maps, [sample(), sample((100, 100))])
    width = [box[2] - box[0] for page in (first, second) for box in boxes(page)]
    assert width[0] == pytest.approx(2 * width[1])


def test_half_precision_maps_will_do() -> None:
    (page,) = ReceiptPostprocessor()(prob_map((20, 10, 60, 20)).bfloat16(), [sample()])
    assert len(page.pred_instances.polygons) == 1


@pytest.mark.parametrize(
    'params',
    [{'thresh': 2}, {'tresh': 0.3}, {'thresh': 'high'}, {'mode': 'circle'}, {'output': 'x'}],
    ids=str,
)
def test_bad_parameters_name_themselves(params: dict) -> None:
    with pytest.raises(UserError, match=r'postprocessor: .*(tresh|thresh|mode|str|output)'):
        ReceiptPostprocessor(**params)


def test_maps_are_handed_out_without_padding_and_with_what_leads_back() -> None:
    maps = prob_map((20, 10, 60, 20))
    (page,) = ReceiptPostprocessor(output='maps')(maps, [sample()])
    assert 'pred_instances' not in page
    assert page.prob_map.page_size == (200, 100)
    assert np.array_equal(page.prob_map.probabilities, maps[0, :50, :100])


def test_words_and_maps_are_one_thing() -> None:
    maps = torch.rand(1, 64, 128, generator=torch.Generator().manual_seed(0))
    (words,) = ReceiptPostprocessor()(maps, [sample()])
    (page,) = ReceiptPostprocessor(output='maps')(maps, [sample()])
    decoded = [found.polygon.ravel() for found in decode_map(page.prob_map, DecodeParams())]
    assert len(decoded) > 0
    for found, expected in zip(words.pred_instances.polygons, decoded, strict=True):
        assert np.array_equal(found, expected)


def test_a_map_of_a_diverged_network_names_the_page() -> None:
    with pytest.raises(UserError, match=r'x\.png: .*NaN.*diverged'):
        ReceiptPostprocessor()(prob_map() * float('nan'), [sample()])
