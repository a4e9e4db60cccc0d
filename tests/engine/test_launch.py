"""From a command line to a Runner: the parts that no tool shows from outside."""

import argparse
import os
from pathlib import Path

import pytest
import torch
from mmengine.config import Config

from plugins.engine import checkpoint_loading, launch, test_run
from plugins.functional.errors import UserError

CONFIG = Path(__file__).resolve().parents[2] / 'configs/dbnet_mobilenetv3_small_640.py'


@pytest.fixture
def parse(monkeypatch, tmp_path):
    """Return a function that loads the config that a command line names."""
    for variable in ('MMRECEIPT_DATA', 'LOCAL_RANK', 'RANK'):
        monkeypatch.setenv(variable, 'restored afterwards')
        monkeypatch.delenv(variable)

    def load(*args: str) -> Config:
        parser = argparse.ArgumentParser()
        launch.add_arguments(parser)
        return launch.load_config(parser.parse_args([str(CONFIG), *args]))

    return load


def test_the_work_folder_is_named_after_the_config(parse) -> None:
    assert parse().work_dir == str(Path('work_dirs') / CONFIG.stem)
    assert parse('--work-dir', 'here').work_dir == 'here'
    assert parse('--cfg-options', 'work_dir=there').work_dir == 'there'


def test_the_data_folder_reaches_every_part(parse, tmp_path) -> None:
    config = parse('--data-root', str(tmp_path))
    parts = (config.train_dataloader, config.val_dataloader, config.test_dataloader)
    assert {part.dataset.data_root for part in parts} == {str(tmp_path)}


def test_the_seed_and_options_are_taken(parse) -> None:
    config = parse('--seed', '7', '--cfg-options', 'train_dataloader.batch_size=3')
    assert config.randomness.seed == 7
    assert config.train_dataloader.batch_size == 3


def test_a_launcher_without_its_environment(parse) -> None:
    with pytest.raises(UserError, match='--launcher pytorch: RANK is not set'):
        parse('--launcher', 'pytorch')


@pytest.mark.parametrize('option', ['data_root=x', 'max_epochs=3', 'train_pipeline=x'])
def test_options_without_effect_are_refused(parse, option) -> None:
    with pytest.raises(UserError, match='nothing reads'):
        parse('--cfg-options', option)


def test_testing_takes_one_evaluator_or_several(parse, tmp_path) -> None:
    config = parse()
    config.test_evaluator = dict(type='LeaderboardDumper', out_dir='x')
    test_run.set_test(config, 'val', str(tmp_path), force=True)
    assert config.test_evaluator[0] == dict(
        type='LeaderboardDumper', out_dir=str(tmp_path), force=True
    )
    assert config.test_dataloader == config.val_dataloader


def test_the_scores_are_named_after_the_split(parse) -> None:
    config = parse()
    config.test_evaluator.reverse()
    test_run.set_test(config, 'val', None, force=False)
    prefixes = {e.type: e.get('prefix') for e in config.test_evaluator}
    assert prefixes == {'CLEvalMetric': 'val', 'LeaderboardDumper': None}


@pytest.mark.parametrize(
    ('key', 'value', 'message'),
    [
        ('test_evaluator', [dict(type='CLEvalMetric')], 'LeaderboardDumper'),
        ('test_evaluator', None, 'has no test_evaluator'),
        ('val_dataloader', None, 'has no val_dataloader'),
    ],
)
def test_a_config_that_cannot_be_tested(parse, key, value, message) -> None:
    config = parse()
    config[key] = value
    with pytest.raises(UserError, match=message):
        test_run.set_test(config, 'val', None, force=False)


def test_amp_keeps_what_the_wrapper_says(parse, monkeypatch) -> None:
    monkeypatch.setattr(torch.cuda, 'is_available', lambda: True)
    config = parse()
    launch.set_amp(config)
    assert config.optim_wrapper.type == 'AmpOptimWrapper'
    assert config.optim_wrapper.loss_scale == 'dynamic'
    assert config.optim_wrapper.clip_grad.max_norm == 1.0
    config.optim_wrapper.type = 'ApexOptimWrapper'
    with pytest.raises(UserError, match="'ApexOptimWrapper'"):
        launch.set_amp(config)


def test_wandb_comes_beside_the_local_log(parse, monkeypatch) -> None:
    monkeypatch.setenv('WANDB_MODE', 'online')
    config = parse()
    launch.add_wandb(config)
    kinds = [backend['type'] for backend in config.visualizer.vis_backends]
    assert kinds == ['LocalVisBackend', 'ForgivingWandbBackend']
    # The user's own wish stands.
    assert os.environ['WANDB_MODE'] == 'online'


def test_weights_go_into_a_distributed_model_as_well(tmp_path) -> None:
    donor, bare = torch.nn.Linear(2, 3), torch.nn.Linear(2, 3)
    torch.save({'state_dict': donor.state_dict()}, tmp_path / 'x.pth')
    # mmengine counts it among the wrappers, and it needs no process group.
    checkpoint_loading.load_weights(torch.nn.DataParallel(bare), tmp_path / 'x.pth')
    assert torch.equal(bare.weight, donor.weight)


def test_a_weight_of_another_shape_is_named(tmp_path) -> None:
    torch.save(torch.nn.Linear(2, 3).state_dict(), tmp_path / 'x.pth')
    with pytest.raises(UserError, match=r"2 weights do not fit the 2 of the model, first 'bias'"):
        checkpoint_loading.load_weights(torch.nn.Linear(2, 4), tmp_path / 'x.pth')


def test_weights_may_come_from_a_similar_model(tmp_path) -> None:
    torch.save(torch.nn.Linear(2, 3, bias=False).state_dict(), tmp_path / 'x.pth')
    checkpoint_loading.check_initial(torch.nn.Linear(2, 3), tmp_path / 'x.pth')
    checkpoint_loading.check_initial(torch.nn.Linear(2, 3), 'https://example.org/x.pth')
    with pytest.raises(UserError, match='none of its 1 weights fits'):
        checkpoint_loading.check_initial(torch.nn.Linear(9, 3), tmp_path / 'x.pth')
