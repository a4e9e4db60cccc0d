"""DB head that stays on logits, so that half precision is safe."""

from collections.abc import Sequence

from mmocr.models.textdet.heads import DBHead
from mmocr.registry import MODELS
from mmocr.structures import TextDetDataSample
from torch import Tensor


@MODELS.register_module()
class DBLogitHead(DBHead):
    """MMOCR's DB head without its sigmoids; weights are interchangeable with ``DBHead``.

    ``1 / (1 + exp(-50 x))`` overflows in half precision, and BCE of probabilities is refused by
    autocast. Both maps therefore leave the head as logits and only the loss, in single precision,
    turns them into probabilities.
    """

    def __init__(
        self,
        in_channels: int,
        module_loss: dict | None = None,
        postprocessor: dict | None = None,
        init_cfg: dict | list | None = None,
        **kwargs,
    ) -> None:
        super().__init__(
            in_channels,
            module_loss=module_loss or dict(type='DBLogitLoss'),
            postprocessor=postprocessor or dict(type='ReceiptPostprocessor'),
            init_cfg=init_cfg or dict(type='Kaiming', layer=['Conv2d', 'ConvTranspose2d']),
            **kwargs,
        )

    def forward(
        self,
        features: Tensor,
        data_samples: Sequence[TextDetDataSample] | None = None,
        mode: str = 'predict',
    ) -> Tensor | tuple[Tensor, ...]:
        """Return maps of shape (N, 4H, 4W) for features (N, C, H, W).

        ``predict`` gives probabilities in float32, ``loss`` the logits of the probability and of
        the threshold map, ``both`` all three.
        """
        prob_logits = self.binarize(features).squeeze(1)
        if mode == 'predict':
            return prob_logits.float().sigmoid()
        # Its last layer is the sigmoid.
        thresh_logits = self.threshold[:-1](features).squeeze(1)
        if mode == 'loss':
            return prob_logits, thresh_logits
        return prob_logits, thresh_logits, prob_logits.float().sigmoid()

    def loss_and_predict(
        self, features: Tensor, data_samples: Sequence[TextDetDataSample]
    ) -> tuple[dict, Sequence[TextDetDataSample]]:
        """Return losses and predictions from one pass."""
        *logits, prob = self(features, data_samples, mode='both')
        return self.module_loss(logits, data_samples), self.postprocessor(prob, data_samples)
