"""The order of the rooms of ``plugins/functional``, and a test for each module of ``plugins``."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

FUNCTIONAL = Path(__file__).resolve().parents[1] / 'plugins' / 'functional'

# The order in which data walks.
ROOMS = (
    *('errors', 'files', 'geometry', 'images', 'annotations', 'label_formats', 'augment'),
    *('network_input', 'targets', 'maps', 'decoding', 'cleval', 'submission', 'tuning', 'voting'),
    *('submission_check', 'drawing', 'review', 'training'),
)
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
def imported():
    command = [sys.executable, '-c', IMPORT_EVERYTHING]
    root = FUNCTIONAL.parents[1]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=120)


def test_functional_modules_import_no_deep_learning_library(imported):
    assert imported.returncode == 0, imported.stderr


def test_every_functional_module_was_imported(imported):
    files = (file.relative_to(FUNCTIONAL) for file in FUNCTIONAL.rglob('*.py'))
    names = {'.'.join(file.with_suffix('').parts).removesuffix('.__init__') for file in files}
    assert {f'plugins.functional.{name}' for name in names - {'__init__'}} == set(
        imported.stdout.split()
    )


def room_of(file: Path) -> str:
    return file.relative_to(FUNCTIONAL).parts[0].removesuffix('.py')


def imported_rooms(file: Path) -> set[str]:
    """Return the rooms that a file of the functional layer imports, in whatever way."""
    package = ('plugins', 'functional', *file.relative_to(FUNCTIONAL).parts[:-1])
    names = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = '.'.join((*base, *([node.module] if node.module else [])))
            names |= {f'{module}.{alias.name}' for alias in node.names}
    inside = [name.split('.') for name in names if name.startswith('plugins.')]
    assert all(parts[1] == 'functional' for parts in inside), f'{file} imports an adapter'
    return {parts[2] for parts in inside} - {room_of(file)}


def test_the_list_names_every_room():
    there = {room_of(file) for file in FUNCTIONAL.rglob('*.py')} - {'__init__'}
    assert there == set(ROOMS)


@pytest.mark.parametrize('room', ROOMS)
def test_a_room_imports_only_rooms_before_it(room):
    files = [file for file in FUNCTIONAL.rglob('*.py') if room_of(file) == room]
    before = set(ROOMS[: ROOMS.index(room)])
    later = {str(file): imported_rooms(file) - before for file in files}
    assert not {file: rooms for file, rooms in later.items() if rooms}


def test_every_module_has_a_test_of_its_name():
    plugins, tests = FUNCTIONAL.parent, FUNCTIONAL.parents[1] / 'tests'
    modules = [file.relative_to(plugins) for file in plugins.rglob('*.py')]
    lacking = [
        str(module)
        for module in modules
        if module.name != '__init__.py'
        and not (tests / module.parent / f'test_{module.name}').is_file()
    ]
    assert not lacking
