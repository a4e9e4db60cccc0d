"""The loss of the DB head: how its three parts are weighed, on which targets."""

from collections.abc import Sequence

import torch
from mmocr.registry import MODELS
from mmocr.structures import TextDetDataSample
from torch import Tensor, nn
from torch.nn import functional as F

from ..option_checks import check_number
from .losses import LogitLoss, build_loss


@MODELS.register_module()
class DBLogitLoss(nn.Module):
    """``weight_prob * L_prob + weight_thr * L_thr + L_db`` on targets made by the data workers.

    Liao et al., "Real-time Scene Text Detection with Differentiable Binarization" (AAAI 2020),
    section "Optimization"; the arguments are those of MMOCR's ``DBModuleLoss``. Targets are read
    from ``data_sample.gt_maps`` (see ``MakeDBTargets``) instead of drawn here, on the main process.

    Args:
        loss_prob: config of the loss of the probability map.
        loss_thr: config of the loss of the threshold map.
        loss_db: config of the loss of the binary map.
        weight_prob: the paper's alpha, 5 in its code.
        weight_thr: the paper's beta.
        k: steepness of the differentiable step.

    Raises:
        UserError: an option is out of range, or a loss is not one of :mod:`plugins.models.losses`;
            they all take logits.
    """

    def __init__(
        self,
        loss_prob: dict | None = None,
        loss_thr: dict | None = None,
        loss_db: dict | None = None,
        weight_prob: float = 5.0,
        weight_thr: float = 10.0,
        k: float = 50.0,
    ) -> None:
        super().__init__()
        check_number(self, weight_prob=weight_prob, weight_thr=weight_thr, k=k)
        self.loss_prob = self._build('loss_prob', loss_prob or dict(type='BalancedBCELoss'))
        self.loss_thr = self._build('loss_thr', loss_thr or dict(type='L1Loss'))
        self.loss_db = self._build('loss_db', loss_db or dict(type='DiceLoss'))
        self.weight_prob = weight_prob
        self.weight_thr = weight_thr
        self.k = k

    def forward(
        self, preds: tuple[Tensor, Tensor], data_samples: Sequence[TextDetDataSample]
    ) -> dict[str, Tensor]:
        """Return the three weighted losses for two logit maps of shape (N, H, W)."""
        prob_logits, thresh_logits = (pred.float() for pred in preds)
        binary_logits = self.k * (prob_logits.sigmoid() - thresh_logits.sigmoid())
        prob, prob_mask, thresh, thresh_mask = stack_targets(data_samples, prob_logits)
        return {
            'loss_prob': self.weight_prob * self.loss_prob(prob_logits, prob, prob_mask),
            'loss_thr': self.weight_thr * self.loss_thr(thresh_logits, thresh, thresh_mask),
            'loss_db': self.loss_db(binary_logits, prob, prob_mask),
        }

    def _build(self, slot: str, config: dict) -> LogitLoss:
        return build_loss(config, f'{type(self).__name__}: {slot}')


def stack_targets(data_samples: Sequence[TextDetDataSample], like: Tensor) -> Tensor:
    """Return the pages' maps as one (4, N, H, W) float32 tensor on the device of ``like``.

    Pages smaller than the batch (N, H, W) of ``like`` are filled up with zeros, so that padding is
    masked out of every loss.
    """
    height, width = like.shape[-2:]
    padded = []
    for sample in data_samples:
        maps = sample.gt_maps.data.to(like.device, torch.float32)
        padded.append(F.pad(maps, (0, width - maps.shape[2], 0, height - maps.shape[1])))
    return torch.stack(padded, 1)
