"""Which maps of an earlier run are still valid."""

import pytest

from plugins.functional.errors import UserError
from plugins.functional.maps import find_stale, write_manifest

PAGES = ('a.jpg', 'b.jpg')
ALL = {*PAGES, 'old.jpg'}  # with one that is to be tested no more
SOURCE = {
    'checkpoint': 'best.pth',
    'checkpoint_sha256': '12ab',
    'bits': 8,
    'images': {'a.jpg': 'aa', 'b.jpg': 'bb'},
}


@pytest.fixture
def folder(tmp_path):
    write_manifest(tmp_path / 'maps', sorted(ALL), (), {}, SOURCE)
    return tmp_path / 'maps'


@pytest.mark.parametrize(
    ('source', 'pages'),
    [
        pytest.param({}, PAGES, id='the same'),
        pytest.param({'checkpoint': 'copy.pth'}, PAGES, id='the checkpoint under another name'),
        pytest.param({}, PAGES[:1], id='fewer pages'),
    ],
)
def test_maps_of_the_same_stay(folder, source, pages):
    assert find_stale(folder, pages, {**SOURCE, **source}, force=False) == set()


CHANGES = {
    'another checkpoint: all': (
        {'checkpoint_sha256': '34cd'},
        ALL,
        ['checkpoint_sha256', "'12ab'", "'34cd'"],
    ),
    'a new key': ({'fp16': True}, ALL, ['fp16', 'None', 'True']),
    'image': ({'images': {'a.jpg': 'aa', 'b.jpg': 'other'}}, {'b.jpg'}, ['1 of', "'b.jpg'"]),
}


@pytest.mark.parametrize(('source', 'stale', 'parts'), CHANGES.values(), ids=CHANGES)
def test_maps_of_something_else_are_replaced_by_force_alone(folder, source, stale, parts):
    source = {**SOURCE, **source}
    assert find_stale(folder, PAGES, source, force=True) == stale
    with pytest.raises(UserError, match='.*'.join([str(folder), *parts, '--force'])):
        find_stale(folder, PAGES, source, force=False)


def test_a_page_that_the_last_run_did_not_list_has_no_valid_map(folder):
    source = {**SOURCE, 'images': {**SOURCE['images'], 'c.jpg': 'cc'}}
    assert find_stale(folder, (*PAGES, 'c.jpg'), source, force=False) == {'c.jpg'}


@pytest.mark.parametrize('left', [[], ['.tmp-1x.json']], ids=['empty', 'half a manifest'])
def test_a_new_folder_has_no_maps(tmp_path, left):
    assert find_stale(tmp_path / 'none', PAGES, SOURCE, force=False) == set()
    for name in left:
        (tmp_path / name).touch()
    assert find_stale(tmp_path, PAGES, SOURCE, force=False) == set()


@pytest.mark.parametrize('force', [False, True])
def test_other_things_are_never_replaced(tmp_path, force):
    (tmp_path / 'thesis.txt').touch()
    with pytest.raises(UserError, match=r'other things than maps.*maps\.json'):
        find_stale(tmp_path, PAGES, SOURCE, force)
