"""All settings on all pages, in one process or in several."""

from dataclasses import replace

import numpy as np
import pytest
from tuning_pages import NAMES, PARAMS, make_annotations, make_maps

from plugins.functional.errors import UserError
from plugins.functional.maps import map_path, read_map
from plugins.functional.tuning import Setting, score_settings
from plugins.tuning import parallel_scoring
from plugins.tuning.labelled_maps import gather
from plugins.tuning.parallel_scoring import made_of, score_maps
from plugins.tuning.stored_scores import StoredScores

SETTINGS = [Setting(thresh, 0.3, 1.5, 100) for thresh in (0.2, 0.4)]


@pytest.fixture
def pages(tmp_path):
    return gather([make_maps(tmp_path / 'maps')], [make_annotations(tmp_path / 'val.json')])


def scored(pages, path, jobs=1):
    with StoredScores(path, made_of(pages, SETTINGS), (2, 3)) as scores:
        names = list(score_maps(pages, SETTINGS, scores, jobs))
        return names, scores.of([each.name for each in pages.maps])


@pytest.mark.parametrize('jobs', [1, 2])
def test_every_page_is_scored_once(tmp_path, pages, jobs):
    names, scores = scored(pages, tmp_path / 'pages.jsonl', jobs)
    assert sorted(names) == list(NAMES)
    for each, rows in zip(pages.maps, scores, strict=True):
        prob_map = read_map(each.folder, each.name)
        assert np.array_equal(rows, score_settings(prob_map, each.words, SETTINGS, PARAMS))
    again, same = scored(pages, tmp_path / 'pages.jsonl', jobs)
    assert again == [] and np.array_equal(same, scores)


@pytest.mark.parametrize('jobs', [1, 2])
def test_a_damaged_map_is_named_and_the_others_are_kept(tmp_path, pages, jobs):
    path = map_path(pages.maps[4].folder, NAMES[4])
    whole = path.read_bytes()
    path.write_bytes(whole[:-40])
    with pytest.raises(UserError, match=rf'{NAMES[4]}\.png: the map is damaged'):
        scored(pages, tmp_path / 'pages.jsonl', jobs)


def test_scores_follow_from_settings_other_values_and_code(monkeypatch, pages):
    before = made_of(pages, SETTINGS)

    def changed(settings=SETTINGS, **params):
        after = made_of(replace(pages, params=replace(PARAMS, **params)), settings)
        return [key for key in after if after[key] != before[key]]

    assert changed(SETTINGS[:1]) == ['settings to try']
    assert changed(tolerance=2) == ['other decoding values']
    assert changed(thresh=0.1) == []  # which every setting overrides
    monkeypatch.setattr(parallel_scoring, 'checksum', lambda content: content)
    assert changed() == ['code']
    code = made_of(pages, SETTINGS)['code']
    for part in (b'def decode(', b'def score_prefixes(', b'def score_settings(', b'class Rings'):
        assert part in code
    assert b'def verdict(' not in code  # what is said of scores changes none
