"""Members' predictions or maps, page by page, to what they say together."""

import pytest
from ensemble_members import PAGES, make_maps, make_predictions
from mmengine.config import Config
from tiny_receipts import HEIGHT, WIDTH, WORDS

import plugins.register  # noqa: F401
from plugins.ensembles.config import read_plan
from plugins.ensembles.run_ensemble import Outcome, check_truth, open_members, run_pages, start_maps
from plugins.functional.decoding import params_of
from plugins.functional.errors import UserError
from plugins.functional.maps import MapFolder, read_manifest
from plugins.functional.voting import common_pages

VOTE = dict(type='KFoldVotingEnsembler', min_votes=2)
AVERAGE = dict(type='MapAveragingEnsembler', thresh=0.5, box_thresh=0.5, unclip_ratio=0)


def opened(folder, members, **ways):
    plan = read_plan(Config(dict(members=members, **ways)), 'c.py')
    return plan, open_members(plan, folder / 'out')


def test_vote_and_average_find_what_each_member_lacks(tmp_path) -> None:
    plan, members = opened(tmp_path, make_maps(tmp_path), voting=VOTE, averaging=AVERAGE)
    outcome = Outcome()
    pages = run_pages(plan, members, PAGES, {'s.png': WORDS}, outcome)
    assert list(pages) == list(PAGES)
    assert list(outcome.found) == ['vote', 'average']
    for found in outcome.found.values():
        assert [len(found[page]) for page in PAGES] == [3, 3]
    assert list(outcome.scores) == ['m0', 'm1', 'm2', 'vote', 'average']
    assert {tuple(pages) for pages in outcome.scores.values()} == {('s.png',)}
    recalls = {name: pages['s.png'].recall for name, pages in outcome.scores.items()}
    assert recalls['vote'] == recalls['average'] > max(recalls[f'm{n}'] for n in range(3))


def test_sizes_are_of_maps_that_are_still_to_be_made(tmp_path) -> None:
    plan, _ = opened(tmp_path, make_maps(tmp_path), voting=VOTE)
    with pytest.raises(UserError, match=r'--input-size=320: no member is a checkpoint'):
        open_members(plan, tmp_path / 'out', ['--data-root=data', '--input-size=320'])


def test_a_member_decodes_as_its_config_says(tmp_path) -> None:
    members = make_maps(tmp_path)
    members[0]['decoding'] = dict(thresh=0.95)
    _, (first, second, _) = opened(tmp_path, members, voting=VOTE)
    assert (first.params.thresh, second.params.thresh) == (0.95, 0.3)
    members[0]['decoding'] = dict(tresh=0.3)
    with pytest.raises(UserError, match=r"'m0'.*decoding.*'tresh'"):
        opened(tmp_path, members, voting=VOTE)


def test_averaged_maps_can_be_tuned(tmp_path) -> None:
    pages = (*PAGES, 'gone.png')
    plan, members = opened(tmp_path, make_maps(tmp_path, pages, ['gone.png']), averaging=AVERAGE)
    mean, outcome = tmp_path / 'mean', Outcome(tmp_path / 'mean')
    start_maps(mean, plan, members, common_pages(members), force=False)
    assert len(list(run_pages(plan, members, pages, {}, outcome))) == 3
    folder = MapFolder(mean)
    assert (folder.names, folder.absent) == (pages, {'gone.png'})
    assert (params_of(folder).thresh, params_of(folder).unclip_ratio) == (0.5, 0)
    # The largest of the members', and two of three are sure.
    assert folder.read('s.png').values.shape == (2 * HEIGHT, 2 * WIDTH)
    assert folder.read('s.png').probabilities.max() == pytest.approx(0.6, abs=0.01)
    assert outcome.found['average']['gone.png'] == []
    # A second run replaces them only when told to.
    with pytest.raises(UserError, match=r'mean.*--force'):
        start_maps(mean, plan, members, pages, force=False)
    start_maps(mean, plan, members, PAGES, force=True)
    assert read_manifest(mean)['pages'] == list(PAGES)
    assert not list(mean.glob('*.png'))


def other_things(tmp_path, members):
    (tmp_path / 'mine').mkdir()
    (tmp_path / 'mine' / 'thesis.txt').touch()
    return tmp_path / 'mine'


@pytest.mark.parametrize(
    ('place', 'message'),
    [
        pytest.param(lambda _, members: members[1].path / '.', "of member 'm1'", id='a member'),
        pytest.param(other_things, 'holds other things', id='other things'),
    ],
)
def test_averaged_maps_replace_nothing_else(tmp_path, place, message) -> None:
    plan, members = opened(tmp_path, make_maps(tmp_path), averaging=AVERAGE)
    with pytest.raises(UserError, match=message):
        start_maps(place(tmp_path, members), plan, members, PAGES, force=True)
    assert MapFolder(members[1].path).missing() == []


def test_without_averaging_there_are_no_averaged_maps(tmp_path) -> None:
    plan, members = opened(tmp_path, make_predictions(tmp_path), voting=VOTE)
    with pytest.raises(UserError, match='--dump-maps'):
        start_maps(tmp_path / 'mean', plan, members, PAGES, force=True)


def test_labels_of_pages_that_no_member_covers(tmp_path) -> None:
    _, members = opened(tmp_path, make_predictions(tmp_path), voting=VOTE)
    check_truth({'s.png': WORDS}, members, 'labels.json')
    with pytest.raises(UserError, match=r"labels\.json: 1 of its 2 .*'u\.png'.* 2 pages"):
        check_truth({'s.png': WORDS, 'u.png': WORDS}, members, 'labels.json')


def test_labels_of_pages_that_a_member_was_trained_on(tmp_path) -> None:
    plan, members = opened(tmp_path, make_maps(tmp_path, seen=['t.png']), averaging=AVERAGE)
    check_truth({'s.png': WORDS}, members, 'labels.json')
    truth = dict.fromkeys(PAGES, WORDS)
    with pytest.raises(UserError, match=r"'m0' .* 1 of the 2 pages .*'t\.png'.*--allow-seen"):
        check_truth(truth, members, 'labels.json')
    check_truth(truth, members, 'labels.json', allow_seen=True)
    # Their average has seen it, too.
    start_maps(tmp_path / 'mean', plan, members, PAGES, force=False)
    assert read_manifest(tmp_path / 'mean')['source']['trained_pages'] == ['t.png']
