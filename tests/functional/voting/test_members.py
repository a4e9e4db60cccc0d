"""Members of an ensemble: what each has of a page, and whether they belong together."""

from dataclasses import replace

import pytest
from ensemble_members import PAGE, PAGES, PARAMS, found_by, make_maps, make_predictions
from tiny_receipts import HEIGHT, WIDTH, WORDS

from plugins.functional.errors import UserError
from plugins.functional.maps import map_path
from plugins.functional.submission import write_csv, write_predictions
from plugins.functional.voting import MapMember, PredictedMember, common_pages, page_maps


def map_members(folder, **options):
    return [MapMember(each['name'], each['maps']) for each in make_maps(folder, **options)]


def predicted_members(folder):
    return [PredictedMember(m['name'], m['predictions']) for m in make_predictions(folder)]


def test_predictions_are_what_a_member_found(tmp_path):
    member = predicted_members(tmp_path)[0]
    view = member.view('s.png')
    assert [found.score for found in view.detections] == [0.8, 0.8, 0.3]
    assert view.detections[0].polygon.tolist() == [list(point) for point in WORDS[0]]
    assert view.prob_map is None
    write_csv(tmp_path / 'a.csv', {'s.png': [found.polygon for found in found_by(0)]})
    csv = PredictedMember('csv', tmp_path / 'a.csv')
    assert csv.names == ('s.png',)
    assert [found.score for found in csv.view('s.png').detections] == [1, 1, 1]


def test_maps_are_decoded_as_their_model_does_or_otherwise(tmp_path):
    member = map_members(tmp_path, pages=(*PAGES, 'gone.png'), absent=('gone.png',))[0]
    assert member.params == PARAMS
    assert len(member.view('s.png').detections) == 3
    assert member.view('s.png').prob_map.page_size == PAGE
    member.params = replace(PARAMS, thresh=0.95)
    assert member.view('s.png').detections == []
    assert (member.view('gone.png').detections, member.view('gone.png').prob_map) == ([], None)


OTHER_PAGES = {
    'one less': (PAGES[:1], ["'m1'", '1 of the 2 pages', "'m0'", "'t.png'"]),
    'one more': ((*PAGES, 'u.png'), ["'m0'", '1 of the 3 pages', "'m1'", "'u.png'"]),
}


@pytest.mark.parametrize(('pages', 'parts'), OTHER_PAGES.values(), ids=OTHER_PAGES)
def test_members_cover_the_same_pages(tmp_path, pages, parts):
    members = predicted_members(tmp_path)
    assert common_pages(members) == PAGES
    write_predictions(tmp_path / '1.json', {name: found_by(1) for name in pages}, force=True)
    with pytest.raises(UserError, match='.*'.join(parts)):
        common_pages([PredictedMember(member.name, member.path) for member in members])


def views(members, page):
    return [member.view(page) for member in members]


def test_maps_of_a_page_by_those_that_have_some(tmp_path):
    (tmp_path / 'json').mkdir()
    members = [*map_members(tmp_path), *predicted_members(tmp_path / 'json')]
    assert len(page_maps(views(members, 's.png'), members, 's.png')) == 3


def test_maps_of_other_images_are_refused(tmp_path):
    (tmp_path / 'other').mkdir()
    members = map_members(tmp_path)
    members[2] = map_members(tmp_path / 'other', page_size=(WIDTH, HEIGHT + 1))[2]
    sizes = [f'{WIDTH} × {HEIGHT + 1}', "'m2'", f'{WIDTH} × {HEIGHT}', "'m0'"]
    with pytest.raises(UserError, match='.*'.join(["maps2.*'s.png'", *sizes])):
        page_maps(views(members, 's.png'), members, 's.png')


def test_an_image_that_was_missing_for_some_is_refused(tmp_path):
    (tmp_path / 'other').mkdir()
    members = map_members(tmp_path)
    members[1] = map_members(tmp_path / 'other', absent=('t.png',))[1]
    with pytest.raises(UserError, match=r"'m1'.*'t\.png'.*missing"):
        page_maps(views(members, 't.png'), members, 't.png')


def test_an_unfinished_folder_is_no_member(tmp_path):
    members = make_maps(tmp_path)
    map_path(members[1]['maps'], 't.png').unlink()
    with pytest.raises(UserError, match=r"maps1.*'t\.png'.*--dump-maps"):
        MapMember('m1', members[1]['maps'])
