"""Reads configs as tools do."""

import argparse
from pathlib import Path

import pytest
from mmengine.config import Config

from plugins.cli import add_train_options
from plugins.engine import load_config

CONFIG = Path(__file__).resolve().parents[2] / 'configs/dbnet_mobilenetv3_small_640.py'


@pytest.fixture
def parse(monkeypatch: pytest.MonkeyPatch):
    """Return a function that loads the config that a command line names, or else a small one."""
    for variable in ('MMRECEIPT_DATA', 'LOCAL_RANK', 'RANK', 'WANDB_MODE'):
        monkeypatch.setenv(variable, 'restored afterwards')
        monkeypatch.delenv(variable)

    def load(*args: object, config: Path = CONFIG) -> Config:
        parser = argparse.ArgumentParser()
        add_train_options(parser)
        return load_config(parser.parse_args([str(config), *map(str, args)]))

    return load
