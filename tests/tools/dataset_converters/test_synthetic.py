"""The command line of tools/dataset_converters/synthetic.py."""

import subprocess
import sys
from pathlib import Path

import pytest

from plugins.functional.annotations import load_pages


def synthetic(repo_root: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    script = repo_root / 'tools' / 'dataset_converters' / 'synthetic.py'
    command = [sys.executable, str(script), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_pages_are_made_and_counted(repo_root: Path, tmp_path: Path) -> None:
    sizes = ('--size', '480x640,640X480', '--hangul', 'off', '--workers', '1')
    done = synthetic(repo_root, '--out', tmp_path, '--pages', '3', '--test-pages', '1', *sizes)
    assert done.returncode == 0, done.stderr
    assert '4 pages' in done.stdout
    pages = load_pages(tmp_path / 'jsons' / 'train.json')
    assert len(pages) == 3
    assert {(page.width, page.height) for page in pages.values()} <= {(480, 640), (640, 480)}


@pytest.mark.parametrize(
    ('arguments', 'complaint'),
    [
        pytest.param(['--pages', '0'], "'0'", id='no pages'),
        pytest.param(['--pages', 'ten'], 'ten', id='pages in words'),
        pytest.param(['--pages', '1', '--seed', '-1'], '-1', id='negative seed'),
        pytest.param(['--pages', '1', '--workers', '0'], "'0'", id='no workers'),
        pytest.param(['--pages', '1', '--size', '960'], 'WIDTHxHEIGHT', id='size without height'),
        pytest.param(['--pages', '1', '--size', '96x128'], '480 to 4096', id='too small to read'),
        pytest.param(['--pages', '1', '--size', '500x1900'], '3 times', id='a ribbon'),
        pytest.param(['--pages', '1', '--hangul', 'on'], 'on', id='unknown choice'),
        pytest.param(['--pages', '1', '--font', 'no.ttf'], 'no such font', id='missing font'),
        pytest.param(['--pages', '1', '--font', __file__], 'not a font', id='no font at all'),
    ],
)
def test_bad_arguments_end_in_one_line(
    repo_root: Path, tmp_path: Path, arguments: list[str], complaint: str
) -> None:
    out = tmp_path / 'out'
    done = synthetic(repo_root, '--out', out, *arguments)
    assert done.returncode == 2
    last = done.stderr.splitlines()[-1]
    assert complaint in last and 'Traceback' not in done.stderr
    assert not out.exists()


def test_existing_pages_need_force(repo_root: Path, tmp_path: Path) -> None:
    (tmp_path / 'jsons').mkdir()
    (tmp_path / 'jsons' / 'train.json').write_text('{}')
    done = synthetic(repo_root, '--out', tmp_path, '--pages', '1')
    assert done.returncode == 2 and '--force' in done.stderr
