"""Mixing of the pages of a batch, pixels and training maps alike, on the device.

MMOCR's ``TextDetDataPreprocessor`` calls ``batch_augments`` on batches in training and drops what
they return, so that both mixings write into the batch they are given. No page is read for it.
"""

from collections.abc import Sequence

import torch
from mmengine.structures import PixelData
from mmocr.registry import MODELS
from mmocr.structures import TextDetDataSample
from torch import Tensor, nn

from ..functional.errors import UserError
from ..option_checks import check_number


class _BatchMixing(nn.Module):
    """Mix some pages of a batch with others as these were before.

    Pages share their top left corner. What lies in both is mixed, so that neither padding nor a
    page's size takes part. A page keeps the larger of lambda and 1 - lambda of itself (Berthelot
    et al., "MixMatch", NeurIPS 2019, section 3.3): none vanishes from the batch.

    Mixed pages lose ``gt_instances``, which no longer describe them; ``gt_maps`` do, in float32.
    All randomness is drawn from torch's global state on the CPU, which waits for no device.

    Args:
        alpha: lambda is drawn from Beta(alpha, alpha).
        prob: how often a page is mixed.

    Raises:
        UserError: ``alpha`` is below 0.01, where Beta leaves the range of floating point, ``prob``
            not in [0, 1], or pages have no ``gt_maps``.
    """

    def __init__(self, alpha: float, prob: float) -> None:
        super().__init__()
        check_number(self, low=0.01, alpha=alpha)
        check_number(self, high=1.0, prob=prob)
        self.alpha = alpha
        self.prob = prob

    @torch.no_grad()
    def forward(
        self, inputs: Tensor, data_samples: Sequence[TextDetDataSample]
    ) -> tuple[Tensor, Sequence[TextDetDataSample]]:
        """Mix pages (N, 3, H, W) and their ``gt_maps`` (4, h, w) in place; return both."""
        chosen = torch.rand(len(data_samples)) < self.prob
        if len(data_samples) < 2 or not chosen.any():
            return inputs, data_samples
        if not all('gt_maps' in sample for sample in data_samples):
            name = type(self).__name__
            raise UserError(f'{name}: pages have no gt_maps; put MakeDBTargets into the pipeline')
        before = inputs.clone(), [sample.gt_maps.data for sample in data_samples]
        for i in chosen.nonzero().flatten().tolist():
            partner = (i + int(torch.randint(1, len(data_samples), ()))) % len(data_samples)
            self._mix_page(inputs[i], data_samples[i], *(pages[partner] for pages in before))
        return inputs, data_samples

    def _mix_page(
        self, page: Tensor, sample: TextDetDataSample, other: Tensor, other_maps: Tensor
    ) -> None:
        maps = sample.gt_maps.data.to(torch.float32, copy=True)
        height, width = map(min, maps.shape[1:], other_maps.shape[1:])
        both = (..., slice(height), slice(width))
        self.mix(page[both], maps[both], other[both], other_maps[both].to(maps.dtype))
        sample.gt_maps = PixelData(data=maps)
        sample.pop('gt_instances', None)

    def _other_share(self) -> float:
        """Draw the smaller of lambda and 1 - lambda, what a page takes of its partner."""
        alpha = torch.tensor(self.alpha, dtype=torch.float64)
        share = float(torch.distributions.Beta(alpha, alpha).sample())
        return min(share, 1 - share)

    def mix(self, page: Tensor, maps: Tensor, other: Tensor, other_maps: Tensor) -> None:
        """Write a mixture into ``page`` (3, h, w) and ``maps`` (4, h, w)."""
        raise NotImplementedError


@MODELS.register_module()
class MixUp(_BatchMixing):
    """Blend pages: Zhang et al., "mixup: Beyond Empirical Risk Minimization" (ICLR 2018).

    A page becomes lambda times itself plus 1 - lambda times its partner, and of its maps

    - the probability map does the same, a soft target, at which cross entropy is least. The binary
      map cannot be soft, being a steep step: its Dice loss keeps a rest and, for shares from 0.2
      to 0.8, draws some pixels of words off by about 0.2. Beta(0.2, 0.2) lies outside of these
      four times in five;
    - the probability mask is 1 where both are, because a mixture holds what either leaves out;
    - the threshold map only means something in its mask, on words. Each page speaks where it has
      words and weighs as much as its share: the map is the mean under these weights, the mask their
      sum. Where one page speaks, the masked L1 loss is then MixUp's: the share times the page's.
    """

    def __init__(self, alpha: float = 0.2, prob: float = 0.5) -> None:
        super().__init__(alpha, prob)

    def mix(self, page: Tensor, maps: Tensor, other: Tensor, other_maps: Tensor) -> None:
        """Blend; see the class."""
        share = self._other_share()
        page.lerp_(other, share)
        prob, prob_mask, thresh, thresh_mask = maps
        other_prob, other_prob_mask, other_thresh, other_thresh_mask = other_maps
        prob.lerp_(other_prob, share)
        torch.minimum(prob_mask, other_prob_mask, out=prob_mask)
        theirs = share * other_thresh_mask
        weight = (1 - share) * thresh_mask + theirs
        # Not a number where nobody speaks, and left as it was.
        part = theirs / weight
        thresh.copy_(torch.where(weight > 0, thresh.lerp(other_thresh, part), thresh))
        thresh_mask.copy_(weight)


@MODELS.register_module()
class CutMix(_BatchMixing):
    """Put a rectangle of another page in the place of the same rectangle, pixels and all maps.

    Yun et al., "CutMix" (ICCV 2019), where the rectangle has the page's shape and 1 - lambda of its
    area; for dense targets, and wholly on the page: French et al., "Semi-supervised semantic
    segmentation needs strong, varied perturbations" (BMVC 2020). Words that its border cuts keep
    the part of their maps that is seen.
    """

    def __init__(self, alpha: float = 1.0, prob: float = 0.5) -> None:
        super().__init__(alpha, prob)

    def mix(self, page: Tensor, maps: Tensor, other: Tensor, other_maps: Tensor) -> None:
        """Paste a rectangle; see the class."""
        side = self._other_share() ** 0.5
        rectangle = (..., *(_span(length, side) for length in page.shape[1:]))
        page[rectangle] = other[rectangle]
        maps[rectangle] = other_maps[rectangle]


def _span(length: int, part: float) -> slice:
    """Draw where a part of ``length`` pixels lies."""
    size = round(length * part)
    start = int(torch.randint(length - size + 1, ()))
    return slice(start, start + size)
