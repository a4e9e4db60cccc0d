"""Where a detector is put."""

import pytest
import torch

from plugins.functional.errors import UserError
from plugins.prediction.detector_loading import load_predictor


def test_a_gpu_that_is_not_there(monkeypatch) -> None:
    monkeypatch.setattr(torch.cuda, 'is_available', lambda: False)
    with pytest.raises(UserError, match='--device cuda: PyTorch sees no GPU; give --device cpu'):
        load_predictor('unread.pth', device='cuda')
