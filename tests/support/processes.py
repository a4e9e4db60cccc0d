"""One process of several that train together, and what it saw."""

import json
import os
import socket
import sys
from pathlib import Path

import numpy as np
import torch
from forked_training import CONFIG, prepare, start
from mmengine.fileio import LocalBackend
from mmengine.hooks import Hook
from mmengine.registry import HOOKS
from mmengine.structures import InstanceData
from mmocr.registry import MODELS
from tiny_receipts import WORDS, draw_page, entry, write_annotations

from plugins.engine import build_runner

TRAIN_PAGES = [f'{n}.png' for n in range(6)]
VAL_PAGES = [f'v{n}.png' for n in range(5)]
TEXT = f"""{CONFIG}
model['det_head'] = dict(postprocessor=dict(_delete_=True, type='AlwaysTwoWords'))
train_cfg = dict(max_epochs=2)
param_scheduler = dict(T_max=2)
custom_hooks = [dict(type='Witness')]
"""
seen = dict(pages=[], written=[], scores=[], validated=[])


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
    os.environ.update(environment)
    log = out.with_suffix('.log')
    config = prepare(out.with_suffix('.py'), TEXT, log, data_root, options)
    config.work_dir = str(work_dir)
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
    outs = [folder / f'process{n}.json' for n in range(len(environments))]
    processes = [
        start(train, folder / 'work', data_root, environment, options, out)
        for environment, out in zip(environments, outs, strict=True)
    ]
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
