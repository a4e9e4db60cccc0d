"""The trainings that are compared: same pages, model and optimizer, all else each side's own."""

import copy
from collections.abc import Sequence
from dataclasses import dataclass

from mmengine.config import Config

from plugins.functional.errors import UserError

STOCK = 'stock MMOCR'
OURS = 'MMReceipt'
SQUARE = 'MMReceipt, square'


@dataclass(frozen=True)
class Load:
    """What is the same for all sides.

    ``indices`` are those of the pages, ``input_size`` the longer side of the network input in
    pixels, and ``model`` says whose backbone and neck are trained, ``'stock'`` or ``'config'``.
    """

    indices: Sequence[int]
    input_size: int
    batch_size: int
    workers: int
    model: str = 'stock'


@dataclass(frozen=True)
class Side:
    """Configs of one training: train_dataloader, model and optim_wrapper."""

    name: str
    loader: dict
    model: dict
    optim_wrapper: dict


def make_sides(config: Config, stock: Config, load: Load) -> tuple[Side, Side, Side]:
    """Return the stock training, that of ``config``, and it once more on stock's square canvas.

    Heads share their weights' shapes, so all three cost the network the same per pixel; MMOCR pads
    every page to a square, so the third costs it the same per page too.

    Raises:
        UserError: see :func:`check_config`.
    """
    check_config(config)
    base = stock.model if load.model == 'stock' else config.model
    ours = _model(base, config.model)
    canvas = -(-load.input_size // 32) * 32
    square = {
        **ours,
        'data_preprocessor': {**ours['data_preprocessor'], 'pad_size_divisor': canvas},
    }
    loader = _loader(config, load)
    optimizer = {**copy.deepcopy(config.optim_wrapper), 'accumulative_counts': 1}
    return (
        Side(STOCK, _stock_loader(loader, stock, load), _model(base, stock.model), optimizer),
        Side(OURS, loader, ours, optimizer),
        Side(SQUARE, loader, square, optimizer),
    )


def check_config(config: Config) -> None:
    """Refuse a config without the parts of a training on receipts.

    Raises:
        UserError: see above.
    """
    loader = config.get('train_dataloader') or {}
    if (loader.get('dataset') or {}).get('type') != 'ReceiptDataset':
        raise UserError(
            f'{config.filename}: train_dataloader.dataset is no ReceiptDataset; use one'
        )
    for key in ('model', 'optim_wrapper'):
        if not config.get(key):
            raise UserError(f'{config.filename}: has no {key}; name the config of a training')


def _loader(config: Config, load: Load) -> dict:
    loader = copy.deepcopy(dict(config.train_dataloader))
    loader.update(batch_size=load.batch_size, num_workers=load.workers, persistent_workers=False)
    loader['dataset'] = {
        **loader['dataset'],
        'input_size': load.input_size,
        'indices': list(load.indices),
    }
    return loader


def _stock_loader(loader: dict, stock: Config, load: Load) -> dict:
    pipeline = copy.deepcopy(stock.train_dataloader.dataset.pipeline)
    for transform in pipeline:
        if transform['type'] == 'Resize':
            transform['scale'] = (load.input_size, load.input_size)
        elif transform['type'] == 'Pad':
            transform['size'] = (load.input_size, load.input_size)
    loader = {key: value for key, value in loader.items() if key != 'batch_sampler'}
    return {**loader, 'dataset': {**loader['dataset'], 'pipeline': pipeline}}


def _model(base: dict, side: dict) -> dict:
    """Return the backbone and neck of ``base`` under the head, loss and input of ``side``."""
    model = copy.deepcopy(dict(base))
    head = {key: value for key, value in side['det_head'].items() if key != 'in_channels'}
    if 'in_channels' in base['det_head']:
        head['in_channels'] = base['det_head']['in_channels']
    backbone = dict(model['backbone'], init_cfg=None)
    if backbone['type'] == 'TimmBackbone':
        # Weights do not change what a step takes, and are not always at hand.
        del backbone['init_cfg']
        backbone.update(pretrained=False, checkpoint=None)
    preprocessor = copy.deepcopy(side['data_preprocessor'])
    return {**model, 'backbone': backbone, 'det_head': head, 'data_preprocessor': preprocessor}
