"""Detections as MMOCR has them, and back."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from mmengine.structures import InstanceData

from ..functional.geometry import Detection


def as_instances(found: Sequence[Detection]) -> InstanceData:
    """Return detections as MMOCR has them: ``polygons`` (flat arrays) and ``scores``."""
    return InstanceData(
        polygons=[detection.polygon.ravel() for detection in found],
        scores=torch.tensor([detection.score for detection in found]),
    )


def as_detections(found: Mapping[str, Any] | InstanceData) -> list[Detection]:
    """Return a page's ``pred_instances`` as detections, the best first."""
    scores = np.asarray(found['scores'], float)
    return [
        Detection(found['polygons'][i].reshape(-1, 2), float(scores[i]))
        for i in np.argsort(-scores, kind='stable')
    ]
