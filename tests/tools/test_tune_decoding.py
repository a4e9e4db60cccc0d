"""tools/tune_decoding.py, from folders of maps to what it says."""

import csv
import json
import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from tool_runner import TOOLS, assert_one_line_error, group_exists, run_tool, start_tool, wait_for
from tuning_pages import NAMES, PARAMS, make_annotations, make_maps, page

from plugins.functional.cleval import overall_score, score_page
from plugins.functional.decoding import decode_map, read_decoding
from plugins.functional.maps import MapFolder
from plugins.functional.submission import as_submitted
from plugins.functional.tuning import DEFAULT_RANGES, PRESETS, Setting
from plugins.tuning import parallel_scoring as tuning

TOOL = 'tune_decoding.py'
SMALL = ['--thresh', '0.2:0.4:0.1', '--box-thresh', '0.3', '0.5', '--unclip-ratio', '1.5', '2']


@pytest.fixture
def maps(tmp_path):
    return make_maps(tmp_path / 'maps')


@pytest.fixture
def ann(tmp_path):
    return make_annotations(tmp_path / 'val.json')


@pytest.fixture
def out(tmp_path):
    return tmp_path / 'out'


def tune(monkeypatch, maps, ann, out, *more):
    args = ('--maps', maps, '--ann', ann, '--out', out, '--workers', 1, *SMALL, *more)
    return run_tool(monkeypatch, TOOL, *args)


def table(out):
    with (out / 'table.csv').open() as file:
        return list(csv.DictReader(file))


def setting_of(row):
    numbers = (float(row[name]) for name in Setting._fields[:3])
    return Setting(*numbers, int(row['max_candidates']), row['mode'])


def scored(maps, params):
    """What the words of all pages score, decoded by themselves."""
    folder = MapFolder(maps)
    found = [decode_map(folder.read(name), params) for name in NAMES]
    return overall_score(
        score_page(page(i)[1], as_submitted([detection.polygon for detection in detections]))
        for i, detections in enumerate(found)
    )


def test_the_table_is_what_each_setting_scores_by_itself(monkeypatch, capsys, maps, ann, out):
    assert tune(monkeypatch, maps, ann, out) == 0
    rows = table(out)
    assert len(rows) == 3 * 2 * 2
    for row in rows:
        summary = scored(maps, setting_of(row).within(PARAMS))
        for name in ('hmean', 'precision', 'recall'):
            assert float(row[name]) == pytest.approx(getattr(summary, name), abs=5e-7)
    hmeans = [float(row['hmean']) for row in rows]
    assert hmeans == sorted(hmeans, reverse=True)
    assert hmeans[0] > hmeans[-1]
    (current,) = (row for row in rows if row['current'])
    assert setting_of(current) == Setting.of(PARAMS)
    assert float(current['gain']) == 0

    best = setting_of(rows[0])
    printed = capsys.readouterr().out
    assert '12 settings on 5 pages, 5 of them to be scored' in printed
    pairs = ','.join(f'{name}={value}' for name, value in best.numbers.items())
    assert f'--decode {pairs}\n' in printed
    assert read_decoding(out / 'decoding.json') == best.numbers
    assert 'Take the best setting' in printed
    assert (out / 'heatmap.png').stat().st_size > 10_000


def test_what_to_take_is_put_beside_the_checkpoints(monkeypatch, capsys, tmp_path, maps, ann, out):
    (tmp_path / 'run').mkdir()
    assert tune(monkeypatch, maps, ann, out, '--apply', tmp_path / 'run') == 0
    applied = (tmp_path / 'run/decoding.json').read_text()
    assert applied == (out / 'decoding.json').read_text()
    capsys.readouterr()
    status = tune(monkeypatch, maps, ann, tmp_path / 'again', '--apply', tmp_path / 'run')
    assert_one_line_error(status, capsys.readouterr().err, 'run/decoding.json', '--force')
    status = tune(monkeypatch, maps, ann, tmp_path / 'again', '--apply', tmp_path / 'gone')
    assert_one_line_error(status, capsys.readouterr().err, '--apply', 'gone')


def test_what_is_finished_is_not_scored_again(monkeypatch, maps, ann, out):
    assert tune(monkeypatch, maps, ann, out) == 0
    before = (out / 'table.csv').read_text()
    (out / 'table.csv').unlink()
    monkeypatch.setattr(tuning, 'score_settings', lambda *_: pytest.fail('scored again'))
    assert tune(monkeypatch, maps, ann, out) == 0
    assert (out / 'table.csv').read_text() == before


def has_workers(number):
    """Tell whether a process has started one that works for it."""
    children = Path(f'/proc/{number}/task/{number}/children').read_text().split()
    commands = (Path(f'/proc/{child}/cmdline').read_bytes() for child in children)
    return any(b'spawn_main' in command for command in commands)


