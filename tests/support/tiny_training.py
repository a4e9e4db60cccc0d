"""A training that takes seconds, and a process that forgets the one before."""

from pathlib import Path

import pytest
from mmengine.logging import MessageHub, MMLogger
from mmengine.registry import DefaultScope
from mmengine.visualization import Visualizer
from mmocr.visualization import TextDetLocalVisualizer
from tool_runner import run_tool

CONFIG = Path(__file__).resolve().parents[2] / 'configs/dbnet_mobilenetv3_small_640.py'
TINY = [
    'model.backbone.model_name=mobilenetv3_small_050',
    'model.neck.inner_channels=8',
    'model.neck.out_channels_per_level=4',
    'train_cfg.max_epochs=1',
    'param_scheduler.T_max=1',
    'train_dataloader.batch_size=2',
    *(
        f'{part}_dataloader.{key}'
        for part in ('train', 'val', 'test')
        for key in ('num_workers=0', 'persistent_workers=False', 'dataset.input_size=96')
    ),
]
_SINGLETONS = (MessageHub, MMLogger, DefaultScope, Visualizer, TextDetLocalVisualizer)


def forget_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the loggers and writers of an earlier run behind."""
    for kind in _SINGLETONS:
        monkeypatch.setattr(kind, '_instance_dict', type(kind._instance_dict)())


def run_fresh(monkeypatch: pytest.MonkeyPatch, tool: str, *args: object) -> int:
    """Run a tool in this process as a process of its own would."""
    forget_runs(monkeypatch)
    monkeypatch.setenv('HF_HUB_OFFLINE', '1')
    return run_tool(monkeypatch, tool, *args)
