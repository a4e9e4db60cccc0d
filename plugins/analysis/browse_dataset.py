"""What a dataset's pipeline makes of its pages, as pictures."""

from collections.abc import Sequence

import numpy as np
from mmengine.config import Config
from mmengine.dataset import BaseDataset
from mmengine.registry import init_default_scope
from mmengine.runner import set_random_seed
from mmocr.registry import DATASETS
from mmocr.structures import TextDetDataSample
from numpy.typing import NDArray

from ..datasets.page_seed import page_seed
from ..datasets.receipt_dataset import PageRequest
from ..engine import check_fold_files, config_errors
from ..functional.drawing import Image, colours, contact_sheet
from ..functional.errors import UserError
from ..functional.images import read_image
from ..functional.training import SizeStage, check_stages, stage_at
from .panels import learnt_layers, outlined, titled, window_around

_HEIGHT = 900


def open_dataset(config: Config, split: str) -> BaseDataset:
    """Build the dataset of ``train``, ``val`` or ``test`` and seed its pipeline.

    Raises:
        UserError: the config has no such dataset, or it cannot be built.
    """
    init_default_scope(config.get('default_scope', 'mmocr'))
    set_random_seed(seed_of(config))
    check_fold_files(config.get(f'{split}_dataloader'))
    with config_errors(f'{config.filename}: {split}_dataloader.dataset'):
        return DATASETS.build(config[f'{split}_dataloader'].dataset)


def seed_of(config: Config) -> int:
    """Return the seed that a config names; where it names none, a training draws one, here 0."""
    return config.get('randomness', {}).get('seed') or 0


def stage_of(config: Config, epoch: int) -> SizeStage | None:
    """Return the stage of progressive resolution that an epoch, from 1, is in, if there are any.

    Raises:
        UserError: there is no such epoch.
    """
    epochs = config.train_cfg.max_epochs
    if epoch > epochs:
        raise UserError(f'--at-epoch {epoch}: {config.filename} has {epochs}; give 1 to {epochs}')
    hooks = [
        hook
        for hook in config.get('custom_hooks') or ()
        if hook['type'] == 'ProgressiveResolutionHook'
    ]
    return stage_at(check_stages(hooks[-1]['stages']), epoch - 1) if hooks else None


def page_requests(config: Config, index: int, epochs: Sequence[int]) -> list[PageRequest]:
    """Return what epochs, from 1, ask of a page: sizes and randomness as a training has them."""
    stages = [stage_of(config, epoch) for epoch in epochs]
    seed = seed_of(config)
    return [
        PageRequest(index, stage.size if stage else None, page_seed(seed, epoch - 1, index))
        for epoch, stage in zip(epochs, stages, strict=True)
    ]


def pipeline_panels(
    dataset: BaseDataset, requests: Sequence[PageRequest], titles: Sequence[str] = ('',)
) -> Image:
    """Return one page before and after its pipeline, and its training maps where it makes them.

    From left to right: the page with its words; the network's input with what became of them,
    ignored ones in grey; the probability map in red; the threshold map from black to yellow. What
    the loss leaves out (mask 0) is grey in the first of them; the other is drawn in its mask. Each
    further request of the page is a row of its own, ``titles`` are what they are called. Where
    words take up a small part of a picture, that part is shown.

    Raises:
        UserError: the image cannot be read.
    """
    record = dataset.get_data_info(requests[0])
    page = read_image(record['img_path'])
    words = [np.array(word['polygon']).reshape(-1, 2) for word in record['instances']]
    window = window_around(words, page.shape)
    outlines = [(words, colours.GROUND_TRUTH)]
    height = _HEIGHT if len(requests) == 1 else 2 * _HEIGHT // 3
    first = titled(outlined(page, window, outlines, height), 'page', page, window)
    panels: list[Image] = []
    for request, title in zip(requests, titles, strict=True):
        row = _input_panels(dataset, request, title, height)
        panels += [np.full_like(first, 255) if panels else first, *row]
    return contact_sheet(panels, len(panels) // len(requests), height)


def _input_panels(
    dataset: BaseDataset, request: PageRequest, title: str, height: int
) -> list[Image]:
    packed = dataset[request]
    sample = packed['data_samples']
    image = np.ascontiguousarray(packed['inputs'].numpy().transpose(1, 2, 0))
    outlines = _outlines(sample, dataset.test_mode)
    window = window_around([word for words, _ in outlines for word in words], image.shape)
    name = f'{title}: network input' if title else 'network input'
    panels = [titled(outlined(image, window, outlines, height), name, image, window)]
    if 'gt_maps' in sample:
        maps = sample.gt_maps.data.float().numpy()
        panels += learnt_layers(image, maps, window, height)
    return panels


def _outlines(
    sample: TextDetDataSample, test_mode: bool
) -> list[tuple[list[NDArray], colours.Color]]:
    """Words and ignored ones, in pixels of the network's input."""
    # A test pipeline leaves polygons on the displayed page, where they are scored.
    scale = np.array(sample.get('scale_factor', (1, 1)) if test_mode else (1, 1))
    words = [np.asarray(p).reshape(-1, 2) * scale for p in sample.gt_instances.polygons]
    ignored = np.asarray(sample.gt_instances.ignored, bool)
    return [
        ([word for word, skip in zip(words, ignored, strict=True) if skip == wanted], color)
        for color, wanted in ((colours.GROUND_TRUTH, False), (colours.IGNORED, True))
    ]
