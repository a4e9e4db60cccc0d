"""Import every adapter, so that configs can name it.

A config says ``custom_imports = dict(imports=['plugins.register'], allow_failed_imports=False)``.
"""

# ruff: noqa: F401
from . import engine
from .datasets import (
    batch_sampler,
    photometric_transforms,
    receipt_dataset,
    transforms,
    tta_views,
)
from .ensembles import kfold_voting, map_averaging
from .evaluation import cleval_metric, leaderboard_dumper, map_dumping
from .hooks import (
    checkpoint_saving,
    early_stopping,
    epoch_seed,
    nonfinite_loss,
    progressive_resolution,
    wandb_backend,
)
from .models import (
    db_logit_head,
    dbnet,
    losses,
    mixup_cutmix,
    postprocessor,
    timm_backbone,
    tta,
    unet_neck,
)
