"""How tools start: this checkout's code whatever is installed, and a Python that can run them."""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tool_runner import TOOLS, assert_one_line_error

STARTS = sorted(path.relative_to(TOOLS) for path in TOOLS.rglob('_start.py'))
SCRIPTS = sorted(
    path.relative_to(TOOLS) for path in TOOLS.rglob('*.py') if path.name != '_start.py'
)
SCRIPT = 'import _start, plugins, sys\nprint(plugins.COPY, *sys.argv[1:])\n'
# Without the packages that are installed.
BARE = (sys.executable, '-S')


def make_copy(root: Path) -> Path:
    """Lay out a checkout whose scripts print where their code is."""
    (root / 'plugins').mkdir(parents=True)
    (root / 'plugins/__init__.py').write_text(f'COPY = {root.name!r}\n')
    for path in STARTS:
        (root / 'tools' / path).parent.mkdir(exist_ok=True)
        shutil.copy(TOOLS / path, root / 'tools' / path)
        (root / 'tools' / path.parent / 'script.py').write_text(SCRIPT)
    return root


def make_own_python(root: Path, *lines: str) -> None:
    path = root / '.venv/bin/python'
    path.parent.mkdir(parents=True)
    path.write_text('\n'.join(('#!/bin/sh', *lines)) + '\n')
    path.chmod(0o755)


def run(*command: object, **options: object) -> subprocess.CompletedProcess:
    return subprocess.run(
        list(map(str, command)), capture_output=True, text=True, check=False, **options
    )


@pytest.mark.parametrize('folder', [str(path.parent) for path in STARTS])
def test_a_copy_runs_its_own_code(tmp_path, folder) -> None:
    mine, other = make_copy(tmp_path / 'mine'), make_copy(tmp_path / 'other')
    path = os.pathsep.join(map(str, (other, other / 'tools')))
    script = mine / 'tools' / folder / 'script.py'
    done = run(sys.executable, script, cwd=other, env={**os.environ, 'PYTHONPATH': path})
    assert (done.stdout, done.stderr) == ('mine\n', '')


@pytest.mark.parametrize('script', SCRIPTS, ids=str)
def test_every_tool_starts_so(script) -> None:
    assert (TOOLS / script).with_name('_start.py').is_file()
    imports = [
        node
        for node in ast.parse((TOOLS / script).read_text()).body
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert ast.unparse(imports[0]) == 'import _start'


@pytest.mark.parametrize('script', [*STARTS, *SCRIPTS], ids=str)
def test_a_python_that_is_too_old_can_read_it(script) -> None:
    ast.parse((TOOLS / script).read_text(), feature_version=(3, 6))


def test_without_the_packages_it_goes_on_with_the_own_python(tmp_path) -> None:
    copy = make_copy(tmp_path / 'mine')
    make_own_python(copy, 'echo own "$@"')
    done = run(*BARE, 'tools/script.py', 'a b', '--c', cwd=copy)
    assert (done.returncode, done.stdout) == (0, 'own -S tools/script.py a b --c\n')


@pytest.mark.parametrize('own', [None, f'exec {sys.executable} "$@"'], ids=['none', 'lacking too'])
def test_without_any_the_remedy_is_named(tmp_path, own) -> None:
    copy = make_copy(tmp_path / 'mine')
    if own is not None:
        make_own_python(copy, own)
    done = run(*BARE, 'script.py', cwd=copy / 'tools')
    parts = (sys.executable, 'lacks numpy, cv2, rich', 'run: bash setup.sh')
    assert_one_line_error(done.returncode, done.stderr, *parts)
