"""tools/dataset_converters/synthetic.py from the outside."""

from pathlib import Path

import pytest
from tool_runner import call_tool, run_tool

from plugins.functional.annotations import load_pages

TOOL = 'dataset_converters/synthetic.py'


def test_pages_are_made_and_counted(tmp_path: Path) -> None:
    sizes = ('--size', '480x640,640X480', '--hangul', 'off', '--workers', 1)
    done = call_tool(tmp_path, TOOL, '--out', 'out', '--pages', 3, '--test-pages', 1, *sizes)
    assert done.returncode == 0, done.stderr
    assert '4 pages' in done.stdout
    pages = load_pages(tmp_path / 'out/jsons/train.json')
    assert len(pages) == 3
    assert {(page.width, page.height) for page in pages.values()} <= {(480, 640), (640, 480)}


@pytest.mark.parametrize(
    ('options', 'complaint'),
    [
        pytest.param(['--seed', '-1'], "'-1'", id='negative seed'),
        pytest.param(['--size', '960'], 'WIDTHxHEIGHT', id='size without height'),
        pytest.param(['--size', '96x128'], '480 to 4096', id='too small to read'),
        pytest.param(['--size', '500x1900'], '3 times', id='a ribbon'),
        pytest.param(['--hangul', 'on'], 'on', id='unknown choice'),
        pytest.param(['--font', 'no.ttf'], 'no such font', id='missing font'),
        pytest.param(['--font', __file__], 'not a font', id='no font at all'),
        pytest.param(['--out', 'old'], '--force', id='pages are there'),
    ],
)
def test_bad_arguments_end_in_one_line(
    tmp_path: Path, monkeypatch, capsys, options: list, complaint: str
) -> None:
    old = tmp_path / 'old/jsons/train.json'
    old.parent.mkdir(parents=True)
    old.write_text('{}')
    monkeypatch.chdir(tmp_path)
    assert run_tool(monkeypatch, TOOL, '--out', 'out', '--pages', 1, *options) == 2
    assert complaint in capsys.readouterr().err.splitlines()[-1]
    assert not (tmp_path / 'out').exists()
