"""Which settings are tried."""

from collections import Counter

import pytest

from plugins.functional.decoding import DecodeParams
from plugins.functional.errors import UserError
from plugins.functional.tuning import PRESETS, Setting, make_settings, parse_values

CURRENT = Setting(0.29, 0.25, 1.5, 600)


@pytest.mark.parametrize(
    ('name', 'texts', 'values'),
    [
        pytest.param('thresh', ['0.3'], [0.3], id='one number'),
        pytest.param('thresh', ['0.1:0.3:0.1'], [0.1, 0.2, 0.3], id='decimal steps, both ends'),
        pytest.param('thresh', ['0.1:0.35:0.1'], [0.1, 0.2, 0.3], id='no step meets the end'),
        pytest.param('thresh', ['0.5:0.5:0.1'], [0.5], id='a range of one'),
        pytest.param('thresh', ['0.4', '0.2', '0.4'], [0.2, 0.4], id='sorted, each once'),
        pytest.param('thresh', ['0.2:0.4:0.1', '0.35'], [0.2, 0.3, 0.35, 0.4], id='both kinds'),
        pytest.param('thresh', ['1e-1', '0.10'], [0.1], id='the same number written twice'),
        pytest.param('thresh', ['0', '1'], [0, 1], id='the bounds'),
        pytest.param('unclip_ratio', ['1:2:0.5'], [1, 1.5, 2], id='beyond 1'),
        pytest.param('max_candidates', ['300:500:100'], [300, 400, 500], id='whole numbers'),
        pytest.param('max_candidates', ['1e3', '500.0'], [500, 1000], id='whole, if not as such'),
    ],
)
def test_values(name, texts, values):
    parsed = parse_values(name, texts)
    assert parsed == values
    assert all(type(value) is (int if name == 'max_candidates' else float) for value in parsed)


@pytest.mark.parametrize(
    ('name', 'text', 'complaint'),
    [
        pytest.param('thresh', '0.4:0.2:0.05', 'lower end first', id='backwards'),
        pytest.param('thresh', '0.2:0.4:0', 'a step above 0', id='standing still'),
        pytest.param('thresh', '0.2:0.4:-0.1', 'a step above 0', id='negative step'),
        pytest.param('thresh', '0.2:0.4', 'no number and no range', id='no step'),
        pytest.param('thresh', '0.2:0.4:0.1:0.1', 'no number and no range', id='four parts'),
        pytest.param('thresh', 'nan', "'nan' is no number", id='not a number'),
        pytest.param('thresh', '0:inf:1', 'no number and no range', id='endless'),
        pytest.param('thresh', 'much', "'much' is no number", id='a word'),
        pytest.param('thresh', '', 'no number', id='nothing'),
        pytest.param('thresh', '1.2', 'between 0 and 1, but got 1.2', id='above the bound'),
        pytest.param('box_thresh', '-0.1', '--box-thresh: .* but got -0.1', id='below the bound'),
        pytest.param('unclip_ratio', '1e9', '0 to 1000', id='huge'),
        pytest.param('max_candidates', '0', '1 or more', id='no candidates'),
        pytest.param('max_candidates', '1e400', 'no number and no range', id='beyond any page'),
        pytest.param('thresh', '0:9e999999:1e-999999', 'no number and no range', id='overflow'),
        pytest.param('max_candidates', '2.5', 'no whole number', id='half a candidate'),
        pytest.param('thresh', '0:1:1e-9', 'too many steps', id='a billion steps'),
        pytest.param('thresh', '0:1:1e-999999', 'too many steps', id='and more'),
    ],
)
def test_a_wrong_text_is_named(name, text, complaint):
    with pytest.raises(UserError, match=complaint):
        parse_values(name, [text])


def test_the_default_is_540_settings_and_the_current_one():
    settings = make_settings({}, None, CURRENT)
    assert len(settings) == 9 * 10 * 6 + 1
    ratios = [setting.unclip_ratio for setting in settings]
    assert (min(ratios), max(ratios)) == (0.5, 2)
    assert settings == sorted(set(settings))
    assert CURRENT in settings
    assert {setting.max_candidates for setting in settings} == {600}


def test_the_current_setting_counts_once():
    ranges = {'thresh': ['0.29', '0.3'], 'box_thresh': ['0.25'], 'unclip_ratio': ['1.5']}
    assert make_settings(ranges, None, CURRENT) == [CURRENT, Setting(0.3, 0.25, 1.5, 600)]
    ranges = {name: [str(value)] for name, value in CURRENT._asdict().items()}
    assert make_settings(ranges, None, CURRENT) == [CURRENT]


def test_nine_pairs_with_the_current_other_values():
    settings = make_settings({}, 'nine-pairs', CURRENT)
    assert len(settings) == 9 + 1
    assert {setting[:2] for setting in settings} == {*PRESETS['nine-pairs'], CURRENT[:2]}
    assert {setting[2:] for setting in settings} == {CURRENT[2:]}
    ranges = {'unclip_ratio': ['1.3', '1.5'], 'max_candidates': ['500', '600', '700']}
    assert len(make_settings(ranges, 'nine-pairs', CURRENT)) == 9 * 2 * 3 + 1


REFUSED = {
    'both': ({'thresh': ['0.3']}, 'nine-pairs', '--thresh: --preset'),
    'unknown': ({}, 'ten-pairs', 'choose from nine-pairs'),
    'too many': ({'thresh': ['0:1:0.001'], 'box_thresh': ['0:1:0.01']}, None, 'wider'),
}


@pytest.mark.parametrize(('ranges', 'preset', 'complaint'), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_tried(ranges, preset, complaint):
    with pytest.raises(UserError, match=complaint):
        make_settings(ranges, preset, CURRENT)


def test_a_setting_replaces_five_values():
    params = DecodeParams(mode='box', tolerance=2)
    found = CURRENT.within(params)
    assert found == DecodeParams(0.29, 0.25, 1.5, 600, 1.0, 'polygon', tolerance=2)
    assert Setting.of(found) == CURRENT
    assert list(CURRENT.numbers.values()) == [0.29, 0.25, 1.5, 600]


@pytest.mark.parametrize(
    ('modes', 'number'),
    [
        pytest.param([], {'polygon': 3}, id='the current one'),
        pytest.param(['box'], {'box': 3, 'polygon': 1}, id='the other, and the current setting'),
        pytest.param(['polygon', 'box'], {'polygon': 3, 'box': 3}, id='both'),
    ],
)
def test_modes(modes, number):
    ranges = {'thresh': ['0.1', '0.2'], 'box_thresh': ['0.25'], 'unclip_ratio': ['1.5']}
    settings = make_settings(ranges, None, CURRENT, modes)
    assert Counter(setting.mode for setting in settings) == number
    assert CURRENT in settings
