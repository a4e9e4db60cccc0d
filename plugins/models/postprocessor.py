"""Decoding as the detector's postprocessor."""

from collections.abc import Sequence

import torch
from mmengine.structures import InstanceData
from mmocr.registry import MODELS
from mmocr.structures import TextDetDataSample
from torch import Tensor

from plugins.functional.decoding import DecodeParams, decode, to_page
from plugins.functional.errors import UserError


@MODELS.register_module()
class ReceiptPostprocessor:
    """Probability maps to ``pred_instances`` with polygons on the displayed image.

    Args:
        **params: see :class:`plugins.functional.decoding.DecodeParams`; each can be set by
            ``--cfg-options model.det_head.postprocessor.NAME=VALUE``.

    Raises:
        UserError: a parameter is unknown or out of range; when called, a map holds NaN.
    """

    def __init__(self, **params) -> None:
        try:
            self.params = DecodeParams(**params)
        except (TypeError, ValueError) as error:
            raise UserError(f'model.det_head.postprocessor: {error}') from error

    def __call__(
        self, prob_maps: Tensor, data_samples: Sequence[TextDetDataSample]
    ) -> Sequence[TextDetDataSample]:
        """Return the samples with ``pred_instances``: ``polygons`` (flat arrays) and ``scores``.

        ``prob_maps`` is (N, H, W); a page's part of it is ``img_shape``, the rest is padding.
        """
        for prob_map, sample in zip(prob_maps.float().cpu().numpy(), data_samples, strict=True):
            height, width = sample.img_shape
            page_height, page_width = sample.ori_shape
            try:
                detections = decode(prob_map[:height, :width], self.params)
            except ValueError as error:
                raise UserError(
                    f'{sample.img_path}: {error}; lower the learning rate, or take an earlier '
                    'checkpoint'
                ) from error
            found = to_page(detections, sample.scale_factor, (page_width, page_height))
            sample.pred_instances = InstanceData(
                polygons=[detection.polygon.ravel() for detection in found],
                scores=torch.tensor([detection.score for detection in found]),
            )
        return data_samples
