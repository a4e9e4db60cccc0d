"""Import every adapter, so that configs can name it.

A config says ``custom_imports = dict(imports=['plugins.register'], allow_failed_imports=False)``.
"""

# ruff: noqa: E402
from . import compat

compat.install()

from . import wandb_backend
from .datasets import batch_sampler, photometric, receipt_dataset, transforms, views
from .ensembles import kfold_voting, map_averaging
from .evaluation import cleval_metric, leaderboard_dumper, map_test_loop
from .hooks import checkpoint, early_stopping, epoch_seed, nonfinite_loss, progressive_resolution
from .models import (
    batch_mixing,
    db_logit_head,
    detector,
    losses,
    postprocessor,
    timm_backbone,
    tta,
    unet_neck,
)

__all__ = [
    'batch_mixing',
    'batch_sampler',
    'checkpoint',
    'cleval_metric',
    'db_logit_head',
    'detector',
    'early_stopping',
    'epoch_seed',
    'kfold_voting',
    'leaderboard_dumper',
    'losses',
    'map_averaging',
    'map_test_loop',
    'nonfinite_loss',
    'photometric',
    'postprocessor',
    'progressive_resolution',
    'receipt_dataset',
    'timm_backbone',
    'transforms',
    'tta',
    'unet_neck',
    'views',
    'wandb_backend',
]
