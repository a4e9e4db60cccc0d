"""``pip install .`` puts all of the code where Python finds it."""

import shutil
import subprocess
import sys

import pytest


@pytest.mark.slow
def test_the_installed_code_is_whole(tmp_path, repo_root) -> None:
    copy, site = tmp_path / 'copy', tmp_path / 'site'
    # pip builds within the folder.
    shutil.copytree(repo_root / 'plugins', copy / 'plugins')
    for name in ('pyproject.toml', 'README.md', 'LICENSE'):
        shutil.copy(repo_root / name, copy)
    options = ('--no-deps', '--no-index', '--no-build-isolation', '--quiet', '--target', site)
    command = [sys.executable, '-m', 'pip', 'install', *options, copy]
    subprocess.run(list(map(str, command)), check=True)
    assert {path.name for path in site.iterdir()} >= {'plugins'}
    sources = {path.relative_to(copy) for path in (copy / 'plugins').rglob('*.*')}
    installed = {path.relative_to(site) for path in (site / 'plugins').rglob('*.*')}
    assert {path for path in sources if '__pycache__' not in path.parts} <= installed
