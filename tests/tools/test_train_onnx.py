"""A detector from an ONNX file: trained, gone on with, and used where the file is gone."""

import json
from pathlib import Path

import pytest
import torch
from tiny_training import TINY, run_fresh
from tool_runner import assert_one_line_error

from plugins.models import onnx_detector

CONFIG = Path(__file__).resolve().parents[2] / 'configs/dbnet_ppocrv6_small.py'
# Averaged weights are copies of the model and of its layers.
RECIPE = f"""
_base_ = '{CONFIG}'
custom_hooks = [dict(type='EMAHook', ema_type='ExponentialMovingAverage', momentum=0.1)]
"""
SMALL = [option for option in TINY if 'dataloader' in option]


@pytest.fixture(scope='module')
def config(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp('recipe') / 'averaged.py'
    path.write_text(RECIPE)
    return path


def train(monkeypatch, config, data_root: Path, work_dir: Path, epochs: int, *args: str) -> int:
    length = [f'{key}={epochs}' for key in ('train_cfg.max_epochs', 'param_scheduler.T_max')]
    places = ('--data-root', data_root, '--work-dir', work_dir)
    return run_fresh(
        monkeypatch, 'train.py', config, *places, *args, '--cfg-options', *SMALL, *length
    )


@pytest.fixture(scope='module')
def checkpoint(tmp_path_factory, config, data_root: Path) -> Path:
    work_dir = tmp_path_factory.mktemp('trained')
    with pytest.MonkeyPatch.context() as monkeypatch:
        assert train(monkeypatch, config, data_root, work_dir, 1) == 0
    return work_dir / 'epoch_1.pth'


@pytest.fixture
def forget(monkeypatch):
    """Return a function after which no ONNX file can be found."""

    def nowhere(name: str):
        raise AssertionError(f'{name} was looked for')

    return lambda: monkeypatch.setattr(onnx_detector, 'find_onnx_file', nowhere)


def test_a_checkpoint_is_tested_and_predicts_without_the_file(
    monkeypatch, config, checkpoint, data_root, tmp_path, forget
) -> None:
    places = ('--data-root', data_root, '--out', tmp_path / 'tested')
    maps = ('--dump-maps', tmp_path / 'maps', '--tta', '--cfg-options', *SMALL)
    forget()
    assert run_fresh(monkeypatch, 'test.py', config, checkpoint, *places, *maps) == 0
    assert json.loads((tmp_path / 'tested/predictions.json').read_text())
    assert (tmp_path / 'maps').is_dir()
    pictures = data_root / 'images/test'
    options = ('--checkpoint', checkpoint, '--out', tmp_path / 'predicted', '--device', 'cpu')
    assert run_fresh(monkeypatch, 'predict.py', pictures, *options) == 0
    assert (tmp_path / 'predicted/submission.csv').is_file()


def test_a_recipe_alone_is_what_it_starts_from(monkeypatch, data_root, tmp_path) -> None:
    places = ('--data-root', data_root, '--work-dir', tmp_path / 'work', '--out', tmp_path)
    maps = ('--dump-maps', tmp_path / 'maps', '--cfg-options', *SMALL)
    assert run_fresh(monkeypatch, 'test.py', CONFIG, *places, *maps) == 0
    source = json.loads((tmp_path / 'maps/maps.json').read_text())['source']
    assert source['checkpoint'] == 'PP-OCRv6_det_small.onnx'
    pictures, options = data_root / 'images/test', ('--input-size', 96, '--device', 'cpu')
    predicted = tmp_path / 'predicted'
    assert run_fresh(monkeypatch, 'predict.py', pictures, '--out', predicted, *options) == 0
    found, expected = (
        json.loads((folder / 'predictions.json').read_text())['images']
        for folder in (tmp_path, predicted)
    )
    assert found and all(found[name] == expected[name] for name in found if name in expected)


def test_a_recipe_that_starts_from_no_detector_is_refused(monkeypatch, data_root, capsys) -> None:
    scratch = CONFIG.with_name('dbnet_mobilenetv3_small_640.py')
    status = run_fresh(monkeypatch, 'test.py', scratch, '--data-root', data_root)
    assert_one_line_error(status, capsys.readouterr().err, scratch.name, 'name a checkpoint')


def test_a_training_goes_on_with_the_layers_it_has(
    monkeypatch, config, checkpoint, data_root, tmp_path, forget
) -> None:
    options = ('--resume', str(checkpoint))
    forget()
    assert train(monkeypatch, config, data_root, tmp_path, 2, *options) == 0
    before, after = (
        torch.load(path, weights_only=False) for path in (checkpoint, tmp_path / 'epoch_2.pth')
    )
    assert before['state_dict'].keys() == after['state_dict'].keys()
    assert after['ema_state_dict'].keys() >= {f'module.{name}' for name in after['state_dict']}
    moved = [
        name
        for name, weight in before['state_dict'].items()
        if not torch.equal(weight, after['state_dict'][name])
    ]
    # The layers stay, and all weights have learnt.
    assert set(before['state_dict']) - set(moved) == {'backbone._extra_state'}
