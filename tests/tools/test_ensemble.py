"""tools/ensemble.py from the outside, on three members that know two pages of three words."""

import csv
from pathlib import Path

import numpy as np
import pytest

import plugins.register  # noqa: F401  before anything of MMOCR

# isort: split
from ensemble_members import PAGES, found_by, make_maps, make_predictions
from tiny_receipts import WORDS, draw_page, entry, make_data_root, write_annotations
from tiny_training import CONFIG, TINY, run_fresh
from tool_runner import assert_one_line_error

from plugins.functional.maps import MapFolder, map_path
from plugins.functional.submission import read_csv, read_predictions, write_csv, write_predictions


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


def test_decoding_values_are_given_to_members_and_average(ensemble, tmp_path, labels) -> None:
    config = write_config(tmp_path / 'c.py', make_maps(tmp_path), voting=VOTE, averaging=AVERAGE)
    assert ensemble(config, '--ann', labels, '--decode', 'box_thresh=1') == 0
    scores = read_results(tmp_path / 'out/results.csv')
    assert {float(row['recall']) for row in scores.values()} == {0}


def test_vote_and_average_find_what_each_member_lacks(ensemble, tmp_path, labels, capsys) -> None:
    config = write_config(tmp_path / 'c.py', make_maps(tmp_path), voting=VOTE, averaging=AVERAGE)
    assert ensemble(config, '--ann', labels, '--dump-maps', tmp_path / 'mean') == 0
    written = sorted(path.name for path in (tmp_path / 'mean').iterdir())
    assert written == ['maps.json', 's.png.png', 't.png.png']
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


def test_a_checkpoint_makes_its_maps_once(ensemble, tmp_path, monkeypatch) -> None:
    data_root = make_data_root(tmp_path / 'data')
    args = ('--data-root', data_root, '--work-dir', tmp_path / 'trained', '--cfg-options', *TINY)
    assert run_fresh(monkeypatch, 'train.py', CONFIG, *args) == 0
    write_predictions(tmp_path / '1.json', {name: found_by(1) for name in (*PAGES, 'gone.png')})
    members = [
        dict(name='trained', checkpoint=str(tmp_path / 'trained')),
        dict(name='other', predictions=str(tmp_path / '1.json')),
    ]
    config = write_config(tmp_path / 'c.py', members, voting=dict(VOTE, min_votes=1))
    assert ensemble(config, '--data-root', data_root) == 0
    rows = read_csv(tmp_path / 'out/vote/submission.csv')
    assert {*rows} == {*PAGES, 'gone.png'}
    made = MapFolder(tmp_path / 'out/maps/trained')
    # As it was trained, and not as its recipe says.
    assert (made.info['input_size'], made.info['trained_pages']) == (96, [])
    files = sorted(made.path.glob('*.png'))
    assert [path.name for path in files] == ['s.png.png', 't.png.png']
    written = [path.stat().st_mtime_ns for path in files]
    assert ensemble(config, '--data-root', data_root, '--force') == 0
    assert [path.stat().st_mtime_ns for path in files] == written
    # An image that changes where it is gets a map of its own, and the others keep theirs.
    draw_page(data_root / 'images/test/s.png', WORDS[:1])
    assert ensemble(config, '--data-root', data_root, '--force') == 0
    first, second = (path.stat().st_mtime_ns for path in files)
    assert first > written[0]
    assert second == written[1]


def truncate_a_map(tmp_path, members, labels):
    members[2] = make_maps(tmp_path)[2]
    path = map_path(members[2]['maps'], 't.png')
    path.write_bytes(path.read_bytes()[:-30])


def label_another_page(tmp_path, members, labels):
    write_annotations(labels, {name: entry() for name in (*PAGES, 'u.png')})


def label_nothing(tmp_path, members, labels):
    write_annotations(labels, {name: entry(()) for name in PAGES})


@pytest.mark.parametrize(
    ('spoil', 'parts'),
    [
        (truncate_a_map, ['t.png.png', 'damaged']),
        (label_another_page, ['labels.json', "'u.png'"]),
        (label_nothing, ['labels.json', 'no page has a word']),
    ],
    ids=lambda value: value.__name__ if callable(value) else '',
)
def test_what_is_wrong_is_one_line_and_nothing_is_written(
    ensemble, tmp_path, labels, capsys, spoil, parts
) -> None:
    members = make_predictions(tmp_path)
    spoil(tmp_path, members, labels)
    status = ensemble(write_config(tmp_path / 'c.py', members, voting=VOTE), '--ann', labels)
    lines = capsys.readouterr().err.strip().splitlines()
    assert_one_line_error(status, lines[-1], *parts)
    assert not (tmp_path / 'out').exists()


def test_results_are_not_replaced_unasked(ensemble, tmp_path, capsys) -> None:
    config = write_config(tmp_path / 'c.py', make_predictions(tmp_path), voting=VOTE)
    assert ensemble(config) == 0
    capsys.readouterr()
    assert_one_line_error(ensemble(config), capsys.readouterr().err, 'predictions.json', '--force')
    assert ensemble(config, '--force') == 0
    written = sorted(path.name for path in (tmp_path / 'out').rglob('*') if path.is_file())
    assert written == ['predictions.json', 'submission.csv']
    capsys.readouterr()
    assert_one_line_error(ensemble(config, '--out', config), capsys.readouterr().err, 'no folder')


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
