"""What --amp and --wandb make of a config."""

import os

import pytest
import torch

from plugins.engine import set_amp
from plugins.engine.training_config import add_wandb
from plugins.functional.errors import UserError


def test_amp_keeps_what_the_wrapper_says(parse, monkeypatch) -> None:
    monkeypatch.setattr(torch.cuda, 'is_available', lambda: True)
    config = parse()
    set_amp(config)
    assert config.optim_wrapper.type == 'AmpOptimWrapper'
    assert config.optim_wrapper.loss_scale == 'dynamic'
    assert config.optim_wrapper.clip_grad.max_norm == 1.0
    config.optim_wrapper.type = 'ApexOptimWrapper'
    with pytest.raises(UserError, match="'ApexOptimWrapper'"):
        set_amp(config)


def test_wandb_comes_beside_the_local_log(parse, monkeypatch) -> None:
    monkeypatch.setenv('WANDB_MODE', 'online')
    config = parse()
    add_wandb(config)
    kinds = [backend['type'] for backend in config.visualizer.vis_backends]
    assert kinds == ['LocalVisBackend', 'ForgivingWandbBackend']
    # The user's own wish stands.
    assert os.environ['WANDB_MODE'] == 'online'
