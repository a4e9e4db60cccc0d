"""tools/ensemble.py from the outside, on three members that know two pages of three words."""

import csv
from dataclasses import asdict
from pathlib import Path

import cv2
import numpy as np
import pytest

import plugins.register  # noqa: F401  before anything of MMOCR
from plugins.functional.decoding import params_of

# isort: split
from tiny_receipts import (
    HEIGHT,
    WIDTH,
    WORDS,
    draw_page,
    entry,
    make_data_root,
    write_annotations,
)
from tiny_training import CONFIG, TINY, run_fresh
from tool_runner import assert_one_line_error

from plugins.functional.decoding import DecodeParams
from plugins.functional.geometry import Detection
from plugins.functional.maps import MapFolder, ProbMap, map_path, write_manifest, write_map
from plugins.functional.submission import read_csv, read_predictions, write_csv, write_predictions

PAGES = ('s.png', 't.png')
PAGE = (WIDTH, HEIGHT)
# Of the words at hand, each member has its own two; every word has two votes of three.
SEEN = ((0, 1), (1, 2), (0, 2))
FALSE = np.array([[10, 75], [60, 75], [60, 85], [10, 85]], float)
PARAMS = DecodeParams(unclip_ratio=0)


def found_by(number: int) -> list[Detection]:
    words = [Detection(np.array(WORDS[index], float), 0.8) for index in SEEN[number]]
    return [*words, Detection(FALSE, 0.3)] if number == 0 else words


def make_predictions(folder: Path) -> list[dict]:
    members = []
    for number in range(3):
        pages = {name: found_by(number) for name in PAGES}
        path = folder / f'{number}.json'
        write_predictions(path, pages)
        members.append(dict(name=f'm{number}', predictions=str(path)))
    return members


def make_maps(folder: Path, pages: tuple = PAGES, absent: tuple = (), page_size=PAGE) -> list[dict]:
    """Maps of two sizes, in which the members' words have 0.9 and what is false 0.31."""
    members = []
    for number in range(3):
        path, scale = folder / f'maps{number}', 1 + number % 2
        write_manifest(path, pages, absent, asdict(PARAMS), {'bits': 8})
        values = np.zeros((HEIGHT * scale, WIDTH * scale), np.float32)
        for each in found_by(number):
            outline = np.rint((each.polygon + 0.5) * scale).astype(np.int32)
            cv2.fillPoly(values, [outline], 0.9 if each.score > 0.5 else 0.31)
        for name in pages:
            if name not in absent:
                write_map(path, name, ProbMap.of(values, page_size, 8))
        members.append(dict(name=f'm{number}', maps=str(path)))
    return members


def write_config(path: Path, members: list[dict], **ways: dict) -> Path:
    lines = [f'{key} = {value!r}\n' for key, value in dict(members=members, **ways).items()]
    path.write_text(''.join(lines))
    return path


VOTE = dict(type='KFoldVotingEnsembler', min_votes=2)
AVERAGE = dict(type='MapAveragingEnsembler', thresh=0.5, box_thresh=0.5, unclip_ratio=0)


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    write_annotations(tmp_path / 'labels.json', {name: entry() for name in PAGES})
    return tmp_path / 'labels.json'


@pytest.fixture
def ensemble(monkeypatch, tmp_path):
    """Return a function that runs the tool on a config, and gives its status."""

    def run(config: Path, *args: object) -> int:
        return run_fresh(monkeypatch, 'ensemble.py', config, '--out', tmp_path / 'out', *args)

    return run


def read_results(path: Path) -> dict[str, dict[str, str]]:
    with path.open(newline='') as file:
        return {row['system']: row for row in csv.DictReader(file)}


