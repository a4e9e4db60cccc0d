"""The trainings that are compared: same pages, model and optimizer, all else each one's own."""

import copy
from collections.abc import Sequence
from dataclasses import dataclass

from mmengine.config import Config

STOCK = 'stock MMOCR'
OURS = 'MMReceipt'
SQUARE = 'MMReceipt, square'


@dataclass(frozen=True)
class ComparedTraining:
    """Configs of one training: train_dataloader, model and optim_wrapper."""

    name: str
    loader: dict
    model: dict
    optim_wrapper: dict


def compared_trainings(
    config: Config,
    stock: Config,
    indices: Sequence[int],
    *,
    input_size: int,
    batch_size: int,
    workers: int,
    network: Config | None = None,
) -> list[ComparedTraining]:
    """Return the stock training, that of ``config``, and it once more on stock's square canvas.

    All read the pages of these ``indices`` at ``input_size``, their longer side in pixels, and
    train the backbone and neck of ``network``, by default stock's. Heads share their weights'
    shapes, so all three cost the network the same per pixel; MMOCR pads every page to a square, so
    the third costs it the same per page too.
    """
    loader = copy.deepcopy(dict(config.train_dataloader))
    loader.update(batch_size=batch_size, num_workers=workers, persistent_workers=False)
    loader['dataset'] = {**loader['dataset'], 'input_size': input_size, 'indices': list(indices)}
    base = (network or stock).model
    model = _model(base, config.model)
    canvas = {'pad_size_divisor': -(-input_size // 32) * 32}
    square = {**model, 'data_preprocessor': {**model['data_preprocessor'], **canvas}}
    optimizer = {**copy.deepcopy(config.optim_wrapper), 'accumulative_counts': 1}
    return [
        ComparedTraining(name, one_loader, one_model, optimizer)
        for name, one_loader, one_model in (
            (STOCK, _stock_loader(loader, stock, input_size), _model(base, stock.model)),
            (OURS, loader, model),
            (SQUARE, loader, square),
        )
    ]


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
    model, own = copy.deepcopy(dict(base)), copy.deepcopy(dict(own))
    head = own['det_head']
    head.pop('in_channels', None)
    if 'in_channels' in base['det_head']:
        head['in_channels'] = base['det_head']['in_channels']
    # Weights do not change what a step takes, and are not always at hand.
    if model['backbone']['type'] == 'TimmBackbone':
        model['backbone'].pop('init_cfg', None)
        model['backbone'].update(pretrained=False, checkpoint=None)
    else:
        model['backbone']['init_cfg'] = None
    return {**model, 'det_head': head, 'data_preprocessor': own['data_preprocessor']}
