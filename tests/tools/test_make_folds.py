"""tools/make_folds.py from the outside."""

import json
from pathlib import Path

import pytest
from tool_runner import assert_one_line_error, call_tool, run_tool


@pytest.fixture
def annotation(tmp_path: Path) -> Path:
    square = [[0, 0], [10, 0], [10, 10], [0, 10]]
    words = {'0001': {'points': square}, '0002': {'points': square}}
    path = tmp_path / 'train.json'
    path.write_text(json.dumps({'images': {f'{n}.jpg': {'words': words} for n in range(11)}}))
    return path


def test_five_folds_are_written_and_tabled(annotation, tmp_path, monkeypatch, capsys) -> None:
    out = tmp_path / 'new' / 'folds'
    assert run_tool(monkeypatch, 'make_folds.py', annotation, '--out', out) == 0
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    # fold, train pages and words, validation pages and words, mean
    assert rows[1] == ['0', '9', '18', '2', '4', '2.00']
    assert rows[5] == ['4', '8', '16', '3', '6', '2.00']
    assert len(list(out.iterdir())) == 5 * 2 + 1


def test_the_options_reach_the_split(annotation, tmp_path, monkeypatch) -> None:
    args = (annotation, '--out', tmp_path / 'f', '--n-splits', 3, '--seed', 7)
    assert run_tool(monkeypatch, 'make_folds.py', *args) == 0
    info = json.loads((tmp_path / 'f/fold_info.json').read_text())
    assert (info['n_splits'], info['seed']) == (3, 7)
    assert run_tool(monkeypatch, 'make_folds.py', *args, '--force') == 0


@pytest.mark.parametrize(
    ('options', 'part'),
    [
        (('--out', 'folds', '--n-splits', 12), '12 folds of 11 pages'),
        (('--out', 'train.json'), 'train.json: '),
    ],
)
def test_what_cannot_be_is_one_line(
    annotation, tmp_path, monkeypatch, capsys, options, part
) -> None:
    monkeypatch.chdir(tmp_path)
    status = run_tool(monkeypatch, 'make_folds.py', annotation, *options)
    assert_one_line_error(status, capsys.readouterr().err, part)
    assert not (tmp_path / 'folds').exists()


def test_existing_folds_and_bad_input_as_a_command(annotation, tmp_path) -> None:
    out = tmp_path / 'folds'
    assert call_tool(tmp_path, 'make_folds.py', annotation, '--out', out).returncode == 0
    again = call_tool(tmp_path, 'make_folds.py', annotation, '--out', out)
    assert_one_line_error(again.returncode, again.stderr, 'fold_info.json', '--force')
    annotation.write_text('{"images": {"a.jpg": {"words": {"0007": {"points": [[1, NaN]]}}}}}')
    bad = call_tool(tmp_path, 'make_folds.py', annotation, '--out', tmp_path / 'x')
    assert_one_line_error(bad.returncode, bad.stderr, 'a.jpg', '0007', 'nan')
