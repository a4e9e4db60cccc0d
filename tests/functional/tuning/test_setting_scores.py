"""All settings of a page at once, against decoding and scoring with each by itself."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from shapes import box

from plugins.functional.cleval import Words, score_page
from plugins.functional.decoding import DecodeParams, decode_map
from plugins.functional.errors import UserError
from plugins.functional.images import read_image
from plugins.functional.maps import ProbMap
from plugins.functional.submission import as_submitted
from plugins.functional.tuning import Setting, make_settings, score_settings
from plugins.functional.tuning import setting_scores as tuning

PARAMS = DecodeParams()
RANGES = {
    'thresh': ['0', '0.2', '0.45'],
    'box_thresh': ['0', '0.3', '0.5', '0.7', '1'],
    'unclip_ratio': ['0', '1.5', '3'],
    'max_candidates': ['1', '20', '100000'],
}


def one_by_one(prob_map, words, settings, params):
    rows = []
    for setting in settings:
        found = decode_map(prob_map, setting.within(params))
        page = score_page(words, as_submitted([detection.polygon for detection in found]))
        rows.append((page.hmean, page.precision, page.recall))
    return np.array(rows)


def random_map(seed, shape=(90, 120), page_size=(160, 110), bits=8):
    """Blobs and lines of all brightnesses, some of them at the edge or beyond."""
    rng = np.random.default_rng(seed)
    values = np.zeros(shape, np.float32)
    for _ in range(40):
        (x, y), size = rng.integers(-5, shape[::-1]), rng.integers(1, 30, 2)
        tilted = cv2.boxPoints(((int(x), int(y)), (int(size[0]), int(size[1]) / 3), rng.normal()))
        cv2.fillPoly(values, [np.rint(tilted).astype(np.int32)], float(rng.random()))
    values = cv2.GaussianBlur(values, (0, 0), 0.8) + rng.normal(0, 0.05, shape)
    return ProbMap.of(values.clip(0, 1).astype(np.float32), page_size, bits)


def random_words(seed, page_size=(160, 110)):
    rng = np.random.default_rng(seed)
    corners = rng.integers(0, page_size, (25, 2))
    return [box(x, y, x + w, y + h) for (x, y), (w, h) in
            zip(corners, rng.integers(3, 40, (25, 2)), strict=True)]  # fmt: skip


@pytest.mark.parametrize(
    ('mode', 'modes'),
    [('polygon', []), ('box', []), ('polygon', ['box', 'polygon'])],
    ids=['polygons', 'boxes', 'both'],
)
@pytest.mark.parametrize(
    ('seed', 'bits'), [(0, 8), (1, 16), (2, 8)], ids=['8 bits', '16 bits', 'another page']
)
def test_equals_each_setting_by_itself(seed, bits, mode, modes):
    prob_map, words = random_map(seed, bits=bits), random_words(seed)
    params = replace(PARAMS, mode=mode, tolerance=0.5)
    settings = make_settings(RANGES, None, Setting.of(params), modes)
    scores = score_settings(prob_map, words, settings, params)
    assert np.array_equal(scores, one_by_one(prob_map, words, settings, params))
    assert len(np.unique(scores[:, 0])) > 20


def test_equals_each_setting_by_itself_on_receipts(sroie_root):
    # The darkness of a receipt has thousands of regions, ragged and with holes, as maps have not.
    paths = sorted(path for path in sroie_root.rglob('*.jpg'))[:2]
    assert paths
    ranges = {
        'thresh': ['0.3', '0.5'],
        'box_thresh': ['0.4', '0.6'],
        'unclip_ratio': ['1.5'],
        'max_candidates': ['100', '600'],
    }
    settings = make_settings(ranges, None, Setting.of(PARAMS))
    for path in paths:
        image = read_image(path)
        height, width = image.shape[:2]
        gray = cv2.resize(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), (360, 480)) / np.float32(255)
        prob_map = ProbMap.of(1 - gray, (width, height), 8)
        found = decode_map(prob_map, replace(PARAMS, thresh=0.45))
        words = [detection.polygon for detection in found[:150]]
        scores = score_settings(prob_map, words, settings, PARAMS)
        assert np.array_equal(scores, one_by_one(prob_map, words, settings, PARAMS))
        assert scores[:, 0].max() > 0.1


def test_the_501st_polygon_never_counts():
    values = np.zeros((200, 300), np.float32)
    values[5::8, 5::10] = 1  # 25 x 30 spots
    prob_map = ProbMap.of(cv2.dilate(values, np.ones((3, 5))), (300, 200))
    words = [box(x - 3, y - 2, x + 4, y + 3) for y in range(5, 200, 8) for x in range(5, 300, 10)]
    settings = [Setting(0.5, 0.5, 1.5, k) for k in (499, 500, 501, 750)]
    recalls = score_settings(prob_map, words, settings, PARAMS)[:, 2]
    assert recalls[0] < recalls[1] == recalls[2] == recalls[3]
    assert np.array_equal(recalls, one_by_one(prob_map, words, settings, PARAMS)[:, 2])


def test_candidates_that_leave_the_page_count_as_candidates(monkeypatch):
    # Nothing of a region within its map ends up beside the page; a page that ends earlier shows it.
    prob_map, words = random_map(3), random_words(3)
    whole_page = tuning.to_page

    def narrow(detections, scale, size):
        return whole_page(detections, scale, (size[0] // 3, size[1]))

    monkeypatch.setattr(tuning, 'to_page', narrow)
    monkeypatch.setattr('plugins.functional.decoding.decoder.to_page', narrow)
    settings = [Setting(0.3, 0.1, 1.5, k) for k in range(1, 30)]
    scores = score_settings(prob_map, words, settings, PARAMS)
    assert np.array_equal(scores, one_by_one(prob_map, words, settings, PARAMS))
    assert len(np.unique(scores[:, 1])) >= 4


@pytest.mark.parametrize(
    ('values', 'words'),
    [
        pytest.param(np.zeros((20, 30)), [box(0, 0, 9, 5)], id='nothing found'),
        pytest.param(np.ones((20, 30)), [box(0, 0, 29, 19)], id='one region, the page'),
        pytest.param(np.ones((20, 30)), [], id='no words'),
        pytest.param(np.zeros((20, 30)), [], id='neither'),
        pytest.param(np.ones((1, 1)), [box(0, 0, 29, 19)], id='a map of one pixel'),
    ],
)
def test_pages_with_little_on_them(values, words):
    prob_map = ProbMap.of(values.astype(np.float32), (30, 20))
    settings = make_settings(RANGES, None, Setting.of(PARAMS))
    scores = score_settings(prob_map, words, settings, PARAMS)
    assert scores.shape == (len(settings), 3)
    assert np.array_equal(scores, one_by_one(prob_map, words, settings, PARAMS))


def test_scores_come_in_the_order_of_the_settings():
    prob_map, words = random_map(1), Words.of(random_words(1))
    settings = make_settings(RANGES, None, Setting.of(PARAMS))
    order = np.random.default_rng(0).permutation(len(settings))
    shuffled = score_settings(prob_map, words, [settings[i] for i in order], PARAMS)
    assert np.array_equal(shuffled, score_settings(prob_map, words, settings, PARAMS)[order])


def test_what_does_not_depend_on_a_value_is_computed_once(monkeypatch):
    calls = {'find_regions': 0, 'outline': 0, 'score_prefixes': 0}

    def counted(name):
        original = getattr(tuning, name)

        def call(*args):
            calls[name] += 1
            return original(*args)

        monkeypatch.setattr(tuning, name, call)

    for name in calls:
        counted(name)
    settings = make_settings(RANGES, None, Setting(0.2, 0.3, 1.5, 20))
    assert len(settings) == 3 * 5 * 3 * 3
    score_settings(random_map(0), random_words(0), settings, PARAMS)
    assert calls == {'find_regions': 3, 'outline': 3 * 3, 'score_prefixes': 3 * 3}


def test_a_wrong_word_is_named():
    with pytest.raises(UserError, match='ground truth 1'):
        score_settings(random_map(0), [box(0, 0, 9, 9), [[np.nan, 0]] * 4], [], PARAMS)
