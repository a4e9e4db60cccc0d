"""A finished page in the form that MMOCR's models take."""

import numpy as np
import torch
from mmcv.transforms import BaseTransform
from mmengine.structures import PixelData
from mmocr.datasets.transforms import PackTextDetInputs
from mmocr.registry import TRANSFORMS


@TRANSFORMS.register_module()
class PackReceipt(BaseTransform):
    """MMOCR's PackTextDetInputs, which also packs ``gt_maps``; absent meta keys are left out."""

    def __init__(
        self, meta_keys: tuple[str, ...] = ('img_path', 'ori_shape', 'img_shape', 'scale_factor')
    ) -> None:
        self.meta_keys = meta_keys

    def transform(self, results: dict) -> dict:
        """Return ``inputs`` (3, H, W) uint8 and ``data_samples``."""
        packer = PackTextDetInputs([key for key in self.meta_keys if key in results])
        packed = packer.transform(results)
        if 'gt_maps' in results:
            packed['data_samples'].gt_maps = PixelData(data=torch.from_numpy(results['gt_maps']))
        return packed


@TRANSFORMS.register_module()
class SinglePrecisionPolygons(BaseTransform):
    """Cast ``gt_polygons`` to float32, for MMOCR's own pipelines and ``DBModuleLoss``.

    MMOCR's random crop makes them float64, which its loss hands on to OpenCV, which refuses it.
    """

    def transform(self, results: dict) -> dict:
        """Change ``gt_polygons``."""
        results['gt_polygons'] = [np.float32(polygon) for polygon in results['gt_polygons']]
        return results
