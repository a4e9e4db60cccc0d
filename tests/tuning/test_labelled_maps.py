"""Maps and the words that belong to them, brought together."""

import pytest
from tuning_pages import NAMES, PARAMS, make_annotations, make_maps, page

from plugins.functional.decoding import DecodeParams
from plugins.functional.errors import UserError
from plugins.functional.maps import ProbMap, map_path, write_map
from plugins.tuning.labelled_maps import gather


@pytest.fixture
def maps(tmp_path):
    return make_maps(tmp_path / 'maps')


@pytest.fixture
def ann(tmp_path):
    return make_annotations(tmp_path / 'val.json')


def test_folders_are_pooled_in_their_order(tmp_path):
    parts = [make_maps(tmp_path / str(i), NAMES[i::2]) for i in range(2)]
    jsons = [make_annotations(tmp_path / f'{i}.json', NAMES[i::2]) for i in range(2)]
    pooled = gather(parts, jsons)
    assert [each.name for each in pooled.maps] == [*NAMES[0::2], *NAMES[1::2]]
    assert pooled.maps[3].path == map_path(parts[1], NAMES[1])
    assert [word.tolist() for word in pooled.maps[3].words] == page(1)[1].tolist()
    assert (pooled.params, list(pooled.notes)) == (PARAMS, [])


def test_pages_that_cannot_count_are_named(tmp_path):
    maps = make_maps(tmp_path / 'maps', NAMES[:4], absent=NAMES[1:2])
    ann = make_annotations(tmp_path / 'val.json', NAMES, blank=NAMES[2:3])
    found = gather([maps], [ann])
    assert [each.name for each in found.maps] == [NAMES[0], NAMES[2], NAMES[3]]
    for name, reason, note in zip(
        (NAMES[1], NAMES[4], NAMES[2]),
        ('images were missing', 'no map', 'no words'),
        found.notes,
        strict=True,
    ):
        assert reason in note and repr(name) in note


def test_pages_that_their_detector_was_trained_on(tmp_path, ann):
    maps = make_maps(tmp_path / 'maps', trained_pages=NAMES[1:3])
    with pytest.raises(UserError, match=rf'maps: .* 2 of the 5 pages to tune on.*{NAMES[1]}'):
        gather([maps], [ann])
    assert len(gather([maps], [ann], allow_seen=True).maps) == 5


@pytest.mark.parametrize('change', ['map', 'word'])
def test_the_digest_is_of_maps_and_words(maps, ann, change):
    before = gather([maps], [ann]).digest
    assert gather([maps], [ann]).digest == before
    if change == 'map':
        write_map(maps, NAMES[0], ProbMap.of(page(3)[0], (320, 240), 8))
    else:
        make_annotations(ann, blank=NAMES[:1])
    assert gather([maps], [ann]).digest != before


def no_folder(tmp_path, maps, ann):
    return [tmp_path / 'none'], []


def empty_folder(tmp_path, maps, ann):
    (tmp_path / 'empty').mkdir()
    return [tmp_path / 'empty'], []


def unfinished_folder(tmp_path, maps, ann):
    map_path(maps, NAMES[3]).unlink()


def only_missing_images(tmp_path, maps, ann):
    for name in NAMES:
        map_path(maps, name).unlink()
    make_maps(maps, absent=NAMES)


def map_without_words(tmp_path, maps, ann):
    make_annotations(ann, NAMES[1:])


def no_words_at_all(tmp_path, maps, ann):
    make_annotations(ann, blank=NAMES)


def page_in_two_folders(tmp_path, maps, ann):
    return [make_maps(tmp_path / 'second', NAMES[:1])], []


def page_in_two_annotations(tmp_path, maps, ann):
    return [], [make_annotations(tmp_path / 'second.json', NAMES[2:3])]


def folders_decoded_differently(tmp_path, maps, ann):
    make_maps(maps, NAMES[1:])
    return [make_maps(tmp_path / 'second', NAMES[:1], DecodeParams())], []


def broken_annotations(tmp_path, maps, ann):
    ann.write_text(ann.read_text()[:500])


@pytest.mark.parametrize(
    ('spoil', 'parts'),
    [
        (no_folder, ['none: no such folder']),
        (empty_folder, ['empty: no folder of probability maps', '--dump-maps']),
        (unfinished_folder, ['1 of 5 pages', NAMES[3]]),
        (only_missing_images, ['maps: has no map']),
        (map_without_words, ['1 of 5 maps', NAMES[0]]),
        (no_words_at_all, [r'val\.json', 'no words']),
        (page_in_two_folders, ['second', repr(NAMES[0]), 'maps']),
        (page_in_two_annotations, [r'second\.json', repr(NAMES[2])]),
        (folders_decoded_differently, ['second', 'thresh=0.3', 'maps', 'thresh=0.4']),
        (broken_annotations, [r'val\.json', 'not valid JSON']),
    ],
    ids=lambda value: value.__name__ if callable(value) else '',
)
def test_what_does_not_belong_together_is_refused(tmp_path, maps, ann, spoil, parts):
    more_maps, more_annotations = spoil(tmp_path, maps, ann) or ([], [])
    with pytest.raises(UserError, match='.*'.join(parts)):
        gather([maps, *more_maps], [ann, *more_annotations])
