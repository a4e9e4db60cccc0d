"""What a tuning tells its user."""

import numpy as np
import pytest

from plugins.functional.decoding import read_decoding
from plugins.functional.tuning import Setting, Tuning
from plugins.tuning.result_files import print_results, trust, values_to_take, write_results

SETTINGS = [Setting(thresh, 0.3, 1.5, 600) for thresh in (0.1, 0.2, 0.3)]


def tuning(hmeans, current=2):
    scores = np.repeat(np.asarray(hmeans, float)[:, :, None], 3, axis=2)
    return Tuning(SETTINGS, scores, SETTINGS[current], [5] * len(scores))


TRUST = {
    'sure, at the edge': (
        [[0.9, 0.5, 0.5]] * 4,
        [
            '4 pages',
            '1 of 3 settings',
            'edge',
            'thresh 0.1',
            '3 of 4 parts',
            'always thresh 0.1',
        ],
    ),
    'unsure': ([[0.9, 0.8, 0.1], [0.1, 0.8, 0.9]], ['2 pages', '3 of 3', '2 settings won']),
    'one page': ([[0.5, 0.9, 0.5]], ['1 page can', 'One page']),
}


@pytest.mark.parametrize(('hmeans', 'parts'), TRUST.values(), ids=TRUST)
def test_how_far_to_trust_the_best(hmeans, parts):
    found = tuning(hmeans)
    text = ' '.join(trust(found, found.cross_validate()))
    assert all(part in text for part in parts), text
    assert ('edge' in text) == ('edge' in parts)


def test_what_to_take_names_the_mode_where_it_is_another():
    found = tuning([[0.9, 0.5, 0.5]] * 4)
    assert values_to_take(found, found.cross_validate()) == SETTINGS[0].numbers
    box = SETTINGS[0]._replace(mode='box')
    found = Tuning([box, *SETTINGS[1:]], found.scores, SETTINGS[2], found.words)
    values = values_to_take(found, found.cross_validate())
    assert values == {**SETTINGS[0].numbers, 'mode': 'box'}


def test_of_a_flat_result_nothing_else_is_said(capsys):
    noise = np.random.default_rng(0).normal(0, 0.02, (40, 3))
    found = tuning(0.5 + noise - noise.mean(axis=0))
    print_results(found, found.cross_validate(), {'thresh': 0.3})
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 80
    flat, told, keep = ' '.join(map(str.strip, lines)).partition(' Keep the current setting: ')
    assert flat.startswith('A flat result: 40 pages cannot tell 3 of 3 settings')
    assert flat.endswith('thresh 0.1 to 0.3.')
    assert told and keep.startswith('H-mean 0.')


@pytest.mark.parametrize('hmeans', [[[0.9, 0.5, 0.5]], [[0.9, 0.5, 0.5], [0.1, 0.5, 0.5]]])
def test_what_is_not_sure_to_gain_is_not_taken(hmeans):
    found = tuning(hmeans)
    assert values_to_take(found, found.cross_validate()) == SETTINGS[2].numbers


def test_the_current_setting_is_shown_though_it_is_not_among_the_ten_best(capsys, tmp_path):
    settings = [Setting(n / 100, 0.3, 1.5, 600) for n in range(1, 13)]
    scores = np.repeat(np.arange(12.0)[None, :, None] / 12, 3, axis=2)
    found = Tuning(settings, np.tile(scores, (3, 1, 1)), settings[0], [5] * 3)
    validation = found.cross_validate()
    print_results(found, validation, {'thresh': 0.12, 'mode': 'box'})
    lines = capsys.readouterr().out.splitlines()
    ranks = [line.split()[0] for line in lines[1:12]]
    assert ranks == [*map(str, range(1, 11)), '12']
    assert lines[11].endswith('current')
    assert lines[-1] == '--decode thresh=0.12,mode=box'
    write_results(tmp_path, found, validation, {'thresh': 0.12}, {})
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ['decoding.json', 'heatmap.png', 'table.csv']
    assert read_decoding(tmp_path / 'decoding.json') == {'thresh': 0.12}
