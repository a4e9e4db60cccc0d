"""A page in several sizes and mirror images."""

import numpy as np
import pytest
from mmocr.registry import TRANSFORMS
from painted_page import apply

from plugins.functional.errors import UserError


def views(record: dict, **options) -> dict:
    return apply(record, dict(type='LoadReceipt', max_zoom=1.2), dict(type='PageViews', **options))


def test_every_scale_comes_in_every_mirror_image(record) -> None:
    found = views(record, scales=[1.0, 0.5], flips=['none', 'both'])
    assert [page.shape[1:] for page in found['inputs']] == [(240, 180)] * 2 + [(120, 90)] * 2
    assert [sample.flip for sample in found['data_samples']] == ['none', 'both'] * 2
    assert {sample.ori_shape for sample in found['data_samples']} == {(240, 180)}
    plain, turned = found['inputs'][:2]
    assert np.array_equal(plain.flip(1, 2), turned) and not np.array_equal(plain, turned)


@pytest.mark.parametrize(
    ('options', 'message'),
    [
        pytest.param(dict(scales=[]), r'PageViews: scales .*\[\]', id='no scale'),
        pytest.param(dict(scales=1.0), r'PageViews: scales .*1\.0', id='a number'),
        pytest.param(dict(scales=[0]), 'PageViews: scale is 0', id='nothing'),
        pytest.param(dict(flips='none'), "PageViews: flips .*'none'", id='a text'),
        pytest.param(dict(flips=['left']), "PageViews: flip is 'left'", id='unknown'),
    ],
)
def test_impossible_views_are_refused_when_built(options, message) -> None:
    with pytest.raises(UserError, match=message):
        TRANSFORMS.build(dict(type='PageViews', **options))


def test_a_page_decoded_too_small_is_refused(record) -> None:
    with pytest.raises(UserError, match=r'max_zoom 1\.2; give LoadReceipt 1\.5'):
        views(record, scales=[1.5])
