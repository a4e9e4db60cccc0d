"""Test-time augmentation in the domain of probability maps."""

from collections.abc import Sequence

from mmengine.model import BaseTTAModel
from mmocr.registry import MODELS
from mmocr.structures import TextDetDataSample

from ..functional.augment import mirrored
from ..functional.maps import ProbMap
from ..functional.voting import average_maps
from .postprocessor import ReceiptPostprocessor


@MODELS.register_module()
class ProbMapTTA(BaseTTAModel):
    """Average the probability maps of a page's views, then decode once.

    Averaged maps keep outlines that averaged or voted coordinates would blur; the thresholds may
    want tuning of their own, as an average is softer than its parts. Moshkov et al., "Test-time
    augmentation for deep learning-based cell segmentation on microscopy images" (Scientific Reports
    10, 2020) merge the maps of a U-Net in this way.

    Args:
        module: the detector; its postprocessor has to be ReceiptPostprocessor.
        postprocessor: how to decode the averages; by default as the detector decodes.
        data_preprocessor: see BaseTTAModel.
    """

    def __init__(
        self, module: dict, postprocessor: dict | None = None, data_preprocessor: dict | None = None
    ) -> None:
        super().__init__(module, data_preprocessor)
        inner: ReceiptPostprocessor = self.module.det_head.postprocessor
        self.postprocessor = MODELS.build(postprocessor) if postprocessor else inner.copy()
        inner.output = 'maps'

    def merge_preds(
        self, data_samples_list: Sequence[Sequence[TextDetDataSample]]
    ) -> list[TextDetDataSample]:
        """Return one sample a page for the samples of its views."""
        return [self._merge(views) for views in data_samples_list]

    def _merge(self, views: Sequence[TextDetDataSample]) -> TextDetDataSample:
        maps = [
            ProbMap(mirrored(view.prob_map.values, view.flip), view.prob_map.page_size)
            for view in views
        ]
        return self.postprocessor.finish(views[0], average_maps(maps))
