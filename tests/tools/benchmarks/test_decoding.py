"""tools/benchmarks/decoding.py from the outside."""

import numpy as np
import pytest
from tool_runner import assert_one_line_error, call_tool, run_tool

from plugins.benchmarking.decoders import OTHERS
from plugins.benchmarking.decoding import Comparison, Entry, made_up_pages, to_sheet
from plugins.functional.decoding import DecodeParams, decode

TOOL = 'benchmarks/decoding.py'


def test_all_are_timed_on_the_same_maps_and_the_absent_are_named(tmp_path):
    small = ('--height', 160, '--width', 320, '--words', 8)
    done = call_tool(tmp_path, TOOL, '--pages', 2, *small, '--repeat', 1, '--markdown')
    assert done.returncode == 0, done.stderr
    assert '2 maps of 320 x 160 pixels' in done.stdout
    rows = [line.split(' | ') for line in done.stdout.splitlines() if line.startswith('| M')]
    assert [row[0] for row in rows] == [
        '| MMReceipt, polygons',
        '| MMReceipt, box mode, rotated boxes',
        '| MMOCR, polygons',
    ]
    assert [row[3] for row in rows] == ['8.0'] * 3
    for kind in OTHERS[1:]:
        there = f'| {kind.name}, {kind.shape} |' in done.stdout
        absent = f'pip install {kind.package}' in done.stdout
        assert there != absent


def test_made_up_maps_hold_so_many_words():
    ((prob_map, size),) = made_up_pages(1, 115, (1024, 768))
    assert prob_map.shape == (1024, 768)
    assert size == (960, 1280)
    assert len(decode(prob_map, DecodeParams())) == 115


def test_ratios_are_of_the_same_page():
    ours = Entry('ours', 'polygons', [1.0, 2.0, 4.0], [3, 3, 3], [1.0])
    theirs = Entry('theirs', 'polygons', [10.0, 10.0, 10.0], [2, 2, 2], [0.5, 0.75])
    sheet = to_sheet(Comparison([ours, theirs], {}, [(10, 20)] * 3))
    # 10 / 1, 10 / 2 and 10 / 4; quartiles lie halfway between neighbours.
    assert sheet.rows[1] == ['theirs, polygons', '10.00', '5.0 (3.8–7.5)', '2.0', '0.625']


def test_pages_that_another_fails_on_are_counted():
    ours = Entry('ours', 'polygons', [1.0, 2.0], [3, 3], [1.0])
    theirs = Entry('theirs', 'polygons', [10.0, float('nan')], [2], [0.5])
    never = Entry('never', 'boxes', [float('nan')] * 2)
    sheet = to_sheet(Comparison([ours, theirs, never], {}, [(10, 20)] * 2))
    assert sheet.rows[1][:3] == ['theirs, polygons (fails on 1)', '10.00', '10.0 (10.0–10.0)']
    assert sheet.rows[2][1] == 'fails on all'


@pytest.mark.parametrize(
    ('options', 'part'),
    [
        (('--pages', 0), 'must be 1 or more'),
        (('--height', 8), 'must be 64 to 16384'),
        (('--width', 10**6), 'must be 64 to 16384'),
    ],
)
def test_nothing_to_time_is_a_usage_error(options, part, monkeypatch, capsys):
    assert run_tool(monkeypatch, TOOL, *options) == 2
    assert part in capsys.readouterr().err


def test_a_folder_without_maps_is_refused(tmp_path, monkeypatch, capsys):
    np.save(tmp_path / 'map.npy', np.zeros(3))
    status = run_tool(monkeypatch, TOOL, '--maps', tmp_path)
    assert_one_line_error(status, capsys.readouterr().err, str(tmp_path), '--dump-maps')
