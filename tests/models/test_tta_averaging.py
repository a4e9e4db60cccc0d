"""Test-time augmentation, on a network that sees what is bright."""

import cv2
import numpy as np
import pytest
from brightness_net import BrightnessNet
from mmengine.dataset import pseudo_collate
from mmocr.registry import TRANSFORMS

from plugins.functional.augment import FLIPS
from plugins.models.tta_averaging import ProbMapTTA

SIZE = 96
# Away from every middle line, so that a view that was not turned back shows.
WORD = (10, 8, 60, 24)


def page(shape: tuple[int, int] = (SIZE, 72)) -> dict:
    """A record as LoadReceipt leaves it: a dark page with one bright word."""
    pixels = np.zeros((*shape, 3), np.uint8)
    left, top, right, bottom = WORD
    pixels[top:bottom, left:right] = 230
    return dict(
        img=pixels,
        img_path='page.png',
        img_shape=shape,
        img_matrix=np.eye(3),
        ori_shape=shape,
        input_size=SIZE,
        max_zoom=1.2,
        gt_polygons=[],
        gt_bboxes=np.zeros((0, 4), np.float32),
        gt_bboxes_labels=np.zeros(0, np.int64),
        gt_ignored=np.zeros(0, bool),
    )


def views(*pages: dict, **options) -> dict:
    transform = TRANSFORMS.build(dict(type='PageViews', **options))
    return pseudo_collate([transform(page) for page in pages])


def averaged(*pages: dict, **options) -> list[np.ndarray]:
    net = BrightnessNet(output='maps')
    samples = ProbMapTTA(net).test_step(views(*pages, **options))
    return [sample.prob_map.probabilities for sample in samples]


@pytest.mark.parametrize('flip', FLIPS)
def test_every_mirror_image_is_turned_back(flip) -> None:
    (plain,) = averaged(page(), flips=['none'])
    (mirror,) = averaged(page(), flips=[flip])
    assert plain.max() == pytest.approx(230 / 255)
    assert np.array_equal(mirror, plain)


def test_sizes_are_averaged_at_the_largest() -> None:
    (found,) = averaged(page(), scales=[0.5, 1.0], flips=['none'])
    assert found.shape == (96, 72)
    expected = page()['img'][..., 0] / 255
    small = cv2.resize(cv2.resize(np.float32(expected), (36, 48)), (72, 96))
    # Half of the page's size is half of its weight; resampling blurs by some pixels.
    assert np.abs(found - (expected + small) / 2).mean() < 0.01


def test_scales_and_flips_multiply_and_each_page_keeps_its_own_size() -> None:
    net = BrightnessNet()
    tta = ProbMapTTA(net)
    data = views(page(), page((60, 96)), scales=[1.0, 0.75], flips=['none', 'horizontal'])
    first, second = tta.test_step(data)
    sizes = [(96, 72), (60, 96)] * 2 + [(72, 54), (45, 72)] * 2
    assert net.sizes == sizes
    for sample in (first, second):
        (polygon,) = sample.pred_instances.polygons
        box = [*polygon.reshape(-1, 2).min(axis=0), *polygon.reshape(-1, 2).max(axis=0)]
        assert np.abs(np.subtract(box, WORD)).max() < 12


def test_averages_are_decoded_by_values_of_their_own() -> None:
    data = views(page(), flips=['none', 'horizontal'])
    (found,) = ProbMapTTA(BrightnessNet(thresh=0.95)).test_step(data)
    assert len(found.pred_instances.polygons) == 0
    tta = ProbMapTTA(
        BrightnessNet(thresh=0.95), postprocessor=dict(type='ReceiptPostprocessor', thresh=0.5)
    )
    (found,) = tta.test_step(data)
    assert len(found.pred_instances.polygons) == 1
