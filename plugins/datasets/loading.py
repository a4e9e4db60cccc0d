"""A page read from disk, with as many of its pixels as the network will take."""

import numpy as np
from mmcv.transforms import BaseTransform
from mmocr.registry import TRANSFORMS

from ..functional.images import read_reduced
from ..option_checks import check_number


@TRANSFORMS.register_module()
class LoadReceipt(BaseTransform):
    """Read ``img_path`` as displayed and ``instances`` as float64 polygons.

    Adds ``img`` (H, W, 3) uint8 BGR, ``img_shape``, ``ori_shape``, ``gt_polygons`` (flat arrays,
    in pixels of the displayed image), ``gt_bboxes``, ``gt_bboxes_labels`` and ``gt_ignored``.

    With ``max_zoom``, large JPEG files are decoded at a half, a quarter or an eighth of their size,
    where that leaves the pixels that ``input_size`` takes. ``ori_shape`` and polygons stay those of
    the full image; ``img_matrix`` (3, 3) maps its pixel coordinates to those of ``img``. FitPage
    and RandomWarp go by it, so let one of them be what first changes the geometry.

    Args:
        max_zoom: by how much what follows may enlarge a page beyond ``input_size``; None decodes
            every pixel.

    Raises:
        UserError: the image is missing, truncated or no image; ``max_zoom`` is under 1.
    """

    def __init__(self, max_zoom: float | None = None) -> None:
        if max_zoom is not None:
            check_number(self, low=1.0, max_zoom=max_zoom)
        self.max_zoom = max_zoom

    def transform(self, results: dict) -> dict:
        """Add the keys above."""
        longest = np.inf
        if self.max_zoom is not None and 'input_size' in results:
            longest = results['input_size'] * self.max_zoom
        page = read_reduced(results['img_path'], longest)
        instances = results['instances']
        results.update(
            img=page.pixels,
            img_shape=page.pixels.shape[:2],
            img_matrix=page.matrix,
            max_zoom=self.max_zoom,
            ori_shape=page.size[::-1],
            gt_polygons=[np.array(instance['polygon'], float) for instance in instances],
            gt_bboxes=np.array([i['bbox'] for i in instances], np.float32).reshape(-1, 4),
            gt_bboxes_labels=np.zeros(len(instances), np.int64),
            gt_ignored=np.array([instance['ignore'] for instance in instances], bool),
        )
        return results