def test_vote_and_average_find_what_each_member_lacks(ensemble, tmp_path, labels, capsys) -> None:
    config = write_config(tmp_path / 'c.py', make_maps(tmp_path), voting=VOTE, averaging=AVERAGE)
    assert ensemble(config, '--ann', labels) == 0
    out = tmp_path / 'out'
    for system in ('vote', 'average'):
        pages = read_predictions(out / system / 'predictions.json')
        assert {name: len(words) for name, words in pages.items()} == {'s.png': 3, 't.png': 3}
        rows = read_csv(out / system / 'submission.csv')
        for name, words in pages.items():
            rounded = [np.rint(word.polygon).tolist() for word in words]
            assert rounded == [polygon.tolist() for polygon in rows[name]]
    results = read_results(out / 'results.csv')
    assert list(results) == ['m0', 'm1', 'm2', 'vote', 'average']
    assert float(results['vote']['recall']) > float(results['m1']['recall'])
    assert float(results['vote']['gain_low']) > 0
    best = [row for row in results.values() if row['gain'] == '']
    assert [row['system'] for row in best] in (['m1'], ['m2'])
    shown = capsys.readouterr().out
    assert 'CLEval on 2 pages' in shown and 'best member' in shown


def test_a_vote_needs_predictions_only(ensemble, tmp_path) -> None:
    config = write_config(tmp_path / 'c.py', make_predictions(tmp_path), voting=VOTE)
    assert ensemble(config) == 0
    written = sorted(path.name for path in (tmp_path / 'out').rglob('*') if path.is_file())
    assert written == ['predictions.json', 'submission.csv']
    assert len(read_csv(tmp_path / 'out/vote/submission.csv')['s.png']) == 3


def test_predictions_csv_and_maps_vote_together(ensemble, tmp_path) -> None:
    members = [make_predictions(tmp_path)[0], make_maps(tmp_path)[1]]
    write_csv(tmp_path / 'c.csv', {name: [w.polygon for w in found_by(2)] for name in PAGES})
    members.append(dict(name='csv', predictions=str(tmp_path / 'c.csv')))
    assert ensemble(write_config(tmp_path / 'c.py', members, voting=VOTE)) == 0
    assert len(read_csv(tmp_path / 'out/vote/submission.csv')['s.png']) == 3


def test_options_reach_members_and_ways(ensemble, tmp_path) -> None:
    members = make_maps(tmp_path)
    members[0]['decoding'] = dict(thresh=0.95)  # which no pixel reaches
    config = write_config(tmp_path / 'c.py', members, voting=VOTE)
    assert ensemble(config) == 0
    assert len(read_csv(tmp_path / 'out/vote/submission.csv')['s.png']) == 1
    options = ('--cfg-options', 'voting.min_votes=1', 'members.0.decoding.thresh=0.5', '--force')
    assert ensemble(config, *options) == 0
    assert len(read_csv(tmp_path / 'out/vote/submission.csv')['s.png']) == 3


def test_averaged_maps_can_be_tuned(ensemble, tmp_path) -> None:
    members = make_maps(tmp_path, (*PAGES, 'gone.png'), ('gone.png',))
    config = write_config(tmp_path / 'c.py', members, averaging=AVERAGE)
    assert ensemble(config, '--dump-maps', tmp_path / 'mean') == 0
    folder = MapFolder(tmp_path / 'mean')
    assert (folder.names, folder.absent) == ((*PAGES, 'gone.png'), {'gone.png'})
    assert (params_of(folder).thresh, params_of(folder).unclip_ratio) == (0.5, 0)
    # The largest of the members', and two of three are sure.
    assert folder.read('s.png').values.shape == (2 * HEIGHT, 2 * WIDTH)
    assert folder.read('s.png').probabilities.max() == pytest.approx(0.6, abs=0.01)
    assert read_csv(tmp_path / 'out/average/submission.csv')['gone.png'] == []
    # A second run replaces them only when told to.
    assert ensemble(config, '--dump-maps', tmp_path / 'mean') == 2
    assert ensemble(config, '--dump-maps', tmp_path / 'mean', '--force') == 0


def test_averaged_maps_never_replace_a_member(ensemble, tmp_path, capsys) -> None:
    members = make_maps(tmp_path)
    config = write_config(tmp_path / 'c.py', members, averaging=AVERAGE)
    status = ensemble(config, '--dump-maps', Path(members[1]['maps'], '.'), '--force')
    assert_one_line_error(status, capsys.readouterr().err, "the maps of member 'm1'")
    assert MapFolder(members[1]['maps']).missing() == []


