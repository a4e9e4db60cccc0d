"""Decoding as the detector's postprocessor."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Literal

from mmocr.registry import MODELS
from mmocr.structures import TextDetDataSample
from torch import Tensor

from ..functional.decoding import decode_map, decode_params
from ..functional.errors import UserError
from ..functional.maps import ProbMap
from .mmocr_instances import as_instances


@MODELS.register_module()
class ReceiptPostprocessor:
    """Probability maps to words on the displayed image.

    Args:
        output: ``words`` gives a page ``pred_instances``; ``maps`` gives it ``prob_map``, a
            :class:`plugins.functional.maps.ProbMap` to be written or averaged; ``both`` gives both,
            and the ``decoding`` of the words, so that CLEvalMetric can try others.
        **params: see :class:`plugins.functional.decoding.DecodeParams`; each can be set by
            ``--cfg-options model.det_head.postprocessor.NAME=VALUE``.

    Raises:
        UserError: a parameter is unknown or out of range; when called, a map holds NaN.
    """

    def __init__(self, output: Literal['words', 'maps', 'both'] = 'words', **params) -> None:
        if output not in ('words', 'maps', 'both'):
            raise UserError(
                "model.det_head.postprocessor: output is 'words', 'maps' or 'both', but got "
                f'{output!r}'
            )
        self.output = output
        try:
            self.params = decode_params(params)
        except ValueError as error:
            raise UserError(f'model.det_head.postprocessor: {error}') from error

    def __call__(
        self, prob_maps: Tensor, data_samples: Sequence[TextDetDataSample]
    ) -> Sequence[TextDetDataSample]:
        """Finish the samples of a batch, whose maps are (N, H, W).

        A page's part of its map is ``img_shape``, the rest is padding.
        """
        for prob_map, sample in zip(prob_maps.float().cpu().numpy(), data_samples, strict=True):
            height, width = sample.img_shape
            page_height, page_width = sample.ori_shape
            try:
                page = ProbMap.of(prob_map[:height, :width], (page_width, page_height), 32)
            except ValueError as error:
                raise UserError(
                    f'{sample.img_path}: {error}; the network diverged: lower the learning rate, '
                    'or take an earlier checkpoint'
                ) from error
            self.finish(sample, page)
        return data_samples

    def copy(self) -> 'ReceiptPostprocessor':
        """Return another one that decodes alike."""
        return ReceiptPostprocessor(self.output, **asdict(self.params))

    def finish(self, sample: TextDetDataSample, prob_map: ProbMap) -> TextDetDataSample:
        """Give a page its ``prob_map``, or ``pred_instances``: ``polygons`` (flat), ``scores``."""
        if self.output != 'words':
            sample.prob_map = prob_map
        if self.output == 'maps':
            return sample
        if self.output == 'both':
            sample.set_metainfo({'decoding': self.params})
        sample.pred_instances = as_instances(decode_map(prob_map, self.params))
        return sample
