"""Losses of text maps, all of them on logits, so that no two can be mixed up.

Each is called ``loss(logits, target, mask)`` with tensors of one shape, whatever that is: logits in
half, single or double precision, a target in [0, 1] that may be soft (MixUp blends pages), and a
mask of 0 and 1 (default: all ones). It returns one number in single precision or better, taken
over all pixels of the batch at once, finite for finite logits even where nothing is positive or
all is masked. Nothing here makes the host wait for the device.

Where a paper has a product of probability and hard target, here is their minimum: the same for
targets 0 and 1, and lowest where the two are equal for soft ones, which the product is not (Wang
et al., "Dice Semimetric Losses", MICCAI 2023; the minimum is half of their |x| + |y| - |x - y|).
"""

from collections.abc import Sequence

import torch
from mmocr.registry import MODELS
from torch import Tensor, nn
from torch.nn import functional as F

from ..functional.errors import UserError
from ..option_checks import check_number
from .hard_negatives import share_of_largest


class LogitLoss(nn.Module):
    """A loss of logits; subclasses write ``loss``, which gets what is in single precision at least.

    Half precision ends here: autocast leaves operations on single precision as they are.

    Args:
        eps: keeps denominators from 0.
    """

    def __init__(self, eps: float = 1e-6) -> None:
        super().__init__()
        check_number(self, low=1e-12, high=1.0, eps=eps)
        self.eps = eps

    def forward(self, logits: Tensor, target: Tensor, mask: Tensor | None = None) -> Tensor:
        """Return the loss of tensors of one shape.

        Raises:
            ValueError: the shapes differ.
        """
        mask = torch.ones_like(target) if mask is None else mask
        if not logits.shape == target.shape == mask.shape:
            shapes = ', '.join(str(tuple(each.shape)) for each in (logits, target, mask))
            raise ValueError(f'logits, target and mask are of one shape, but got {shapes}')
        dtype = torch.promote_types(logits.dtype, torch.float32)
        return self.loss(logits.to(dtype), target.to(dtype), mask.to(dtype))

    def loss(self, logits: Tensor, target: Tensor, mask: Tensor) -> Tensor:
        """Return the loss, a scalar."""
        raise NotImplementedError


@MODELS.register_module()
class BalancedBCELoss(LogitLoss):
    """Cross-entropy of all positives and of the hardest negatives, averaged over both.

    Liao et al., "Real-time Scene Text Detection with Differentiable Binarization" (AAAI 2020),
    eq. 6, as MMOCR's ``MaskedBalancedBCEWithLogitsLoss``: negatives are chosen from the whole
    batch. A soft target t makes its pixel t of a positive and 1 - t of a negative.

    Args:
        negative_ratio: how many negatives a positive, at most.
        fallback_negatives: how many where no pixel is positive.
        eps: keeps the denominator from 0.
    """

    def __init__(
        self, negative_ratio: float = 3.0, fallback_negatives: int = 1000, eps: float = 1e-6
    ) -> None:
        super().__init__(eps)
        check_number(self, negative_ratio=negative_ratio, fallback_negatives=fallback_negatives)
        self.negative_ratio = negative_ratio
        self.fallback_negatives = fallback_negatives

    def loss(self, logits: Tensor, target: Tensor, mask: Tensor) -> Tensor:
        """Return the loss, a scalar."""
        entropy = F.binary_cross_entropy_with_logits(logits, target, reduction='none')
        positive, negative = target * mask, (1 - target) * mask
        positives = positive.sum()
        wanted = torch.where(
            positives > 0, self.negative_ratio * positives, float(self.fallback_negatives)
        )
        negatives = torch.minimum(negative.sum(), wanted)
        chosen = positive + negative * share_of_largest(entropy * negative, negatives)
        return (entropy * chosen).sum() / (positives + negatives + self.eps)


@MODELS.register_module()
class FocalLoss(LogitLoss):
    """Cross-entropy that fades for pixels already right, averaged over the pixels of the mask.

    Lin et al., "Focal Loss for Dense Object Detection" (ICCV 2017), eq. 5; its factor
    is written abs(target - probability) to the power of gamma, which holds for soft targets too (Li
    et al., "Generalized Focal Loss", NeurIPS 2020, eq. 3). The mean is over all pixels, not over
    the positives, so that a page without words is no outlier.

    Args:
        alpha: weight of positives; that of negatives is 1 - alpha.
        gamma: how fast easy pixels fade; 0, or 1 and more, because the gradient is infinite at a
            perfect pixel in between.
        eps: keeps the denominator from 0.
    """

    def __init__(self, alpha: float = 0.25, gamma: float = 2.0, eps: float = 1e-6) -> None:
        super().__init__(eps)
        check_number(self, high=1.0, alpha=alpha)
        check_number(self, low=0.0 if gamma == 0 else 1.0, gamma=gamma)
        self.alpha = alpha
        self.gamma = gamma

    def loss(self, logits: Tensor, target: Tensor, mask: Tensor) -> Tensor:
        """Return the loss, a scalar."""
        entropy = F.binary_cross_entropy_with_logits(logits, target, reduction='none')
        balance = self.alpha * target + (1 - self.alpha) * (1 - target)
        fading = (target - logits.sigmoid()).abs().pow(self.gamma)
        return (balance * fading * entropy * mask).sum() / (mask.sum() + self.eps)


