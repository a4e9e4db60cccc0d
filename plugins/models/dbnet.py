"""DBNet whose parts tell each other their channel counts."""

from mmocr.models.textdet.detectors import DBNet
from mmocr.models.textdet.detectors.base import BaseTextDetector
from mmocr.registry import MODELS

from ..functional.errors import UserError
from .onnx_backbone import OnnxBackbone
from .onnx_db_head import OnnxDBHead


@MODELS.register_module()
class ReceiptDBNet(DBNet):
    """MMOCR's DBNet; channel counts a config leaves out are taken from the part before.

    A recipe then changes its backbone in one line. ``in_channels`` that the config states is kept,
    so MMOCR's necks and heads serve as well.

    Args:
        backbone: config; its ``out_channels`` fill in ``neck.in_channels``.
        neck: config; its ``out_channels`` fill in ``det_head.in_channels``. None if the backbone
            gives the one map that the head takes.
        det_head: config. An ``OnnxDBHead`` starts from the head in the file of an ``OnnxBackbone``.
        data_preprocessor: config.
        init_cfg: config of mmengine's weight initialization.

    Raises:
        UserError: there is no neck, but the backbone gives several maps.
    """

    def __init__(
        self,
        backbone: dict,
        neck: dict | None,
        det_head: dict,
        data_preprocessor: dict | None = None,
        init_cfg: dict | None = None,
    ) -> None:
        # Past SingleStageTextDetector, which builds all parts from finished configs.
        BaseTextDetector.__init__(self, data_preprocessor=data_preprocessor, init_cfg=init_cfg)
        self.backbone = MODELS.build(backbone)
        last = self.backbone
        if neck is not None:
            if 'in_channels' not in neck:
                neck = {**neck, 'in_channels': self.backbone.out_channels}
            last = self.neck = MODELS.build(neck)
        elif not isinstance(self.backbone.out_channels, int):
            raise UserError(
                f'model.neck: a {type(self.backbone).__name__} gives several maps, which a neck '
                "has to merge; add one, such as dict(type='UNetNeck')"
            )
        if 'in_channels' not in det_head:
            # MMOCR's FPNC counts the channels of one of the levels that it stacks.
            stacked = last.out_channels * getattr(last, 'num_outs', 1)
            det_head = {**det_head, 'in_channels': stacked}
        self.det_head = MODELS.build(det_head)
        if isinstance(self.backbone, OnnxBackbone) and isinstance(self.det_head, OnnxDBHead):
            self.det_head.start_from(self.backbone.head_layers)
