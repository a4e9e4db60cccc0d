"""The trainings that are compared: same pages, model and optimizer, all else each one's own."""

import copy
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from mmengine.config import Config

from plugins.functional.errors import UserError

from ..cli import cores

STOCK = 'stock MMOCR'
OURS = 'MMReceipt'
SQUARE = 'MMReceipt, square'


@dataclass(frozen=True)
class Workload:
    """How much is measured, and what is the same for all trainings.

    ``input_size`` is the longer side of the network's input in pixels, ``model`` says whose
    backbone and neck are trained, ``'stock'`` or ``'config'``. A value of None is to be what suits
    the machine.
    """

    pages: int
    repeat: int
    steps: int | None
    batch_size: int | None
    workers: int | None
    input_size: int | None
    model: str = 'stock'

    def fitted(self, config: Config) -> 'Workload':
        """Return it with a number in place of each None.

        Raises:
            UserError: the config is not one of a training on receipts.
        """
        _check(config)
        loader, gpu = config.train_dataloader, torch.cuda.is_available()
        suitable = {
            'steps': 60 if gpu else 4,
            'batch_size': loader.batch_size if gpu else 2,
            'workers': min(loader.get('num_workers', 0), cores()),
            'input_size': loader.dataset.get('input_size', 960),
        }
        given = {key: value for key, value in vars(self).items() if value is not None}
        return Workload(**{**suitable, **given})


@dataclass(frozen=True)
class ComparedTraining:
    """Configs of one training: train_dataloader, model and optim_wrapper."""

    name: str
    loader: dict
    model: dict
    optim_wrapper: dict


def compared_trainings(
    config: Config, stock: Config, indices: Sequence[int], workload: Workload
) -> tuple[ComparedTraining, ComparedTraining, ComparedTraining]:
    """Return the stock training, that of ``config``, and it once more on stock's square canvas.

    All read the pages of these ``indices``. Heads share their weights' shapes, so all three cost
    the network the same per pixel; MMOCR pads every page to a square, so the third costs it the
    same per page too.
    """
    size = workload.input_size
    loader = copy.deepcopy(dict(config.train_dataloader))
    loader.update(
        batch_size=workload.batch_size, num_workers=workload.workers, persistent_workers=False
    )
    loader['dataset'] = {**loader['dataset'], 'input_size': size, 'indices': list(indices)}
    base = stock.model if workload.model == 'stock' else config.model
    model = _model(base, config.model)
    canvas = {'pad_size_divisor': -(-size // 32) * 32}
    square = {**model, 'data_preprocessor': {**model['data_preprocessor'], **canvas}}
    optimizer = {**copy.deepcopy(config.optim_wrapper), 'accumulative_counts': 1}
    return (
        ComparedTraining(
            STOCK, _stock_loader(loader, stock, size), _model(base, stock.model), optimizer
        ),
        ComparedTraining(OURS, loader, model, optimizer),
        ComparedTraining(SQUARE, loader, square, optimizer),
    )


def _check(config: Config) -> None:
    loader = config.get('train_dataloader') or {}
    if (loader.get('dataset') or {}).get('type') != 'ReceiptDataset':
        raise UserError(
            f'{config.filename}: train_dataloader.dataset is no ReceiptDataset; use one'
        )
    for key in ('model', 'optim_wrapper'):
        if not config.get(key):
            raise UserError(f'{config.filename}: has no {key}; name the config of a training')


def _stock_loader(loader: dict, stock: Config, size: int) -> dict:
    pipeline = copy.deepcopy(stock.train_dataloader.dataset.pipeline)
    for transform in pipeline:
        for kind, key in (('Resize', 'scale'), ('Pad', 'size')):
            if transform['type'] == kind:
                transform[key] = (size, size)
    loader = {key: value for key, value in loader.items() if key != 'batch_sampler'}
    return {**loader, 'dataset': {**loader['dataset'], 'pipeline': pipeline}}


def _model(base: dict, own: dict) -> dict:
    """Return the backbone and neck of ``base`` under the head, loss and input of ``own``."""
    model = copy.deepcopy(dict(base))
    head = {key: value for key, value in own['det_head'].items() if key != 'in_channels'}
    if 'in_channels' in base['det_head']:
        head['in_channels'] = base['det_head']['in_channels']
    backbone = dict(model['backbone'], init_cfg=None)
    if backbone['type'] == 'TimmBackbone':
        # Weights do not change what a step takes, and are not always at hand.
        del backbone['init_cfg']
        backbone.update(pretrained=False, checkpoint=None)
    preprocessor = copy.deepcopy(own['data_preprocessor'])
    return {**model, 'backbone': backbone, 'det_head': head, 'data_preprocessor': preprocessor}