@pytest.mark.parametrize('scored', [0, 1], ids=['while they start', 'after the first page'])
def test_two_processes_under_ctrl_c_leave_what_is_done(monkeypatch, capsys, maps, ann, out, scored):
    # Enough to be interrupted amid it.
    more = ['--thresh', '0.1:0.8:0.02']
    command = ('--maps', maps, '--ann', ann, '--out', out, '--workers', 2, *SMALL, *more)
    process = start_tool(TOOL, *command)
    record, lines = out / 'pages.jsonl', 1 + scored
    assert wait_for(lambda: record.exists() and record.read_bytes().count(b'\n') >= lines)
    assert wait_for(lambda: has_workers(process.pid))
    os.killpg(process.pid, signal.SIGINT)
    errors = process.communicate(timeout=100)[1]
    assert process.returncode == 130
    assert 'Traceback' not in errors
    assert wait_for(lambda: not group_exists(process.pid), 20), 'a process stayed behind'
    assert not (out / 'table.csv').exists()
    done = [json.loads(line) for line in record.read_text().splitlines()]
    assert lines <= len(done) <= len(NAMES)
    assert tune(monkeypatch, maps, ann, out, *more) == 0
    assert f'{len(NAMES) - len(done) + 1} of them to be scored' in capsys.readouterr().out


def test_boxes_instead_of_polygons(monkeypatch, capsys, maps, ann, out):
    assert tune(monkeypatch, maps, ann, out, '--mode', 'box') == 0
    assert ',mode=box' in capsys.readouterr().out
    row = table(out)[0]
    assert [row['mode'] for row in table(out)].count('polygon') == 1  # as the model decodes
    summary = scored(maps, setting_of(row).within(PARAMS))
    assert float(row['hmean']) == pytest.approx(summary.hmean, abs=5e-7)


def test_both_modes_are_compared(monkeypatch, capsys, maps, ann, out):
    assert tune(monkeypatch, maps, ann, out, '--mode', 'both') == 0
    assert 'Polygons or boxes' in capsys.readouterr().out
    rows = table(out)
    assert Counter(row['mode'] for row in rows) == {'polygon': 12, 'box': 12}
    for row in rows:
        summary = scored(maps, setting_of(row).within(PARAMS))
        assert float(row['hmean']) == pytest.approx(summary.hmean, abs=5e-7)


def test_nine_pairs(monkeypatch, maps, ann, out):
    args = ('--maps', maps, '--ann', ann, '--out', out, '--preset', 'nine-pairs', '--workers', 1)
    assert run_tool(monkeypatch, TOOL, *args) == 0
    assert len(table(out)) == 9 + 1


def test_other_settings_in_the_same_folder_need_force(monkeypatch, capsys, maps, ann, out):
    assert tune(monkeypatch, maps, ann, out) == 0
    before = (out / 'table.csv').read_text()
    capsys.readouterr()
    status = tune(monkeypatch, maps, ann, out, '--thresh', '0.3')
    assert_one_line_error(status, capsys.readouterr().err, 'settings to try', '--force')
    assert (out / 'table.csv').read_text() == before
    assert tune(monkeypatch, maps, ann, out, '--thresh', '0.3', '--force') == 0
    assert len(table(out)) == 1 * 2 * 2 + 1


def test_a_table_of_somebody_else_is_not_replaced(monkeypatch, capsys, maps, ann, out):
    out.mkdir()
    (out / 'table.csv').write_text('mine')
    status = tune(monkeypatch, maps, ann, out)
    assert_one_line_error(status, capsys.readouterr().err, 'table.csv', '--force')
    assert [path.name for path in out.iterdir()] == ['table.csv']


@pytest.mark.parametrize(
    ('options', 'part'),
    [
        (['--thresh', '0.4:0.2:0.1'], '--thresh'),
        (['--preset', 'nine-pairs'], '--thresh'),
        (['--preset', 'ten'], '--preset'),
        (['--workers', '0'], '--workers'),
        (['--mode', 'round'], '--mode'),
    ],
)
def test_wrong_options_end_with_2(monkeypatch, capsys, maps, ann, out, options, part):
    assert tune(monkeypatch, maps, ann, out, *options) == 2
    line = capsys.readouterr().err.splitlines()[-1]
    assert part in line and options[-1] in line
    assert not out.exists()


def test_the_help_names_what_is_tried(monkeypatch, capsys):
    assert run_tool(monkeypatch, TOOL, '--help') == 0
    text = ' '.join(capsys.readouterr().out.split())
    for (name,) in DEFAULT_RANGES.values():
        assert f'(default: {name})' in text
    assert f'--preset {{{",".join(PRESETS)}}}' in text


def test_no_deep_learning_library_is_loaded(tmp_path, maps, ann, out):
    code = (
        'import os, runpy, sys\n'
        'sys.argv = sys.argv[1:]\n'
        'sys.path.insert(0, os.path.dirname(sys.argv[0]))\n'
        'try:\n'
        '    runpy.run_path(sys.argv[0], run_name="__main__")\n'
        'except SystemExit as end:\n'
        '    assert not end.code, end.code\n'
        'print(sorted({"torch", "mmengine", "mmocr", "mmcv"} & set(sys.modules)))\n'
    )
    command = ('--maps', maps, '--ann', ann, '--out', out, '--workers', 1, '--thresh', 0.3)
    run = [sys.executable, '-c', code, TOOLS / TOOL, *command]
    done = subprocess.run(list(map(str, run)), capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == '[]'
