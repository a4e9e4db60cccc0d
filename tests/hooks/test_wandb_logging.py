"""Weights & Biases may fail at any call; the training does not notice."""

import sys
from pathlib import Path
from unittest.mock import MagicMock

import pytest
import torch
from mmengine.config import Config

from plugins.hooks import wandb_logging
from plugins.hooks.wandb_logging import ForgivingWandbBackend

FAILURE = OSError('it did not work\nand said why at length')


@pytest.fixture
def wandb(monkeypatch) -> MagicMock:
    """Stand in for the package, which need not be there."""
    stub = MagicMock()
    monkeypatch.setitem(sys.modules, 'wandb', stub)
    return stub


@pytest.fixture
def warnings(monkeypatch) -> list[str]:
    said = []
    monkeypatch.setattr(wandb_logging, 'print_log', lambda text, **_: said.append(text))
    return said


def train(folder: Path) -> None:
    """Log what a training logs."""
    backend = ForgivingWandbBackend(str(folder / 'vis_data'))
    backend.add_config(Config(dict(a=1)))
    backend.add_graph(torch.nn.Identity(), [])
    for step in range(3):
        backend.add_scalars({'loss': 1.0}, step)
        backend.add_scalar('lr', 0.1, step)
    backend.add_image('page', torch.zeros(2, 2, 3).numpy())
    backend.close()


def test_without_a_failure_nothing_is_said(tmp_path, wandb, warnings) -> None:
    train(tmp_path)
    assert warnings == []
    # Six scalars and a picture.
    assert wandb.log.call_count == 7
    assert wandb.join.call_count == 1


@pytest.mark.parametrize('call', ['init', 'config.update', 'watch', 'log', 'Image', 'join'])
def test_the_first_failure_is_the_last_call(call, tmp_path, wandb, warnings) -> None:
    wandb.configure_mock(**{f'{call}.side_effect': FAILURE})
    train(tmp_path)
    (warning,) = warnings
    assert 'OSError: it did not work' in warning
    assert '\n' not in warning
    assert wandb.method_calls[-1][0] == call


def test_a_failure_in_the_middle(tmp_path, wandb, warnings) -> None:
    wandb.log.side_effect = [None, None, FAILURE]
    train(tmp_path)
    assert wandb.log.call_count == 3
    assert len(warnings) == 1


def test_a_package_that_is_missing(tmp_path, monkeypatch, warnings) -> None:
    monkeypatch.setitem(sys.modules, 'wandb', None)
    train(tmp_path)
    assert len(warnings) == 1
    assert 'pip install wandb' in warnings[0]


def test_a_folder_that_cannot_be_written(tmp_path, monkeypatch, wandb, warnings) -> None:
    (tmp_path / 'vis_data').write_text('a file is in its place')
    # mmengine makes the folder where nothing is; wandb is the one to find the file.
    monkeypatch.setattr('os.path.exists', lambda path: False)
    train(tmp_path)
    assert 'FileExistsError' in warnings[0]


@pytest.mark.parametrize(
    ('init_kwargs', 'name'),
    [
        pytest.param(None, 'resnet50_fold1', id='after the work folder'),
        pytest.param({'name': 'mine'}, 'mine', id='as the config says'),
    ],
)
def test_what_a_run_is_called(init_kwargs, name, tmp_path, wandb) -> None:
    folder = tmp_path / 'resnet50_fold1/20260102_030405/vis_data'
    folder.mkdir(parents=True)
    ForgivingWandbBackend(str(folder), init_kwargs).add_scalar('lr', 0.1)
    wandb.init.assert_called_once_with(project='mmreceipt', name=name, dir=str(folder))