@MODELS.register_module()
class TverskyLoss(LogitLoss):
    """One minus the Tversky index, which weighs false alarms and misses apart.

    Salehi et al., "Tversky loss function for image segmentation using 3D fully convolutional deep
    networks" (MLMI 2017), eq. 3 and 4.

    Args:
        alpha: weight of false positives.
        beta: weight of false negatives; above alpha it favours recall.
        eps: keeps the denominator from 0.
    """

    def __init__(self, alpha: float = 0.3, beta: float = 0.7, eps: float = 1e-6) -> None:
        super().__init__(eps)
        check_number(self, alpha=alpha, beta=beta)
        if alpha == beta == 0:
            raise UserError(f'{type(self).__name__}: alpha and beta are 0; give one of them weight')
        self.alpha = alpha
        self.beta = beta

    def loss(self, logits: Tensor, target: Tensor, mask: Tensor) -> Tensor:
        """Return the loss, a scalar."""
        prob, target = logits.sigmoid() * mask, target * mask
        hits = torch.minimum(prob, target).sum()
        false_alarms, misses = prob.sum() - hits, target.sum() - hits
        return 1 - hits / (hits + self.alpha * false_alarms + self.beta * misses + self.eps)


@MODELS.register_module()
class FocalTverskyLoss(TverskyLoss):
    """The Tversky loss to the power of 1 / gamma: above 1, gamma dwells on what is still wrong.

    Abraham and Khan, "A novel focal Tversky loss function with improved attention U-Net for lesion
    segmentation" (ISBI 2019), eq. 4.

    Args:
        gamma: 1 is the plain Tversky loss.
        **options: of :class:`TverskyLoss`.
    """

    def __init__(self, gamma: float = 4 / 3, **options: float) -> None:
        super().__init__(**options)
        check_number(self, low=1.0, gamma=gamma)
        self.gamma = gamma

    def loss(self, logits: Tensor, target: Tensor, mask: Tensor) -> Tensor:
        """Return the loss, a scalar."""
        # The root's gradient is infinite at 0.
        return super().loss(logits, target, mask).clamp_min(self.eps) ** (1 / self.gamma)


@MODELS.register_module()
class DiceLoss(TverskyLoss):
    """One minus the Dice coefficient, which is the Tversky index with halves for weights.

    Milletari et al., "V-Net" (3DV 2016), without the squares, as MMOCR's ``MaskedDiceLoss``.
    """

    def __init__(self, eps: float = 1e-6) -> None:
        super().__init__(alpha=0.5, beta=0.5, eps=eps)


@MODELS.register_module()
class L1Loss(LogitLoss):
    """Mean absolute difference of sigmoid(logits) and target; DB paper, eq. 7."""

    def loss(self, logits: Tensor, target: Tensor, mask: Tensor) -> Tensor:
        """Return the loss, a scalar."""
        return ((logits.sigmoid() - target).abs() * mask).sum() / (mask.sum() + self.eps)


@MODELS.register_module()
class WeightedLoss(LogitLoss):
    """A weighted sum: ``losses=[(1.0, dict(type='FocalLoss')), (0.5, dict(type='DiceLoss'))]``.

    Args:
        losses: pairs of weight and config; sums may be nested.
    """

    def __init__(self, losses: Sequence[tuple[float, dict]]) -> None:
        super().__init__()
        try:
            pairs = [(weight, config) for weight, config in losses]
        except (TypeError, ValueError):
            pairs = []
        if not pairs:
            raise UserError(
                f'WeightedLoss: losses is {losses!r}; give pairs (weight, dict(type=...))'
            )
        self.weights = [weight for weight, _ in pairs]
        self.losses = nn.ModuleList()
        for number, (weight, config) in enumerate(pairs, 1):
            check_number(self, **{f'weight {number}': weight})
            self.losses.append(build_loss(config, f'WeightedLoss: loss {number}'))

    def loss(self, logits: Tensor, target: Tensor, mask: Tensor) -> Tensor:
        """Return the loss, a scalar."""
        terms = zip(self.weights, self.losses, strict=True)
        return sum(weight * loss(logits, target, mask) for weight, loss in terms)


def build_loss(config: dict, place: str) -> LogitLoss:
    """Build a loss of logits.

    Raises:
        UserError: the config is none, or is that of a loss of probabilities, such as MMOCR's are.
    """
    if not isinstance(config, dict) or 'type' not in config:
        raise UserError(f'{place} is {config!r}; give dict(type=...)')
    loss = MODELS.build(config)
    if not isinstance(loss, LogitLoss):
        names = ', '.join(
            sorted(
                name
                for name, kind in MODELS.module_dict.items()
                if isinstance(kind, type) and issubclass(kind, LogitLoss)
            )
        )
        raise UserError(
            f'{place} is a {type(loss).__name__}, which is not made for logits; take one of {names}'
        )
    return loss
