"""How tools start: this checkout's code whatever is installed, and a Python that can run them."""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tool_runner import OTHER_COPY, TOOLS, assert_one_line_error, call_tool, tool_environment

STARTS = sorted(path.relative_to(TOOLS) for path in TOOLS.rglob('_start.py'))
SCRIPTS = sorted(
    path.relative_to(TOOLS) for path in TOOLS.rglob('*.py') if path.name != '_start.py'
)
# Its shell script explains the other.
EXPLAINED = [path for path in SCRIPTS if path.name != 'dist_train.py']
SHELL_SCRIPTS = sorted({path.name for path in TOOLS.glob('*.sh')} - {'steps.sh'})
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
    options.setdefault('env', {**os.environ, 'PYTHONPATH': ''})
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


@pytest.mark.parametrize('script', EXPLAINED, ids=str)
def test_help_imports_nothing_heavy_and_no_other_copy(script) -> None:
    command = (sys.executable, '-X', 'importtime', TOOLS / script, '--help')
    done = run(*command, cwd=OTHER_COPY, env=tool_environment())
    assert done.returncode == 0, done.stderr.splitlines()[-1]
    assert done.stdout.startswith('usage: ')
    imported = {line.rpartition('|')[2].strip() for line in done.stderr.splitlines()}
    assert 'plugins.cli' in imported
    heavy = {'torch', 'mmengine', 'mmcv', 'mmocr', 'timm', 'cv2', 'scipy', 'matplotlib'}
    assert not imported & heavy


@pytest.mark.parametrize('script', SHELL_SCRIPTS)
def test_shell_scripts_explain_themselves(script) -> None:
    done = call_tool(OTHER_COPY, script, '--help')
    assert (done.returncode, done.stderr) == (0, '')
    assert script in done.stdout


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
