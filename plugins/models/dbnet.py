"""DBNet whose parts tell each other their channel counts."""

from mmocr.models.textdet.detectors import DBNet
from mmocr.models.textdet.detectors.base import BaseTextDetector
from mmocr.registry import MODELS


@MODELS.register_module()
class ReceiptDBNet(DBNet):
    """MMOCR's DBNet; channel counts a config leaves out are taken from the part before.

    A recipe then changes its backbone in one line. ``in_channels`` that the config states is kept,
    so MMOCR's necks and heads serve as well.

    Args:
        backbone: config; its ``out_channels`` fill in ``neck.in_channels``.
        neck: config; its ``out_channels`` fill in ``det_head.in_channels``.
        det_head: config.
        data_preprocessor: config.
        init_cfg: config of mmengine's weight initialization.
    """

    def __init__(
        self,
        backbone: dict,
        neck: dict,
        det_head: dict,
        data_preprocessor: dict | None = None,
        init_cfg: dict | None = None,
    ) -> None:
        # Past SingleStageTextDetector, which builds all parts from finished configs.
        BaseTextDetector.__init__(self, data_preprocessor=data_preprocessor, init_cfg=init_cfg)
        self.backbone = MODELS.build(backbone)
        if 'in_channels' not in neck:
            neck = {**neck, 'in_channels': self.backbone.out_channels}
        self.neck = MODELS.build(neck)
        if 'in_channels' not in det_head:
            # MMOCR's FPNC counts the channels of one of the levels that it stacks.
            stacked = self.neck.out_channels * getattr(self.neck, 'num_outs', 1)
            det_head = {**det_head, 'in_channels': stacked}
        self.det_head = MODELS.build(det_head)
