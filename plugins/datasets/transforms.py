"""From a page on disk to network input and training targets, in the data workers."""

from collections.abc import Callable

import numpy as np
import torch
from mmcv.transforms import BaseTransform
from mmengine.structures import PixelData
from mmocr.datasets.transforms import PackTextDetInputs
from mmocr.registry import TRANSFORMS

from plugins.functional.errors import UserError
from plugins.functional.images import read_image
from plugins.functional.targets import db_targets
from plugins.functional.warp import (
    fit,
    random_affine,
    visible_fraction,
    warp_image,
    warp_polygons,
)


def _try_options(transform: type, function: Callable, *args, **options) -> None:
    """Call once where the pipeline is built, because a worker's error comes late and wrapped."""
    try:
        function(*args, **options)
    except (TypeError, ValueError) as error:
        raise UserError(f'{transform.__name__}: {error}; correct it in the pipeline') from error


@TRANSFORMS.register_module()
class LoadReceipt(BaseTransform):
    """Read ``img_path`` as displayed and ``instances`` as float64 polygons.

    Adds ``img`` (H, W, 3) uint8 BGR, ``img_shape``, ``ori_shape``, ``gt_polygons`` (flat arrays,
    in pixels of the displayed image), ``gt_bboxes``, ``gt_bboxes_labels`` and ``gt_ignored``.

    Raises:
        UserError: the image is missing, truncated or no image.
    """

    def transform(self, results: dict) -> dict:
        """Add the keys above."""
        image = read_image(results['img_path'])
        instances = results['instances']
        results.update(
            img=image,
            img_shape=image.shape[:2],
            ori_shape=image.shape[:2],
            gt_polygons=[np.array(instance['polygon'], float) for instance in instances],
            gt_bboxes=np.array([i['bbox'] for i in instances], np.float32).reshape(-1, 4),
            gt_bboxes_labels=np.zeros(len(instances), np.int64),
            gt_ignored=np.array([instance['ignore'] for instance in instances], bool),
        )
        return results


@TRANSFORMS.register_module()
class FitPage(BaseTransform):
    """Resize a page so that its longer side is ``input_size``; polygons stay as they are.

    For validation and test: predictions are mapped back by ``scale_factor`` (width, height), and
    ground truth is compared on the displayed image.
    """

    def transform(self, results: dict) -> dict:
        """Change ``img`` and ``img_shape``; add ``scale_factor``."""
        height, width = results['img'].shape[:2]
        matrix, fitted = fit((width, height), results['input_size'])
        results['img'] = warp_image(results['img'], matrix, fitted)
        results['img_shape'] = fitted[::-1]
        results['scale_factor'] = (fitted[0] / width, fitted[1] / height)
        return results


@TRANSFORMS.register_module()
class RandomWarp(BaseTransform):
    """Resize to ``input_size`` with a random rotation, zoom, stretch, shift and mirror image.

    One resampling does all of it. Words of which less than ``min_visible`` remains on the canvas
    are ignored in training; the others keep their outline beyond the border.

    Args:
        min_visible: fraction of a word's area.
        **change: see :func:`plugins.functional.warp.random_affine`.

    Raises:
        UserError: a change is unknown or impossible.
    """

    def __init__(self, min_visible: float = 0.5, **change) -> None:
        _try_options(type(self), random_affine, np.random.default_rng(0), (1, 1), **change)
        self.min_visible = min_visible
        self.change = change

    def transform(self, results: dict) -> dict:
        """Change ``img``, ``img_shape``, ``gt_polygons``, ``gt_bboxes`` and ``gt_ignored``."""
        height, width = results['img'].shape[:2]
        matrix, fitted = fit((width, height), results['input_size'])
        # numpy's global state is what mmengine seeds, for each worker apart.
        rng = np.random.default_rng(np.random.randint(2**31))
        matrix = random_affine(rng, fitted, **self.change) @ matrix
        results['img'] = warp_image(results['img'], matrix, fitted)
        results['img_shape'] = fitted[::-1]
        polygons = [polygon.reshape(-1, 2) for polygon in results['gt_polygons']]
        polygons = warp_polygons(polygons, matrix)
        visible = visible_fraction(polygons, fitted)
        keep = visible > 0
        results['gt_ignored'] = (results['gt_ignored'] | (visible < self.min_visible))[keep]
        results['gt_bboxes_labels'] = results['gt_bboxes_labels'][keep]
        polygons = [polygon for polygon, kept in zip(polygons, keep, strict=True) if kept]
        results['gt_polygons'] = [polygon.ravel() for polygon in polygons]
        results['gt_bboxes'] = np.array(
            [[*p.min(axis=0), *p.max(axis=0)] for p in polygons], np.float32
        ).reshape(-1, 4)
        return results


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
        _try_options(type(self), db_targets, [], (1, 1), **options)
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
