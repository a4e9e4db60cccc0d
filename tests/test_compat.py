"""The two import shims, where they are needed and where they are not."""

import importlib
import importlib.util
import os
import subprocess
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

import pytest

from plugins import compat

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def no_ext(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make it look as if nothing had put mmcv._ext anywhere yet."""
    monkeypatch.setitem(sys.modules, 'mmcv._ext', ModuleType('mmcv._ext'))
    monkeypatch.delitem(sys.modules, 'mmcv._ext')


def pretend(monkeypatch: pytest.MonkeyPatch, spec: ModuleSpec | None) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util,
        'find_spec',
        lambda name, *args: spec if name == 'mmcv._ext' else real(name, *args),
    )


def test_the_stub_is_put_in_place_of_a_missing_extension(no_ext, monkeypatch) -> None:
    pretend(monkeypatch, None)
    assert compat.stub_mmcv_ops() is True
    stub = sys.modules['mmcv._ext']
    assert isinstance(stub.__spec__, ModuleSpec)
    assert stub.__spec__.name == 'mmcv._ext'
    with pytest.raises(NotImplementedError, match=r"'nms_rotated'.*full mmcv"):
        stub.nms_rotated(1, iou=2)
    # Python and debuggers ask modules for such names, which must not seem to be there.
    assert not hasattr(stub, '__path__')


def test_the_stub_is_put_in_place_once(no_ext, monkeypatch) -> None:
    pretend(monkeypatch, None)
    assert compat.stub_mmcv_ops() is True
    stub = sys.modules['mmcv._ext']
    assert compat.stub_mmcv_ops() is False
    assert sys.modules['mmcv._ext'] is stub


def test_an_installed_extension_is_left_alone(no_ext, monkeypatch) -> None:
    pretend(monkeypatch, ModuleSpec('mmcv._ext', None, origin='_ext.so'))
    assert compat.stub_mmcv_ops() is False
    assert 'mmcv._ext' not in sys.modules


def test_a_loaded_extension_is_left_alone(monkeypatch) -> None:
    compiled = ModuleType('mmcv._ext')
    monkeypatch.setitem(sys.modules, 'mmcv._ext', compiled)
    assert compat.stub_mmcv_ops() is False
    assert sys.modules['mmcv._ext'] is compiled


@pytest.fixture
def torchvision(monkeypatch: pytest.MonkeyPatch):
    """Replace the import of torchvision by a list of outcomes, and count the libraries made."""
    import torch

    made: list[str] = []
    outcomes: list[Exception | None] = []

    class Library:
        def __init__(self, *args: str) -> None:
            assert args == ('torchvision', 'DEF')

        def define(self, schema: str) -> None:
            made.append(schema)

    def load(name: str) -> ModuleType:
        assert name == 'torchvision'
        outcome = outcomes.pop(0)
        if outcome is not None:
            raise outcome
        return ModuleType(name)

    monkeypatch.setattr(torch.library, 'Library', Library)
    monkeypatch.setattr(importlib, 'import_module', load)
    # What a failed import leaves behind is thrown away; the real one is to come back.
    for name in [name for name in sys.modules if name.partition('.')[0] == 'torchvision']:
        monkeypatch.setitem(sys.modules, name, sys.modules[name])
    monkeypatch.setattr(compat, '_keep_alive', [])
    return outcomes, made


MISMATCH = RuntimeError('operator torchvision::nms does not exist')


def test_a_matching_torchvision_is_left_alone(torchvision) -> None:
    outcomes, made = torchvision
    outcomes[:] = [None]
    assert compat.define_torchvision_ops() is False
    assert made == []


def test_a_torchvision_beside_another_torch_gets_its_schemas(torchvision, monkeypatch) -> None:
    outcomes, made = torchvision
    outcomes[:] = [MISMATCH, None]
    monkeypatch.setitem(sys.modules, 'torchvision.half_imported', ModuleType('half'))
    assert compat.define_torchvision_ops() is True
    assert [schema.partition('(')[0] for schema in made] == ['nms', 'qnms']
    assert len(compat._keep_alive) == 1
    assert 'torchvision.half_imported' not in sys.modules


def test_another_failure_of_torchvision_is_not_hidden(torchvision) -> None:
    outcomes, _ = torchvision
    outcomes[:] = [RuntimeError('out of luck')]
    with pytest.raises(RuntimeError, match='out of luck'):
        compat.define_torchvision_ops()


def test_all_of_mmocr_imports_in_a_fresh_process() -> None:
    code = """
import pkgutil, sys
from plugins import compat
compat.install()
compat.install()
import mmocr
failed = []
for module in pkgutil.walk_packages(mmocr.__path__, 'mmocr.', onerror=failed.append):
    try:
        __import__(module.name)
    except Exception as error:
        failed.append(f'{module.name}: {error}')
print(sum(name.startswith('mmocr.') for name in sys.modules), failed)
sys.exit(bool(failed))
"""
    done = subprocess.run(
        [sys.executable, '-c', code], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert int(done.stdout.split()[-2]) > 200


def test_mmengine_can_ask_for_the_extension() -> None:
    compat.install()
    from mmengine.utils.dl_utils import misc

    # With a stub whose __spec__ is None this raises, and no Runner can be built.
    assert misc.mmcv_full_available() in (True, False)


@pytest.mark.parametrize(
    ('variables', 'expected'),
    [
        pytest.param({}, '10000', id='by default'),
        pytest.param({'GOMP_SPINCOUNT': '7'}, '7', id='a count of the user'),
        pytest.param({'OMP_WAIT_POLICY': 'ACTIVE'}, None, id='a policy of the user'),
    ],
)
def test_waiting_threads_spin_shortly(variables, expected, monkeypatch) -> None:
    for name in ('GOMP_SPINCOUNT', 'OMP_WAIT_POLICY'):
        # Set first, so that it is gone again after the test.
        monkeypatch.setenv(name, '')
        monkeypatch.delenv(name)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    compat.shorten_spinning()
    assert os.environ.get('GOMP_SPINCOUNT') == expected
