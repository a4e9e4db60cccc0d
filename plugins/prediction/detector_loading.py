"""The detector of a checkpoint: its weights, and the config that they were trained with."""

import os
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import torch
from mmengine.config import Config
from mmengine.dataset import BaseDataset
from mmengine.registry import init_default_scope
from mmocr.registry import DATASETS, MODELS
from torch import nn

from ..engine import (
    apply_cfg_options,
    built_for,
    check_start,
    choose_decoding,
    config_errors,
    find_checkpoint,
    load_weights,
    read_checkpoint,
    read_config,
    read_test_config,
    set_input_size,
    without_initial_weights,
)
from ..functional.errors import UserError
from .torch_predictor import TorchPredictor

# What is run where no checkpoint is named: the recipe of a detector that comes pretrained.
START = Path(__file__).resolve().parents[2] / 'configs' / 'dbnet_ppocrv6_small.py'


def load_predictor(
    checkpoint: str | None,
    config: str | None = None,
    options: Mapping[str, Any] | None = None,
    input_size: int | None = None,
    device: str | None = None,
    decoding: str | None = None,
    trust: bool = False,
) -> TorchPredictor:
    """Return the detector of a checkpoint, averaged weights where it was trained with them.

    Args:
        checkpoint: .pth file of a training, or its work folder, of which it is the best. None takes
            the pretrained weights that the recipe starts from.
        config: config file, by default what the training left in the checkpoint, whose network
            counts in any case; without a checkpoint :data:`START`.
        options: values of the config to override.
        input_size: longer side of the network's input in pixels, by default that of the config.
        device: ``cpu`` or ``cuda``, by default a GPU where there is one.
        decoding: what ``--decode`` says, by default the ``decoding.json`` beside the checkpoint.
        trust: the checkpoint, and the config in it, may run code.

    Raises:
        UserError: the checkpoint is unreadable, has no config or one that is more than data, or is
            not of the detector of this config; without one, the recipe starts from no detector; an
            override does not fit; there is no GPU.
    """
    place = _device(device)
    stored = None if checkpoint is None else read_checkpoint(find_checkpoint(checkpoint), trust)
    name = config or (START if stored is None else stored.path)
    if stored is None:
        recipe = read_config(name)
    else:
        given = [*(options or {}), 'batch_size', *(['input_size'] if input_size else [])]
        recipe, lines = read_test_config(config, stored, given=given)
        for line in lines:
            print(line)
    for key in ('model', 'test_dataloader'):
        if not recipe.get(key):
            raise UserError(
                f'{name}: its config has no {key}, so it is no detector that could be run; '
                'name a config by --config'
            )
    if stored is None:
        check_start(recipe, name, 'give --checkpoint')
    if input_size is not None:
        set_input_size(recipe, input_size, ['test_dataloader'])
    apply_cfg_options(recipe, name, options or {})
    if 'det_head' in recipe.model:
        beside = name if stored is None else stored.path
        line = choose_decoding(recipe.model, decoding, beside, options or {})
        if line is not None:
            print(line)
    init_default_scope(recipe.get('default_scope') or 'mmocr')
    if stored is not None:
        without_initial_weights(recipe.model, stored)
    with config_errors(name, recipe), nullcontext() if stored is None else built_for(stored):
        dataset = _pipeline_owner(recipe, name)
        model = _build(recipe, name)
    if stored is not None:
        load_weights(model, stored)
    return TorchPredictor(model.to(place).eval(), dataset, place)


def _pipeline_owner(config: Config, name: str | os.PathLike) -> BaseDataset:
    """Build the test dataset without its pages, for its pipeline and input size."""
    # No annotation file is read; what is wrong with the dataset is said of that name.
    wanted = {**config.test_dataloader.dataset, 'ann_file': str(name), 'lazy_init': True}
    dataset = DATASETS.build(wanted)
    if not hasattr(dataset, 'pipeline'):
        raise UserError(
            f'{name}: test_dataloader.dataset is a {type(dataset).__name__}, which has no '
            'pipeline; test on a plain dataset'
        )
    return dataset


def _build(config: Config, name: str | os.PathLike) -> nn.Module:
    model = MODELS.build(config.model)
    if not hasattr(getattr(model, 'det_head', None), 'postprocessor'):
        raise UserError(
            f'{name}: its model is a {type(model).__name__}, no detector with a probability map; '
            'take a checkpoint of a DBNet'
        )
    return model


def _device(name: str | None) -> torch.device:
    if name is None:
        name = 'cuda' if torch.cuda.is_available() else 'cpu'
    if name == 'cuda' and not torch.cuda.is_available():
        raise UserError('--device cuda: PyTorch sees no GPU; give --device cpu')
    return torch.device(name)
