"""Weights & Biases may fail at any call; the training does not notice."""

import sys
from types import SimpleNamespace

import pytest
import torch
from mmengine.config import Config

from plugins.hooks import wandb_logging
from plugins.hooks.wandb_logging import ForgivingWandbBackend


class Stub(SimpleNamespace):
    """As much of wandb as mmengine uses; ``fails`` raises from its ``after``-th call on."""

    def __init__(self, fails: str, after: int = 1) -> None:
        self.calls, self.options = [], {}
        for name in ('init', 'log', 'watch', 'join', 'Image'):
            setattr(self, name, self._method(name, after if name == fails else None))
        self.config = SimpleNamespace(update=self._method('config', 1 if fails == 'config' else 9))
        self.run = SimpleNamespace(log_code=self._method('log_code', 9))

    def _method(self, name: str, fails_at: int | None):
        def method(*args, **kwargs):
            self.calls.append(name)
            self.options[name] = kwargs
            if fails_at is not None and self.calls.count(name) >= fails_at:
                raise OSError(f'{name} did not work\nand said why at length')

        return method


@pytest.fixture
def warnings(monkeypatch) -> list[str]:
    said = []
    monkeypatch.setattr(wandb_logging, 'print_log', lambda text, **_: said.append(text))
    return said


def train(tmp_path) -> None:
    """Log what a training logs."""
    backend = ForgivingWandbBackend(str(tmp_path / 'vis_data'))
    backend.add_config(Config(dict(a=1)))
    backend.add_graph(torch.nn.Identity(), [])
    for step in range(3):
        backend.add_scalars({'loss': 1.0}, step)
        backend.add_scalar('lr', 0.1, step)
    backend.add_image('page', torch.zeros(2, 2, 3).numpy())
    backend.close()


def test_without_a_failure_nothing_is_said(tmp_path, monkeypatch, warnings) -> None:
    stub = Stub(fails='nothing')
    monkeypatch.setitem(sys.modules, 'wandb', stub)
    train(tmp_path)
    assert warnings == []
    # Six scalars and a picture.
    assert stub.calls.count('log') == 7
    assert stub.calls[-1] == 'join'


@pytest.mark.parametrize('fails', ['init', 'config', 'watch', 'log', 'Image', 'join'])
def test_the_first_failure_is_the_last_call(fails, tmp_path, monkeypatch, warnings) -> None:
    stub = Stub(fails)
    monkeypatch.setitem(sys.modules, 'wandb', stub)
    train(tmp_path)
    (warning,) = warnings
    assert f'OSError: {fails} did not work' in warning
    assert '\n' not in warning
    assert stub.calls[-1] == fails


@pytest.mark.parametrize(
    ('init_kwargs', 'project', 'name'),
    [
        pytest.param(None, 'mmreceipt', 'resnet50_fold1', id='after the work folder'),
        pytest.param({'name': 'mine'}, 'mmreceipt', 'mine', id='as the config says'),
    ],
)
def test_what_a_run_is_called(init_kwargs, project, name, tmp_path, monkeypatch) -> None:
    stub = Stub(fails='nothing')
    monkeypatch.setitem(sys.modules, 'wandb', stub)
    folder = tmp_path / 'resnet50_fold1/20260102_030405/vis_data'
    folder.mkdir(parents=True)
    ForgivingWandbBackend(str(folder), init_kwargs).add_scalar('lr', 0.1)
    said = stub.options['init']
    assert (said['project'], said['name'], said['dir']) == (project, name, str(folder))


def test_a_failure_in_the_middle(tmp_path, monkeypatch, warnings) -> None:
    stub = Stub('log', after=3)
    monkeypatch.setitem(sys.modules, 'wandb', stub)
    train(tmp_path)
    assert stub.calls.count('log') == 3
    assert len(warnings) == 1


def test_a_package_that_is_missing(tmp_path, monkeypatch, warnings) -> None:
    monkeypatch.setitem(sys.modules, 'wandb', None)
    train(tmp_path)
    assert len(warnings) == 1
    assert 'pip install wandb' in warnings[0]


def test_a_folder_that_cannot_be_written(tmp_path, monkeypatch, warnings) -> None:
    monkeypatch.setitem(sys.modules, 'wandb', Stub('nothing'))
    (tmp_path / 'vis_data').write_text('a file is in its place')
    # mmengine makes the folder where nothing is; wandb is the one to find the file.
    monkeypatch.setattr('os.path.exists', lambda path: False)
    train(tmp_path)
    assert 'FileExistsError' in warnings[0]
