"""Transforms that give a page its input size, and move its words along."""

import numpy as np
from mmcv.transforms import BaseTransform
from mmocr.registry import TRANSFORMS
from numpy.typing import NDArray

from ..functional.augment import (
    fit,
    largest_zoom,
    random_change,
    visible_fraction,
    warp_image,
    warp_polygons,
)
from ..functional.errors import UserError
from ..functional.images import ReducedImage
from ..functional.network_input import fitted_page
from ..option_checks import try_options


def _page_size(results: dict) -> tuple[int, int]:
    """Return the (width, height) in which polygons are given."""
    height, width = results['ori_shape'] if 'img_matrix' in results else results['img'].shape[:2]
    return width, height


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
        size = _page_size(results)
        page = ReducedImage(results['img'], size, results.pop('img_matrix', np.eye(3)))
        results['img'] = fitted_page(page, results['input_size'])
        height, width = results['img_shape'] = results['img'].shape[:2]
        results['scale_factor'] = (width / size[0], height / size[1])
        return results


@TRANSFORMS.register_module()
class RandomWarp(BaseTransform):
    """Resize to ``input_size`` with a random rotation, zoom, stretch, shift, tilt and mirror image.

    One resampling does all of it; a zoom above 1 crops. Words of which less than ``min_visible``
    remains on the canvas are ignored in training; the others keep their outline beyond the border.

    Args:
        min_visible: fraction of a word's area.
        **change: see :func:`plugins.functional.augment.random_change`.

    Raises:
        UserError: a change is unknown or impossible, or zooms in by more than the ``max_zoom`` for
            which LoadReceipt decoded the page.
    """

    def __init__(self, min_visible: float = 0.5, **change) -> None:
        try_options(self, random_change, np.random.default_rng(0), (1, 1), **change)
        self.min_visible = min_visible
        self.change = change
        self.zoom = largest_zoom(**change)

    def transform(self, results: dict) -> dict:
        """Change ``img``, ``img_shape``, ``gt_polygons``, ``gt_bboxes`` and ``gt_ignored``."""
        limit = results.get('max_zoom')
        if limit is not None and self.zoom > limit:
            raise UserError(
                f'RandomWarp zooms in by up to {self.zoom:.3g}, but LoadReceipt has max_zoom '
                f'{limit}; give LoadReceipt {np.ceil(self.zoom * 100) / 100:.2f}'
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
