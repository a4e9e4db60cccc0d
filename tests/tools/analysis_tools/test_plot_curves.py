"""tools/analysis_tools/plot_curves.py: one picture of one run and of five, errors in one line."""

import json
from pathlib import Path

import cv2
import pytest
from tool_runner import assert_one_line_error, run_tool

from plugins.analysis.curve_figure import DEFAULT_KEYS

TOOL = 'analysis_tools/plot_curves.py'


@pytest.fixture
def runs(tmp_path) -> list[Path]:
    for fold in range(5):
        path = tmp_path / f'net_fold{fold}/20260101_000000/vis_data/scalars.json'
        path.parent.mkdir(parents=True)
        lines = []
        for epoch in (1, 2, 3):
            clock = {'epoch': epoch, 'iter': epoch, 'step': epoch}
            size = 640 if epoch == 1 else 960
            lines.append({'loss': 3 / epoch, 'lr': 1e-3, 'input_size': size, **clock})
            scores = dict.fromkeys(('val/hmean', 'val/precision', 'val/recall'), 0.3 * epoch)
            lines.append({**scores, 'step': epoch})
        path.write_text(''.join(json.dumps(line) + '\n' for line in lines))
    return sorted(tmp_path.glob('net_fold*'))


@pytest.mark.parametrize('count', [1, 5])
def test_a_picture(monkeypatch, capsys, tmp_path, runs, count) -> None:
    out = tmp_path / 'curves.png'
    assert run_tool(monkeypatch, TOOL, *runs[:count], '--out', out) == 0
    assert min(cv2.imread(str(out)).shape[:2]) > 600
    assert capsys.readouterr().out.count('best val/hmean 0.9000 in 3') == count


@pytest.mark.parametrize(
    ('options', 'part'),
    [
        pytest.param(['--keys', 'speed'], '--keys speed', id='key that nobody logged'),
        pytest.param(['--names', 'a', 'b'], '2 names for 1 runs', id='too many names'),
        pytest.param(['--out', 'curves.xls'], '.png', id='no kind of picture'),
        pytest.param(['nowhere'], 'nowhere: ', id='missing run'),
    ],
)
def test_mistakes(monkeypatch, capsys, tmp_path, runs, options, part) -> None:
    monkeypatch.chdir(tmp_path)
    status = run_tool(monkeypatch, TOOL, runs[0], *options)
    assert_one_line_error(status, capsys.readouterr().err, part)


def test_the_help_names_what_is_drawn(monkeypatch, capsys) -> None:
    assert run_tool(monkeypatch, TOOL, '--help') == 0
    text = ' '.join(capsys.readouterr().out.split())
    assert f'those logged of {" ".join(DEFAULT_KEYS)})' in text
