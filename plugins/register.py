"""Import every adapter, so that configs can name it.

A config says ``custom_imports = dict(imports=['plugins.register'], allow_failed_imports=False)``.
"""

# ruff: noqa: F401
from . import engine
from .datasets import (
    batch_sampler,
    equal_pages,
    geometric_transforms,
    loading,
    packing,
    photometric_transforms,
    receipt_dataset,
    target_transform,
    tta_views,
)
from .ensembles import kfold_voting, map_averaging
from .evaluation import cleval_metric, map_dumping, submission_dumping
from .hooks import (
    checkpoint_saving,
    early_stopping,
    epoch_lines,
    epoch_seed,
    nonfinite_loss,
    progressive_resolution,
    wandb_logging,
    weight_averaging,
)
from .models import (
    db_logit_head,
    db_logit_loss,
    dbnet,
    losses,
    mixup_cutmix,
    onnx_backbone,
    onnx_db_head,
    postprocessor,
    timm_backbone,
    tta_averaging,
    unet_neck,
)
