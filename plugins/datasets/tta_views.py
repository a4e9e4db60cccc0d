"""A page in several sizes and mirror images, for test-time augmentation."""

from collections.abc import Sequence
from itertools import product

from mmcv.transforms import BaseTransform
from mmocr.registry import TRANSFORMS

from ..functional.augment import FLIPS, Flip, mirrored
from ..functional.errors import UserError
from ..option_checks import check_choice, check_number
from .geometric_transforms import FitPage
from .packing import PackReceipt


@TRANSFORMS.register_module()
class PageViews(BaseTransform):
    """Every scale in every mirror image, each fitted and packed as :class:`FitPage` and
    :class:`PackReceipt` do it.

    Put it after LoadReceipt and nothing after it; ``ProbMapTTA`` averages what the network makes of
    the views.

    Args:
        scales: page sizes, in units of ``input_size``.
        flips: ``none``, ``horizontal``, ``vertical`` and ``both``, those that are wanted.

    Raises:
        UserError: a list is empty or holds what it must not, or a scale is beyond the ``max_zoom``
            for which LoadReceipt decoded the page.
    """

    def __init__(
        self, scales: Sequence[float] = (1.0,), flips: Sequence[Flip] = ('none', 'horizontal')
    ) -> None:
        self.scales = _listed('scales', scales)
        self.flips = _listed('flips', flips)
        for scale in self.scales:
            check_number(self, low=0.1, high=10.0, scale=scale)
        for flip in self.flips:
            check_choice(self, FLIPS, flip=flip)
        self.fit = FitPage()
        self.pack = PackReceipt(
            ('img_path', 'ori_shape', 'img_shape', 'scale_factor', 'input_size', 'flip')
        )

    def transform(self, results: dict) -> dict:
        """Return ``inputs`` and ``data_samples``, one of each for every view."""
        largest, limit = max(self.scales), results.get('max_zoom')
        if limit is not None and largest > limit:
            raise UserError(
                f'PageViews enlarges pages by {largest}, but LoadReceipt has max_zoom {limit}; '
                f'give LoadReceipt {largest} or more'
            )
        views = [self._view(results, *view) for view in product(self.scales, self.flips)]
        return {key: [view[key] for view in views] for key in views[0]}

    def _view(self, results: dict, scale: float, flip: Flip) -> dict:
        size = max(1, round(results['input_size'] * scale))
        view = self.fit.transform({**results, 'input_size': size})
        view.update(img=mirrored(view['img'], flip), flip=flip)
        return self.pack.transform(view)


def _listed(name: str, values: Sequence) -> list:
    if isinstance(values, str) or not isinstance(values, Sequence) or not len(values):
        raise UserError(f'PageViews: {name} must be a list of one or more, but got {values!r}')
    return list(values)
