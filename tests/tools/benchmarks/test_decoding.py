"""tools/benchmarks/decoding.py from the outside."""

import numpy as np
import pytest
from tool_runner import assert_one_line_error, call_tool, run_tool

from plugins.benchmarking.published_decoders import PUBLISHED_DECODERS

TOOL = 'benchmarks/decoding.py'


def test_all_are_timed_on_the_same_maps_and_the_absent_are_named(tmp_path):
    small = ('--height', 160, '--width', 320, '--words', 8)
    done = call_tool(tmp_path, TOOL, '--pages', 2, *small, '--repeat', 1, '--markdown')
    assert done.returncode == 0, done.stderr
    assert '2 maps of 320 x 160 pixels' in done.stdout
    rows = [line.split(' | ') for line in done.stdout.splitlines() if line.startswith('| M')]
    assert [(row[0], row[3]) for row in rows] == [
        ('| MMReceipt, polygons', '8.0'),
        ('| MMReceipt, box mode, rotated boxes', '8.0'),
        ('| MMOCR, polygons', '8.0'),
    ]
    for other in PUBLISHED_DECODERS[1:]:
        there = f'| {other.name}, {other.outlines} |' in done.stdout
        absent = f'pip install {other.package}' in done.stdout
        assert there != absent


@pytest.mark.parametrize(
    ('options', 'parts'),
    [
        (('--pages', 0), ('--pages', "'0'", '1 or more')),
        (('--height', 8), ('--height', "'8'", '64 to 16384')),
        (('--width', 10**6), ('--width', "'1000000'", '64 to 16384')),
    ],
)
def test_nothing_to_time_is_a_usage_error(options, parts, monkeypatch, capsys):
    assert run_tool(monkeypatch, TOOL, *options) == 2
    last = capsys.readouterr().err.splitlines()[-1]
    assert all(part in last for part in parts)


def test_a_folder_without_maps_is_refused(tmp_path, monkeypatch, capsys):
    np.save(tmp_path / 'map.npy', np.zeros(3))
    status = run_tool(monkeypatch, TOOL, '--maps', tmp_path)
    assert_one_line_error(status, capsys.readouterr().err, str(tmp_path), '--dump-maps')