def test_a_checkpoint_makes_its_maps_once(ensemble, tmp_path, monkeypatch, capsys) -> None:
    data_root = make_data_root(tmp_path / 'data')
    args = ('--data-root', data_root, '--work-dir', tmp_path / 'trained', '--cfg-options', *TINY)
    assert run_fresh(monkeypatch, 'train.py', CONFIG, *args) == 0
    options = dict(config=str(CONFIG), test_options=['--cfg-options', *TINY])
    write_predictions(tmp_path / '1.json', {name: found_by(1) for name in (*PAGES, 'gone.png')})
    members = [
        dict(name='trained', checkpoint=str(tmp_path / 'trained'), **options),
        dict(name='other', predictions=str(tmp_path / '1.json')),
    ]
    config = write_config(tmp_path / 'c.py', members, voting=dict(VOTE, min_votes=1))
    assert ensemble(config, '--data-root', data_root) == 0
    rows = read_csv(tmp_path / 'out/vote/submission.csv')
    assert {*rows} == {*PAGES, 'gone.png'}
    files = sorted((tmp_path / 'out/maps/trained').glob('*.png'))
    assert [path.name for path in files] == ['s.png.png', 't.png.png']
    written = [path.stat().st_mtime_ns for path in files]
    assert 'Epoch(test)' in capsys.readouterr().out
    assert ensemble(config, '--data-root', data_root, '--force') == 0
    assert [path.stat().st_mtime_ns for path in files] == written
    assert 'Epoch(test)' not in capsys.readouterr().out
    # An image that changes where it is gets a map of its own, and the others keep theirs.
    draw_page(data_root / 'images/test/s.png', WORDS[:1])
    assert ensemble(config, '--data-root', data_root, '--force') == 0
    first, second = (path.stat().st_mtime_ns for path in files)
    assert first > written[0]
    assert second == written[1]


def lose_a_page(tmp_path, members, labels):
    pages = {'s.png': found_by(1)}
    write_predictions(members[1]['predictions'], pages, force=True)


def add_a_page(tmp_path, members, labels):
    pages = {name: found_by(1) for name in (*PAGES, 'u.png')}
    write_predictions(members[1]['predictions'], pages, force=True)


def truncate(tmp_path, members, labels):
    path = Path(members[1]['predictions'])
    path.write_text(path.read_text()[:-20])


def put_nan(tmp_path, members, labels):
    path = Path(members[1]['predictions'])
    path.write_text(path.read_text().replace('0.8', 'NaN', 1))


def break_a_row(tmp_path, members, labels):
    path = tmp_path / 'broken.csv'
    path.write_text('filename,polygons\ns.png,1 2 3 4 5 6 7 8\nt.png,1 2 3 4 5 6 7\n')
    members[2]['predictions'] = str(path)


def remove(tmp_path, members, labels):
    Path(members[2]['predictions']).unlink()


def wrong_suffix(tmp_path, members, labels):
    members[2]['predictions'] = str(tmp_path)


def label_another_page(tmp_path, members, labels):
    write_annotations(labels, {name: entry() for name in (*PAGES, 'u.png')})


def label_nothing(tmp_path, members, labels):
    write_annotations(labels, {name: entry(()) for name in PAGES})


@pytest.mark.parametrize(
    ('spoil', 'parts'),
    [
        (lose_a_page, ["'m1'", 'lacks 1 of the 2 pages', "'m0'", "'t.png'"]),
        (add_a_page, ["'m0'", 'lacks 1 of the 3 pages', "'m1'", "'u.png'"]),
        (truncate, ['1.json', 'not valid JSON']),
        (put_nan, ['1.json', "image 's.png'", "'0001'"]),
        (break_a_row, ['broken.csv', 'row 3', "'t.png'", 'polygon 1']),
        (remove, ['2.json', 'cannot be read']),
        (wrong_suffix, ['predictions .json or a leaderboard .csv']),
        (label_another_page, ['labels.json', 'covered by no member', "'u.png'"]),
        (label_nothing, ['labels.json', 'no page has a word']),
    ],
    ids=lambda value: value.__name__ if callable(value) else '',
)
def test_says_what_is_wrong_with_predictions(
    ensemble, tmp_path, labels, capsys, spoil, parts
) -> None:
    members = make_predictions(tmp_path)
    spoil(tmp_path, members, labels)
    status = ensemble(write_config(tmp_path / 'c.py', members, voting=VOTE), '--ann', labels)
    assert_one_line_error(status, capsys.readouterr().err.split('\r')[-1], *parts)
    assert not (tmp_path / 'out').exists()


