"""A detector that was never trained, and pictures that are all the same, or broken."""

from pathlib import Path

import pytest
import torch
from mmengine.registry import init_default_scope
from mmocr.registry import MODELS
from tiny_receipts import draw_page

import plugins.register  # noqa: F401
from plugins.engine import read_config
from plugins.prediction.detector_loading import load_predictor

CONFIG = Path(__file__).resolve().parents[2] / 'configs/dbnet_mobilenetv3_small_640.py'
THIN = {'model.backbone.model_name': 'mobilenetv3_small_050', 'model.neck.inner_channels': 8}


@pytest.fixture(scope='module')
def predictor(tmp_path_factory):
    init_default_scope('mmocr')
    config = read_config(CONFIG)
    config.merge_from_dict(THIN)
    torch.manual_seed(0)
    path = tmp_path_factory.mktemp('weights') / 'x.pth'
    torch.save({'state_dict': MODELS.build(config.model).state_dict()}, path)
    return load_predictor(str(path), str(CONFIG), THIN, input_size=64, device='cpu')


@pytest.fixture
def pictures(tmp_path) -> list[Path]:
    draw_page(tmp_path / 'page.png')
    (tmp_path / 'broken.png').write_text('no image')
    links = [tmp_path / f'{n:03}.png' for n in range(160)]
    for n, link in enumerate(links):
        link.symlink_to('broken.png' if n % 10 == 9 else 'page.png')
    return links
