"""What a dataset's pipeline makes of its pages, as pictures."""

import cv2
import numpy as np
from mmengine.config import Config
from mmengine.dataset import BaseDataset
from mmengine.registry import init_default_scope
from mmengine.runner import set_random_seed
from mmocr.registry import DATASETS
from mmocr.structures import TextDetDataSample
from numpy.typing import NDArray

from ..engine import check_fold_files, config_errors
from ..functional.drawing import caption, colours, contact_sheet, draw_polygons
from ..functional.images import read_image

_HEIGHT = 900


def open_dataset(config: Config, split: str) -> BaseDataset:
    """Build the dataset of ``train``, ``val`` or ``test`` and seed its pipeline.

    Raises:
        UserError: the config has no such dataset, or it cannot be built.
    """
    init_default_scope(config.get('default_scope', 'mmocr'))
    set_random_seed(config.get('randomness', {}).get('seed') or 0)
    check_fold_files(config.get(f'{split}_dataloader'))
    with config_errors(f'{config.filename}: {split}_dataloader.dataset'):
        return DATASETS.build(config[f'{split}_dataloader'].dataset)


def pipeline_panels(dataset: BaseDataset, index: int) -> NDArray[np.uint8]:
    """Return one page before and after its pipeline, and its training maps where it makes them.

    From left to right: the page with its words; the network's input with what became of them,
    ignored ones in grey; the probability map in red; the threshold map from black to yellow. What
    the loss leaves out (mask 0) is grey in the first of them; the other is drawn in its mask.

    Raises:
        UserError: the image cannot be read.
    """
    record = dataset.get_data_info(index)
    page = read_image(record['img_path'])
    words = [np.array(word['polygon']).reshape(-1, 2) for word in record['instances']]
    packed = dataset[index]
    sample = packed['data_samples']
    image = np.ascontiguousarray(packed['inputs'].numpy().transpose(1, 2, 0))
    panels = [
        _panel(draw_polygons(page, words, colours.GROUND_TRUTH, start=True), f'page {_size(page)}'),
        _panel(_draw_sample(image, sample, dataset.test_mode), f'network input {_size(image)}'),
    ]
    if 'gt_maps' in sample:
        prob, prob_mask, thresh, thresh_mask = sample.gt_maps.data.float().numpy()
        learnt = _tint(image, 1 - prob_mask, colours.IGNORED)
        learnt = _tint(learnt, 0.65 * prob, colours.PROBABILITY)
        panels.append(_panel(learnt, 'probability: red 1, grey left out'))
        legend = f'threshold: black {thresh.min():.1f}, yellow {thresh.max():.1f}'
        panels.append(_panel(_threshold_overlay(image, thresh, thresh_mask), legend))
    return contact_sheet(panels, len(panels), _HEIGHT)


def _size(image: NDArray) -> str:
    return f'{image.shape[1]} x {image.shape[0]}'


def _panel(picture: NDArray[np.uint8], title: str) -> NDArray[np.uint8]:
    return caption(_to_height(picture), [(title, colours.CAPTION)], height=30)


def _to_height(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    size = (max(1, round(picture.shape[1] * _HEIGHT / picture.shape[0])), _HEIGHT)
    shrinks = picture.shape[0] > _HEIGHT
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)


def _draw_sample(
    image: NDArray[np.uint8], sample: TextDetDataSample, test_mode: bool
) -> NDArray[np.uint8]:
    # Outlines stay fine when they are drawn at the size that is looked at.
    factor = _HEIGHT / image.shape[0]
    if test_mode:
        # A test pipeline leaves polygons on the displayed page, where they are scored.
        factor = factor * np.array(sample.get('scale_factor', (1, 1)))
    image = _to_height(image)
    words = [np.asarray(p).reshape(-1, 2) * factor for p in sample.gt_instances.polygons]
    ignored = np.asarray(sample.gt_instances.ignored, bool)
    for color, wanted in ((colours.GROUND_TRUTH, False), (colours.IGNORED, True)):
        picked = [word for word, skip in zip(words, ignored, strict=True) if skip == wanted]
        image = draw_polygons(image, picked, color, start=not wanted)
    return image


def _threshold_overlay(
    image: NDArray[np.uint8], thresh: NDArray[np.float32], mask: NDArray[np.float32]
) -> NDArray[np.uint8]:
    low, high = thresh.min(), thresh.max()
    heat = np.rint(255 * (thresh - low) / max(high - low, 1e-6)).astype(np.uint8)
    return _tint(image, 0.75 * mask, cv2.applyColorMap(heat, cv2.COLORMAP_INFERNO))


def _tint(
    image: NDArray[np.uint8], weight: NDArray[np.float32], color: tuple | NDArray[np.uint8]
) -> NDArray[np.uint8]:
    weight = weight[..., None]
    return np.rint(image * (1 - weight) + np.asarray(color) * weight).astype(np.uint8)