def empty(tmp_path, members):
    members[1]['maps'] = str(tmp_path / 'empty')
    (tmp_path / 'empty').mkdir()


def lose_a_map(tmp_path, members):
    map_path(members[1]['maps'], 't.png').unlink()


def truncate_a_map(tmp_path, members):
    path = map_path(members[1]['maps'], 't.png')
    path.write_bytes(path.read_bytes()[:-30])


def resize_a_page(tmp_path, members):
    (tmp_path / 'other').mkdir()
    members[2] = make_maps(tmp_path / 'other', page_size=(WIDTH, HEIGHT + 1))[2]


def miss_an_image(tmp_path, members):
    write_manifest(members[1]['maps'], PAGES, ('t.png',), asdict(PARAMS), {})


def wrong_decoding(tmp_path, members):
    members[1]['decoding'] = dict(tresh=0.3)


@pytest.mark.parametrize(
    'ways', [dict(voting=VOTE, averaging=AVERAGE), dict(voting=VOTE)], ids=['both', 'vote alone']
)
@pytest.mark.parametrize(
    ('spoil', 'parts'),
    [
        (empty, ['empty', 'maps.json']),
        (lose_a_map, ['maps1', "'t.png'", '--dump-maps']),
        (truncate_a_map, ['t.png.png', 'damaged']),
        (resize_a_page, ["'m2'", f'{WIDTH} × {HEIGHT + 1}', f'{WIDTH} × {HEIGHT}', "'s.png'"]),
        (miss_an_image, ["'m1'", "'t.png'", 'missing']),
        (wrong_decoding, ["'m1'", 'decoding', "'tresh'"]),
    ],
    ids=lambda value: value.__name__ if callable(value) else '',
)
def test_says_what_is_wrong_with_maps(ensemble, tmp_path, capsys, spoil, parts, ways) -> None:
    members = make_maps(tmp_path)
    spoil(tmp_path, members)
    config = write_config(tmp_path / 'c.py', members, **ways)
    status = ensemble(config)
    lines = capsys.readouterr().err.strip().splitlines()
    assert_one_line_error(status, lines[-1], *parts)
    assert not (tmp_path / 'out').exists()


def test_results_are_not_replaced_unasked(ensemble, tmp_path, capsys) -> None:
    config = write_config(tmp_path / 'c.py', make_predictions(tmp_path), voting=VOTE)
    assert ensemble(config) == 0
    capsys.readouterr()
    assert_one_line_error(ensemble(config), capsys.readouterr().err, 'predictions.json', '--force')
    assert ensemble(config, '--force') == 0


def test_a_file_is_no_place_for_results(ensemble, tmp_path, capsys) -> None:
    (tmp_path / 'out').touch()
    config = write_config(tmp_path / 'c.py', make_predictions(tmp_path), voting=VOTE)
    assert_one_line_error(ensemble(config), capsys.readouterr().err, 'out: is no folder')


@pytest.mark.parametrize(
    ('ways', 'args', 'parts'),
    [
        ({}, (), ['neither voting nor averaging']),
        ({'voting': VOTE}, ('--dump-maps', 'mean'), ['--dump-maps', 'averages no maps']),
        ({'voting': VOTE}, ('--cfg-options', 'votes.min=2'), ["reads 'votes'"]),
    ],
    ids=['nothing to do', 'no average to write', 'an option that nothing reads'],
)
def test_refuses(ensemble, tmp_path, capsys, ways, args, parts) -> None:
    config = write_config(tmp_path / 'c.py', make_predictions(tmp_path), **ways)
    assert_one_line_error(ensemble(config, *args), capsys.readouterr().err, *parts)
