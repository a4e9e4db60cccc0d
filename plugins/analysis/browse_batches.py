"""Batches as a network is given them: padded, and mixed where a config says so."""

from collections.abc import Iterator

import numpy as np
import torch
from mmengine.config import Config
from mmengine.registry import init_default_scope
from mmengine.runner import Runner, set_random_seed
from mmocr.registry import MODELS
from torch import Tensor, nn

from ..datasets.batch_sampler import ReceiptBatchSampler
from ..engine import check_fold_files, config_errors
from ..functional.drawing import Image, contact_sheet
from ..functional.errors import UserError
from .browse_dataset import seed_of, stage_of
from .panels import probability_overlay, titled

_HEIGHT, _COLUMNS = 600, 6


def training_batches(config: Config, epoch: int) -> Iterator[Image]:
    """Yield the batches of an epoch, from 1, each a sheet of its pages with what is learnt of them.

    Sizes, pages and what is made of each are those of a training with the seed that the config
    names. What is mixed with what is drawn anew, as it is in every training.

    Raises:
        UserError: the batches are none of receipts, or a part of the config cannot be built.
    """
    init_default_scope(config.get('default_scope', 'mmocr'))
    check_fold_files(config.get('train_dataloader'))
    seed, stage = seed_of(config), stage_of(config, epoch)
    set_random_seed(seed)
    loader = {**config.train_dataloader, 'num_workers': 0, 'persistent_workers': False}
    with config_errors(f'{config.filename}: train_dataloader'):
        batches = Runner.build_dataloader(loader, seed=seed)
    sampler = batches.batch_sampler
    if not isinstance(sampler, ReceiptBatchSampler):
        raise UserError(
            f'{config.filename}: train_dataloader has a {type(sampler).__name__}; a '
            'ReceiptBatchSampler makes batches that can be drawn'
        )
    sampler.sampler.set_epoch(epoch - 1)
    if stage is not None:
        sampler.input_size = stage.size
        sampler.batch_size = stage.batch or sampler.batch_size
    with config_errors(f'{config.filename}: model.data_preprocessor'):
        preprocessor = MODELS.build(config.model.data_preprocessor)
    for batch in batches:
        with torch.no_grad():
            mixed = preprocessor(batch, training=True)
        yield _sheet(_pictures(mixed['inputs'], preprocessor), mixed['data_samples'])


def _pictures(inputs: Tensor, preprocessor: nn.Module) -> Iterator[Image]:
    """BGR pictures of normalised pages (N, 3, H, W)."""
    pages = inputs
    if preprocessor._enable_normalize:
        pages = inputs * preprocessor.std + preprocessor.mean
    if preprocessor._channel_conversion:
        pages = pages.flip(1)
    for page in pages.clamp(0, 255).round().byte().numpy():
        yield np.ascontiguousarray(page.transpose(1, 2, 0))


def _sheet(pictures: Iterator[Image], samples: list) -> Image:
    panels = []
    for picture, sample in zip(pictures, samples, strict=True):
        name = 'as it is,' if 'gt_instances' in sample else 'mixed,'
        panels.append(titled(picture, name, picture))
        if 'gt_maps' in sample:
            prob, mask, _, _ = _padded(sample.gt_maps.data.float().numpy(), picture.shape)
            learnt = probability_overlay(picture, prob, mask)
            panels.append(titled(learnt, 'probability'))
    return contact_sheet(panels, min(_COLUMNS, len(panels)), _HEIGHT)


def _padded(maps: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Maps (4, h, w) on a page (H, W, 3): nothing is learnt of what it is padded with."""
    padded = np.zeros((4, *shape[:2]), np.float32)
    padded[:, : maps.shape[1], : maps.shape[2]] = maps
    return padded
