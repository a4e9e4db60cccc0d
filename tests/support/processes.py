"""One process of several that train together, and what it saw."""

import json
import multiprocessing
import os
import socket
import sys
from pathlib import Path
from unittest.mock import patch

import numpy as np
import torch
from mmengine.config import Config
from mmengine.fileio import LocalBackend
from mmengine.hooks import Hook
from mmengine.registry import HOOKS
from mmengine.runner import Runner
from mmengine.structures import InstanceData
from mmocr.registry import MODELS
from tiny_receipts import WORDS, draw_page, entry, write_annotations
from torch import nn

import plugins.register  # noqa: F401
from plugins.engine import build_runner, read_config

RECIPE = Path(__file__).resolve().parents[2] / 'configs/dbnet_mobilenetv3_small_640.py'
TRAIN_PAGES = [f'{n}.png' for n in range(6)]
VAL_PAGES = [f'v{n}.png' for n in range(5)]
CONFIG = f"""
_base_ = '{RECIPE}'
custom_imports = dict(imports=['plugins.register', 'processes'])
model = dict(
    backbone=dict(_delete_=True, type='OneLayerALevel'),
    neck=dict(inner_channels=8, out_channels_per_level=4),
    det_head=dict(postprocessor=dict(_delete_=True, type='AlwaysTwoWords')),
)
train_cfg = dict(max_epochs=2)
param_scheduler = dict(T_max=2)
train_dataloader = dict(
    batch_size=2, num_workers=0, persistent_workers=False, dataset=dict(input_size=64)
)
val_dataloader = dict(num_workers=0, persistent_workers=False, dataset=dict(input_size=64))
custom_hooks = [dict(type='Witness')]
"""
seen = dict(pages=[], written=[], scores=[], validated=[])


@MODELS.register_module()
class OneLayerALevel(nn.Module):
    """A backbone that takes no time."""

    out_channels = (4, 4, 4, 4)

    def __init__(self) -> None:
        super().__init__()
        self.levels = nn.ModuleList(
            nn.Sequential(nn.Conv2d(inputs, 4, stride, stride), nn.BatchNorm2d(4))
            for inputs, stride in ((3, 4), (4, 2), (4, 2), (4, 2))
        )

    def forward(self, images: torch.Tensor) -> list[torch.Tensor]:
        maps = [images]
        for level in self.levels:
            maps.append(level(maps[-1]))
        return maps[1:]


@MODELS.register_module()
class AlwaysTwoWords:
    """Find the same on every page, whatever the network says: pages then differ in their score."""

    def __call__(self, prob_maps: torch.Tensor, data_samples: list) -> list:
        for sample in data_samples:
            words = [np.array(word, float).ravel() for word in WORDS[:2]]
            sample.pred_instances = InstanceData(polygons=words, scores=torch.ones(2))
        return data_samples


@HOOKS.register_module()
class Witness(Hook):
    """Note the pages of every training batch, the weights and the scores of every validation."""

    def before_train_iter(self, runner, batch_idx, data_batch=None) -> None:
        names = [Path(sample.img_path).name for sample in data_batch['data_samples']]
        seen['pages'].append([runner.epoch, names])

    def before_val_iter(self, runner, batch_idx, data_batch=None) -> None:
        if batch_idx == 0:
            state = getattr(runner.model, 'module', runner.model).state_dict()
            seen['validated'].append({name: each.tolist() for name, each in state.items()})

    def after_val_epoch(self, runner, metrics=None) -> None:
        seen['scores'].append(metrics)


def make_data(root: Path) -> None:
    """Draw pages that differ in their number of words; an odd number of them to validate."""
    for n, name in enumerate(TRAIN_PAGES + VAL_PAGES):
        draw_page(root / 'images/train' / name, WORDS[: n % 3 + 1])
    parts = {'train': TRAIN_PAGES, 'val': VAL_PAGES}
    for part, names in parts.items():
        pages = {name: entry(WORDS[: n % 3 + 1]) for n, name in enumerate(names)}
        write_annotations(root / f'folds/fold0_{part}.json', pages)


def train(work_dir: Path, data_root: Path, environment: dict, options: dict, out: Path) -> None:
    """Train as the process that ``environment`` describes; write what it saw to ``out``."""
    log = os.open(out.with_suffix('.log'), os.O_CREAT | os.O_WRONLY)
    os.dup2(log, 1)
    os.dup2(log, 2)
    torch.set_num_threads(1)
    Config.pretty_text = property(lambda self: self.text)
    Runner._log_env = lambda *_: None
    os.environ.update(environment, MMRECEIPT_DATA=str(data_root))
    config_path = out.with_suffix('.py')
    config_path.write_text(CONFIG)
    config = read_config(config_path)
    config.work_dir = str(work_dir)
    config.merge_from_dict(options)
    put = LocalBackend.put

    def noting(backend: LocalBackend, content: bytes, path: str) -> None:
        seen['written'].append(path)
        put(backend, content, path)

    LocalBackend.put = noting
    runner = build_runner(config, train=True)
    runner.train()
    out.write_text(json.dumps(seen))
    sys.exit(0)


def train_together(
    folder: Path, data_root: Path, environments: list[dict], options: dict
) -> list[dict]:
    """Train in one process for each environment; return what each of them saw."""
    context = multiprocessing.get_context('forkserver')
    context.set_forkserver_preload(['processes'])
    outs = [folder / f'process{n}.json' for n in range(len(environments))]
    processes = [
        context.Process(target=train, args=(folder / 'work', data_root, env, options, out))
        for env, out in zip(environments, outs, strict=True)
    ]
    with patch.dict(os.environ, PYTHONPATH=os.pathsep.join(sys.path)):
        for process in processes:
            process.start()
    for process, out in zip(processes, outs, strict=True):
        process.join(timeout=240)
        if process.exitcode != 0:
            process.kill()
            raise AssertionError(out.with_suffix('.log').read_text()[-3000:])
    return [json.loads(out.read_text()) for out in outs]


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return str(probe.getsockname()[1])
