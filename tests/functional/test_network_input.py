"""A page as the network takes it, in every way to the network."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from drawn_images import save, turned
from mmcv.transforms import Compose
from mmengine.registry import init_default_scope
from mmocr.registry import MODELS
from PIL import Image

import plugins.register  # noqa: F401
from plugins.engine import read_config
from plugins.functional.images import ReducedImage, read_reduced
from plugins.functional.network_input import InputFormat, fitted_page, network_input
from plugins.prediction.torch_predictor import TorchPredictor

CONFIGS = Path(__file__).resolve().parents[2] / 'configs'
# One that wants RGB and one that wants BGR.
RECIPES = ('dbnet_mobilenetv3_small_640', 'dbnet_ppocrv6_small')
SIZE = 100


def page_of(pixels: np.ndarray) -> ReducedImage:
    return ReducedImage(pixels, pixels.shape[1::-1], np.eye(3))


def test_pixels_are_normalized_and_zeros_follow_them() -> None:
    page = page_of(np.full((60, 90, 3), (10, 20, 30), np.uint8))
    wanted = InputFormat(mean=(0, 10, 20), std=(1, 2, 4), pad_size_divisor=32)
    found = network_input(page, 90, wanted)
    assert (found.shape, found.dtype) == ((3, 64, 96), np.float32)
    # Blue, green, red, each less its mean, over its deviation.
    assert [np.unique(channel[:60, :90]).tolist() for channel in found] == [[10], [5], [2.5]]
    assert not found[:, 60:].any() and not found[:, :, 90:].any()


def test_channels_change_places_before_they_are_normalized() -> None:
    page = page_of(np.full((32, 32, 3), (10, 20, 30), np.uint8))
    found = network_input(page, 32, InputFormat((0, 0, 0), (1, 1, 1), bgr_to_rgb=True))
    assert found[:, 0, 0].tolist() == [30, 20, 10]


@pytest.mark.parametrize('size', [(300, 200), (200, 300), (50, 20)])
def test_the_longer_side_is_fitted(size: tuple[int, int]) -> None:
    fitted = fitted_page(page_of(np.zeros((*size, 3), np.uint8)), 120)
    assert max(fitted.shape) == 120
    assert fitted.shape[0] / fitted.shape[1] == pytest.approx(size[0] / size[1], abs=0.02)


@pytest.fixture(scope='module', params=['as stored', 'turned and reduced'])
def picture(request, tmp_path_factory) -> Path:
    """A page of another size than the network's, with something on every pixel."""
    pixels = np.random.default_rng(0).integers(0, 256, (75, 45, 3)).astype(np.uint8)
    if request.param == 'as stored':
        pixels = np.kron(pixels, np.ones((2, 2, 1), np.uint8))
        return save(tmp_path_factory.mktemp('page') / 'a.png', Image.fromarray(pixels))
    pixels = np.kron(pixels, np.ones((8, 8, 1), np.uint8))
    path = tmp_path_factory.mktemp('page') / 'a.jpg'
    return save(path, Image.fromarray(pixels), exif=turned(6), quality=95)


@pytest.mark.parametrize('recipe', RECIPES)
def test_training_test_and_prediction_give_the_network_the_same(recipe, picture: Path) -> None:
    init_default_scope('mmocr')
    config = read_config(CONFIGS / f'{recipe}.py')
    if config.model.backbone.type == 'TimmBackbone':
        config.model.backbone.model_name = 'mobilenetv3_small_050'
    model = MODELS.build(config.model).eval()
    load = next(step for step in config.test_pipeline if step.type == 'LoadReceipt')
    steps = ('RandomWarp', 'MakeDBTargets', 'PackReceipt')
    unchanged = [load, *(dict(type=step) for step in steps)]
    ways = {'test': (config.test_pipeline, False), 'training': (unchanged, True)}
    found = {}
    for way, (pipeline, training) in ways.items():
        page = Compose(pipeline)(dict(img_path=str(picture), instances=[], input_size=SIZE))
        batch = {name: [value] for name, value in page.items()}
        found[way] = model.data_preprocessor(batch, training)['inputs']
    model.backbone.register_forward_pre_hook(lambda _, args: found.update(prediction=args[0]))
    dataset = SimpleNamespace(pipeline=Compose(config.test_pipeline), input_size=SIZE)
    predictor = TorchPredictor(model, dataset, torch.device('cpu'))
    predictor.start([predictor.read(picture)])

    options = dict(config.model.data_preprocessor)
    assert options.pop('type') == 'TextDetDataPreprocessor'
    page = read_reduced(picture, SIZE * load.max_zoom)
    expected = network_input(page, SIZE, InputFormat(**options))
    assert max(fitted_page(page, SIZE).shape) == SIZE < max(page.size)
    for way, images in found.items():
        np.testing.assert_allclose(images[0].numpy(), expected, atol=1e-6, err_msg=way)
    assert len(found) == 3
