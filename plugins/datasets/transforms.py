"""From a page on disk to network input and training targets, in the data workers."""

from collections.abc import Callable

import numpy as np
import torch
from mmcv.transforms import BaseTransform
from mmengine.structures import PixelData
from mmocr.datasets.transforms import PackTextDetInputs
from mmocr.registry import TRANSFORMS
from numpy.typing import NDArray

from plugins.functional.augment import (
    fit,
    largest_zoom,
    random_change,
    visible_fraction,
    warp_image,
    warp_polygons,
)
from plugins.functional.errors import UserError
from plugins.functional.images import read_reduced
from plugins.functional.targets import db_targets


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
        if max_zoom is not None and not max_zoom >= 1:
            raise UserError(f'LoadReceipt: max_zoom must be 1 or more, but got {max_zoom}')
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


def _page_size(results: dict) -> tuple[int, int]:
    """Return the (width, height) in which polygons are given."""
    return (results['ori_shape'] if 'img_matrix' in results else results['img'].shape[:2])[1::-1]


def _warp(results: dict, matrix: NDArray, size: tuple[int, int]) -> None:
    """Change ``img`` and ``img_shape`` as ``matrix`` warps the page, however it was decoded."""
    decoded = results.pop('img_matrix', np.eye(3))
    results['img'] = warp_image(results['img'], matrix @ np.linalg.inv(decoded), size)
    results['img_shape'] = size[::-1]


@TRANSFORMS.register_module()
class FitPage(BaseTransform):
    """Resize a page so that its longer side is ``input_size``; polygons stay as they are.

    For validation and test: predictions are mapped back by ``scale_factor`` (width, height), and
    ground truth is compared on the displayed image.
    """

    def transform(self, results: dict) -> dict:
        """Change ``img`` and ``img_shape``; add ``scale_factor``."""
        width, height = _page_size(results)
        matrix, fitted = fit((width, height), results['input_size'])
        _warp(results, matrix, fitted)
        results['scale_factor'] = (fitted[0] / width, fitted[1] / height)
        return results


@TRANSFORMS.register_module()
class RandomWarp(BaseTransform):
    """Resize to ``input_size`` with a random rotation, zoom, stretch, shift, tilt and mirror image.

    One resampling does all of it; a zoom above 1 crops. Words of which less than ``min_visible``
    remains on the canvas are ignored in training; the others keep their outline beyond the border.

    Args:
        min_visible: fraction of a word's area.
        **change: see :func:`plugins.functional.augment.warp.random_change`.

    Raises:
        UserError: a change is unknown or impossible, or zooms in by more than the ``max_zoom`` for
            which LoadReceipt decoded the page.
    """

    def __init__(self, min_visible: float = 0.5, **change) -> None:
        _try_options(type(self), random_change, np.random.default_rng(0), (1, 1), **change)
        self.min_visible = min_visible
        self.change = change
        self.zoom = largest_zoom(**change)

    def transform(self, results: dict) -> dict:
        """Change ``img``, ``img_shape``, ``gt_polygons``, ``gt_bboxes`` and ``gt_ignored``."""
        if self.zoom > (results.get('max_zoom') or np.inf):
            raise UserError(
                f'RandomWarp zooms in by up to {self.zoom:.3g}, but LoadReceipt has max_zoom '
                f'{results["max_zoom"]}; give LoadReceipt {np.ceil(self.zoom * 100) / 100:.2f}'
            )
        matrix, fitted = fit(_page_size(results), results['input_size'])
        # numpy's global state is what mmengine seeds, for each worker apart.
        rng = np.random.default_rng(np.random.randint(2**31))
        matrix = random_change(rng, fitted, **self.change) @ matrix
        _warp(results, matrix, fitted)
        self._move_words(results, matrix, fitted)
        return results

    def _move_words(self, results: dict, matrix: NDArray, size: tuple[int, int]) -> None:
        polygons = [polygon.reshape(-1, 2) for polygon in results['gt_polygons']]
        polygons = warp_polygons(polygons, matrix)
        visible = visible_fraction(polygons, size)
        keep = visible > 0
        results['gt_ignored'] = (results['gt_ignored'] | (visible < self.min_visible))[keep]
        results['gt_bboxes_labels'] = results['gt_bboxes_labels'][keep]
        polygons = [polygon for polygon, kept in zip(polygons, keep, strict=True) if kept]
        results['gt_polygons'] = [polygon.ravel() for polygon in polygons]
        results['gt_bboxes'] = np.array(
            [[*p.min(axis=0), *p.max(axis=0)] for p in polygons], np.float32
        ).reshape(-1, 4)


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
