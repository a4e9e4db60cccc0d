"""tools/analysis_tools/model_complexity.py from the outside."""

from pathlib import Path

import pytest
from tool_runner import assert_one_line_error, run_tool

TOOL = 'analysis_tools/model_complexity.py'
CONFIG = 'configs/dbnet_mobilenetv3_small_640.py'


@pytest.fixture
def run(repo_root: Path, monkeypatch: pytest.MonkeyPatch):
    return lambda *args: run_tool(monkeypatch, TOOL, repo_root / CONFIG, *args)


def test_the_table_adds_up(run, capsys) -> None:
    assert run('--input-size', 96, 64) == 0
    title, *lines = capsys.readouterr().out.splitlines()
    assert '96 x 64' in title
    figures = {line[:20].strip(): float(line[20:].split()[0]) for line in lines}
    parts = ('backbone', 'neck', 'det_head')
    assert figures['parameters'] == pytest.approx(sum(figures[part] for part in parts), abs=0.03)
    assert any('estimate, fp32, batch 4' in line for line in lines)


MISTAKES = {
    'model.backbone.model_name=vit_tiny_patch16_224': 'strides 4, 8, 16 and 32',
    'model.neck.type=Nek': 'model.neck.type=Nek: nothing is registered',
}


@pytest.mark.parametrize(('option', 'part'), MISTAKES.items(), ids=MISTAKES)
def test_mistakes_are_one_line(run, capsys, option: str, part: str) -> None:
    assert_one_line_error(run('--cfg-options', option), capsys.readouterr().err, part)
