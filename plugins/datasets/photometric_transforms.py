"""Transforms that change how a page looks and leave its polygons alone."""

from collections.abc import Callable

import numpy as np
from mmcv.transforms import BaseTransform
from mmocr.registry import TRANSFORMS

from ..functional.augment import photometric
from ..option_checks import check_number, try_options


class _Photometric(BaseTransform):
    """Change ``img`` with a probability.

    Put these after the warp, because they work on the network's few pixels, and before
    ``MakeDBTargets``.

    Args:
        prob: how often a page is changed.
        **options: of the function that the subclass names.

    Raises:
        UserError: an option is unknown or out of range.
    """

    change: Callable[..., photometric.Image]

    def __init__(self, prob: float = 1.0, **options) -> None:
        check_number(self, high=1.0, prob=prob)
        blank = np.zeros((1, 1, 3), np.uint8)
        try_options(self, self.change, np.random.default_rng(0), blank, **options)
        self.prob = prob
        self.options = options

    def transform(self, results: dict) -> dict:
        """Change ``img``."""
        # One draw, whatever follows: a change of one step leaves what the others draw as it was.
        rng = np.random.default_rng(np.random.randint(2**31))
        if rng.random() < self.prob:
            results['img'] = self.change(rng, results['img'], **self.options)
        return results


@TRANSFORMS.register_module()
class ColorJitter(_Photometric):
    """Change colours, see :func:`plugins.functional.augment.photometric.color_jitter`."""

    change = staticmethod(photometric.color_jitter)


@TRANSFORMS.register_module()
class RandomBlur(_Photometric):
    """Blur, see :func:`plugins.functional.augment.photometric.blur`."""

    change = staticmethod(photometric.blur)


@TRANSFORMS.register_module()
class RandomNoise(_Photometric):
    """Add noise, see :func:`plugins.functional.augment.photometric.sensor_noise`."""

    change = staticmethod(photometric.sensor_noise)


@TRANSFORMS.register_module()
class RandomJPEG(_Photometric):
    """Compress, see :func:`plugins.functional.augment.photometric.jpeg_artefacts`."""

    change = staticmethod(photometric.jpeg_artefacts)


@TRANSFORMS.register_module()
class RandomShadow(_Photometric):
    """Light unevenly, see :func:`plugins.functional.augment.photometric.cast_shadow`."""

    change = staticmethod(photometric.cast_shadow)
