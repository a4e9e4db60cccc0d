"""The maps that a page is trained on."""

import numpy as np
import pytest
from mmocr.registry import TRANSFORMS
from painted_page import apply, load

from plugins.functional.errors import UserError
from plugins.functional.targets import db_targets


def test_maps_are_half_precision_and_where_the_words_are(record):
    record['instances'][2]['ignore'] = True
    results = apply(load(record), dict(type='RandomWarp'), dict(type='MakeDBTargets'))
    maps = results['gt_maps']
    assert maps.shape == (4, 240, 180)
    assert maps.dtype == np.float16
    words = [polygon.reshape(-1, 2) for polygon in results['gt_polygons']]
    single = db_targets(words, (240, 180), ignored=results['gt_ignored'])
    np.testing.assert_array_equal(maps, np.float16(single))
    prob, prob_mask, thresh, thresh_mask = maps
    assert prob[41, 55] == 1
    assert prob[161, 62] == prob_mask[156, 62] == 0
    assert prob_mask[41, 55] == thresh_mask[30, 55] == 1
    assert thresh[30, 55] == pytest.approx(0.7, abs=1e-3)


def test_options_of_the_maps_are_handed_on(record):
    thresh = apply(load(record), dict(type='MakeDBTargets', thresh_min=0.1))['gt_maps'][2]
    assert thresh.min() == pytest.approx(0.1, abs=1e-3)


@pytest.mark.parametrize(
    ('option', 'message'),
    [
        pytest.param(dict(shrink=0.4), 'MakeDBTargets: .*shrink', id='unknown'),
        pytest.param(dict(shrink_ratio=2), 'MakeDBTargets: shrink_ratio', id='impossible'),
    ],
)
def test_wrong_options_speak_up_when_the_pipeline_is_built(option, message):
    with pytest.raises(UserError, match=message):
        TRANSFORMS.build(dict(type='MakeDBTargets', **option))
