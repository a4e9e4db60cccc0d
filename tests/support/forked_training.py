"""Trainings in processes of their own, of a network that takes no time."""

import multiprocessing
import os
import sys
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from pathlib import Path
from unittest.mock import patch

import torch
from mmengine.config import Config
from mmengine.runner import Runner
from mmocr.registry import MODELS
from torch import nn

import plugins.register  # noqa: F401
from plugins.engine import read_config

RECIPE = Path(__file__).resolve().parents[2] / 'configs/dbnet_mobilenetv3_small_640.py'
CONFIG = f"""
_base_ = '{RECIPE}'
model = dict(
    backbone=dict(_delete_=True, type='OneLayerALevel'),
    neck=dict(inner_channels=8, out_channels_per_level=4),
)
val_dataloader = dict(num_workers=0, persistent_workers=False, dataset=dict(input_size=64))
train_dataloader = dict(batch_size=2, **val_dataloader)
"""


@MODELS.register_module()
class OneLayerALevel(nn.Module):
    """A backbone that is quick to save, with buffers and with randomness of its own."""

    out_channels = (4, 4, 4, 4)

    def __init__(self) -> None:
        super().__init__()
        self.levels = nn.ModuleList(
            nn.Sequential(nn.Conv2d(inputs, 4, stride, stride), nn.BatchNorm2d(4), nn.Dropout(0.3))
            for inputs, stride in ((3, 4), (4, 2), (4, 2), (4, 2))
        )

    def forward(self, images: torch.Tensor) -> list[torch.Tensor]:
        maps = [images]
        for level in self.levels:
            maps.append(level(maps[-1]))
        return maps[1:]


def prepare(path: Path, text: str, log: Path, data_root: Path, options: dict) -> Config:
    """Write a config to ``path`` and read it in this process, whose output goes into ``log``."""
    handle = os.open(log, os.O_CREAT | os.O_APPEND | os.O_WRONLY)
    os.dup2(handle, 1)
    os.dup2(handle, 2)
    torch.set_num_threads(1)
    # Slow, and of no account here: the formatted config in every checkpoint, a report of versions.
    Config.pretty_text = property(lambda self: self.text)
    Runner._log_env = lambda *_: None
    os.environ['MMRECEIPT_DATA'] = str(data_root)
    path.write_text(text)
    config = read_config(path)
    config.merge_from_dict(options)
    return config


def start(target: Callable, *args: object) -> BaseProcess:
    """Start a process that imported the modules of a training already, which takes seconds."""
    context = multiprocessing.get_context('forkserver')
    context.set_forkserver_preload(['forked_training'])
    process = context.Process(target=target, args=args)
    # The server that forks knows no sys.path of ours.
    with patch.dict(os.environ, PYTHONPATH=os.pathsep.join(sys.path)):
        process.start()
    return process
