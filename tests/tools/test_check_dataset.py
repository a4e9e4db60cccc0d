"""tools/check_dataset.py from the outside."""

import csv
import json
from pathlib import Path

import pytest
from PIL import Image
from tool_runner import assert_one_line_error, call_tool, run_tool

TOOL = 'check_dataset.py'
SQUARE = [[10, 10], [20, 10], [20, 20], [10, 20]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / 'images'
    folder.mkdir()
    for name in ('a.jpg', 'b.jpg'):
        Image.new('RGB', (100, 80)).save(folder / name)
    return folder


def annotate(path: Path, **words: object) -> Path:
    good = {'words': {'0001': {'points': SQUARE}}, 'img_w': 100, 'img_h': 80}
    images = {'a.jpg': good, 'b.jpg': good | {'words': words}}
    path.write_text(json.dumps({'images': images}))
    return path


def test_a_clean_dataset_exits_with_0(folder: Path, tmp_path: Path) -> None:
    annotation = annotate(tmp_path / 'train.json')
    done = call_tool(tmp_path, TOOL, annotation, '--images', folder)
    assert done.returncode == 0
    assert done.stdout == 'no problems\n2 images checked\n'


def test_problems_are_printed_written_and_mended(
    folder: Path, tmp_path: Path, monkeypatch, capsys
) -> None:
    # load_pages refuses this file; the check reads on.
    words = {'0001': {'points': [[float('nan'), 1]]}, '0002': {'points': SQUARE[:3]}}
    annotation = annotate(tmp_path / 'train.json', **words)
    fixed, report = tmp_path / 'fixed.json', tmp_path / 'report.csv'
    args = (TOOL, annotation, '--images', folder, '--fix', fixed, '--report', report)
    assert run_tool(monkeypatch, *args) == 1
    out = capsys.readouterr().out
    assert 'b.jpg, word 0001: not finite: ' in out
    assert 'b.jpg, word 0002: under 4 points: 3 points, expected 4 or more' in out
    assert ['not', 'finite', '1'] in [line.split() for line in out.splitlines()]
    assert '2 pages; 0 pages and 2 words dropped, 0 entries corrected' in out
    with report.open(newline='') as file:
        assert [row['word'] for row in csv.DictReader(file)] == ['0001', '0002']
    assert run_tool(monkeypatch, TOOL, fixed, '--images', folder) == 0

    assert run_tool(monkeypatch, *args) == 2  # both files are there now
    assert_one_line_error(2, capsys.readouterr().err.splitlines()[-1], 'fixed.json', '--force')
    assert run_tool(monkeypatch, *args, '--force') == 1


def test_long_lists_are_cut_on_the_terminal_only(
    folder: Path, tmp_path: Path, monkeypatch, capsys
) -> None:
    words = {f'{n:04d}': {'points': [[n, n]]} for n in range(60)}
    annotation = annotate(tmp_path / 'train.json', **words)
    report = tmp_path / 'r.csv'
    args = (TOOL, annotation, '--images', folder, '--report', report, '--max-lines', 5)
    assert run_tool(monkeypatch, *args) == 1
    out = capsys.readouterr().out
    assert out.count('b.jpg, word') == 5
    assert '... and 55 more' in out
    assert len(report.read_text().splitlines()) == 1 + 60


def test_missing_file_or_folder_as_a_command(folder: Path, tmp_path: Path) -> None:
    annotation = annotate(tmp_path / 'train.json')
    (tmp_path / 'empty.json').write_text('{"images": {}}')
    done = call_tool(tmp_path, TOOL, 'empty.json', '--images', folder)
    assert_one_line_error(done.returncode, done.stderr, 'empty.json', 'lists no images')
    done = call_tool(tmp_path, TOOL, 'nowhere.json', '--images', folder)
    assert_one_line_error(done.returncode, done.stderr, 'nowhere.json: ')
    done = call_tool(tmp_path, TOOL, annotation, '--images', 'nowhere')
    assert_one_line_error(done.returncode, done.stderr, 'nowhere: ')


def test_of_real_receipts_one_word_is_doubled(
    sroie_root: Path, tmp_path: Path, monkeypatch, capsys
) -> None:
    few = tmp_path / 'few'
    for part, suffix in (('img', 'jpg'), ('box', 'txt')):
        (few / part).mkdir(parents=True)
        for source in sorted((sroie_root / part).iterdir())[:20]:
            (few / part / f'{source.stem}.{suffix}').write_bytes(source.read_bytes())
    data = tmp_path / 'data'
    assert run_tool(monkeypatch, 'dataset_converters/sroie.py', '--src', few, '--out', data) == 0
    args = (data / 'jsons/train.json', '--images', data / 'images/train')
    capsys.readouterr()
    assert run_tool(monkeypatch, TOOL, *args) == 1
    first, *rest = capsys.readouterr().out.splitlines()
    assert first.startswith("001.jpg, word 0046: duplicate word: covers what word '0044' covers")
    assert len(rest) == 4


def test_names_that_cannot_be_printed_or_lead_elsewhere_are_told(
    folder: Path, tmp_path: Path, monkeypatch, capsys
) -> None:
    annotation = annotate(tmp_path / 'train.json')
    content = json.loads(annotation.read_text())
    names = ('../a.jpg', 'a\nb.jpg', 'a\udcff.jpg')
    content['images'] |= {name: {'words': {}} for name in names}
    annotation.write_text(json.dumps(content))
    fixed, report = tmp_path / 'fixed.json', tmp_path / 'r.csv'
    args = (TOOL, annotation, '--images', folder, '--fix', fixed, '--report', report)
    assert run_tool(monkeypatch, *args) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(': ')[:2] for line in lines[:3]] == [
        ['../a.jpg', 'malformed name'],
        ["'a\\nb.jpg'", 'malformed name'],
        ["'a\\udcff.jpg'", 'malformed name'],
    ]
    assert r'a\udcff.jpg' in report.read_text()
    assert list(json.loads(fixed.read_text())['images']) == ['a.jpg', 'b.jpg']
    assert run_tool(monkeypatch, TOOL, fixed, '--images', folder) == 0


def test_what_is_left_as_it_is_is_told(folder, tmp_path, monkeypatch, capsys) -> None:
    line = [[60, 20], [10, 20], [10, 10], [60, 10]]
    words = {str(n): {'points': [[x, y + 15 * n] for x, y in line]} for n in range(3)}
    annotation = annotate(tmp_path / 'train.json', **words)
    args = (TOOL, annotation, '--images', folder, '--fix', tmp_path / 'fixed.json')
    assert run_tool(monkeypatch, *args) == 1
    out = capsys.readouterr().out
    assert 'b.jpg: upside down: ' in out
    assert 'left as they are: 1 page that read upside down' in out
