"""A network that sees what is bright: the probability of a pixel is its brightness."""

from types import SimpleNamespace

import torch
from torch.nn.functional import pad

from plugins.models.postprocessor import ReceiptPostprocessor


class BrightnessNet(torch.nn.Module):
    """A detector without weights; its maps are padded to multiples of 32, as those of others."""

    def __init__(self, **params) -> None:
        super().__init__()
        self.det_head = SimpleNamespace(postprocessor=ReceiptPostprocessor(**params))
        self.sizes = []

    def test_step(self, data: dict) -> list:
        self.sizes += [tuple(page.shape[1:]) for page in data['inputs']]
        maps = [page.float().mean(0) / 255 for page in data['inputs']]
        padded = [pad(m, (0, -m.shape[1] % 32, 0, -m.shape[0] % 32)) for m in maps]
        return [
            self.det_head.postprocessor(prob_map[None], [sample])[0]
            for prob_map, sample in zip(padded, data['data_samples'], strict=True)
        ]
