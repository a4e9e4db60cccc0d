"""The functional layer must run where no deep-learning library is installed."""

import subprocess
import sys

import pytest

HEAVY = ('torch', 'torchvision', 'timm', 'mmengine', 'mmocr', 'mmcv', 'mmdet')
IMPORT_EVERYTHING = f"""
import importlib, pkgutil, sys
import plugins.functional
for module in pkgutil.walk_packages(plugins.functional.__path__, 'plugins.functional.'):
    importlib.import_module(module.name)
    print(module.name)
loaded = sorted(set({HEAVY}) & set(sys.modules))
sys.exit(f'loaded: {{loaded}}' if loaded else 0)
"""


@pytest.fixture(scope='module')
def imported(repo_root):
    command = [sys.executable, '-c', IMPORT_EVERYTHING]
    return subprocess.run(command, cwd=repo_root, capture_output=True, text=True, timeout=120)


def test_functional_modules_import_no_deep_learning_library(imported):
    assert imported.returncode == 0, imported.stderr


def test_every_functional_module_was_imported(imported, repo_root):
    files = (repo_root / 'plugins' / 'functional').glob('[!_]*.py')
    assert set(imported.stdout.split()) == {f'plugins.functional.{file.stem}' for file in files}
