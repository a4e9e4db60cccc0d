"""The maps that a page is trained on, drawn in the data workers."""

import torch
from mmcv.transforms import BaseTransform
from mmocr.registry import TRANSFORMS

from ..functional.targets import db_targets
from ..option_checks import try_options


@TRANSFORMS.register_module()
class MakeDBTargets(BaseTransform):
    """Draw the DB training maps as ``gt_maps`` (4, H, W) float16: prob, its mask, thresh, its mask.

    Three maps are binary and the fourth needs three digits, so half precision halves what workers
    hand over. Put it last, where polygons and pixels are final.

    Args:
        **options: see :func:`plugins.functional.targets.db_targets`.

    Raises:
        UserError: an option is unknown or out of range.
    """

    def __init__(self, **options) -> None:
        try_options(self, db_targets, [], (1, 1), **options)
        self.options = options

    def transform(self, results: dict) -> dict:
        """Add ``gt_maps``."""
        polygons = [polygon.reshape(-1, 2) for polygon in results['gt_polygons']]
        maps = db_targets(
            polygons, results['img_shape'], ignored=results['gt_ignored'], **self.options
        )
        halves = torch.empty((4, *results['img_shape']), dtype=torch.float16)
        for half, single in zip(halves, maps, strict=True):
            # torch converts some twenty times as fast as NumPy, which has no fast path for halves.
            half.copy_(torch.from_numpy(single))
        results['gt_maps'] = halves.numpy()
        return results
