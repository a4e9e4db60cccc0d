"""What is said of an ensemble: intervals paired with the best member, and files whole or not."""

import pytest

from plugins.ensembles import result_files as ensemble_results
from plugins.ensembles.result_files import print_scores, system_scores, to_csv, write_outputs
from plugins.functional.cleval import score_page
from plugins.functional.errors import UserError
from plugins.functional.geometry import Detection

WORDS = [[[0, y], [100, y], [100, y + 20], [0, y + 20]] for y in (0, 30, 60, 90)]


def scored(*counts):
    """Pages of four words of which so many were found: recall is a quarter of that."""
    return {f'{n}.jpg': score_page(WORDS, WORDS[:count]) for n, count in enumerate(counts)}


SCORES = {'a': scored(2, 2, 4), 'b': scored(2, 4, 4), 'vote': scored(4, 4, 4)}


def test_gains_are_over_the_best_member_page_by_page() -> None:
    a, b, vote = system_scores(SCORES, ['a', 'b'])
    assert b.gain is None
    # Two of four found: precision 1, recall 1/2, H-mean 2/3.
    assert b.hmean.mean == pytest.approx((2 / 3 + 1 + 1) / 3)
    assert a.gain.mean == pytest.approx(-1 / 9)
    assert vote.gain.mean == pytest.approx(1 / 9)
    # No page is worse, one of three is better.
    assert (vote.gain.low, vote.gain.high) == pytest.approx((0, 1 / 3))


def test_of_equal_members_the_first_is_the_best() -> None:
    rows = system_scores({'a': scored(4), 'b': scored(4)}, ['a', 'b'])
    assert [row.gain is None for row in rows] == [True, False]


@pytest.mark.parametrize('columns', ['60', '200'])
def test_the_table_shows_every_system(capsys, monkeypatch, columns) -> None:
    monkeypatch.setenv('COLUMNS', columns)
    print_scores(system_scores(SCORES, ['a', 'b']), 3)
    shown = capsys.readouterr().out
    assert 'CLEval on 3 pages' in shown
    assert all(text in shown for text in ('vote', 'best member', ' to ', '+0.1111 ('))


def test_csv_has_a_line_a_system() -> None:
    header, *lines = to_csv(system_scores(SCORES, ['a', 'b'])).splitlines()
    assert header.startswith('system,hmean,hmean_low,hmean_high,precision')
    assert [line.split(',')[0] for line in lines] == ['a', 'b', 'vote']
    assert lines[1].endswith(',,,')
    assert {line.count(',') for line in lines} == {header.count(',')}


def test_all_files_are_written_or_none(tmp_path, monkeypatch) -> None:
    found = {'vote': {'0.jpg': [Detection(WORDS[0], 0.5)]}}
    write_outputs(tmp_path, found, [])
    before = (tmp_path / 'vote/predictions.json').read_text()

    def full(*args: object) -> None:
        raise UserError('no space left')

    monkeypatch.setattr(ensemble_results, 'write_csv', full)
    with pytest.raises(UserError, match='no space'):
        write_outputs(tmp_path, {'vote': {'0.jpg': []}, 'average': {'0.jpg': []}}, [])
    assert (tmp_path / 'vote/predictions.json').read_text() == before
    assert [path.name for path in tmp_path.iterdir()] == ['vote']
