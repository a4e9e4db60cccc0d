"""What runs are told most often, by options of its own instead of ``--cfg-options``."""

import argparse
import os
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from mmengine.config import Config

from ..functional.errors import UserError
from ..functional.training import check_stages
from .decoding_choice import choose_decoding
from .training_length import hooks, schedulers, set_epochs

LOADERS = ('train_dataloader', 'val_dataloader', 'test_dataloader')
# The transforms that make a page as large as its dataset's ``input_size`` says.
_SIZED_BY_DATASET = ('FitPage', 'RandomWarp', 'PageViews')
_MULTIPLE = 32  # of stages but the last, in pixels


def apply_everyday_options(
    config: Config, args: argparse.Namespace, overridden: Collection[str] = ()
) -> None:
    """Set what the options of :func:`.cli.add_everyday_options` and its kin say.

    Those that ``args`` lacks, or has None of, change nothing.

    Args:
        config: to change, before ``--cfg-options`` are applied, which win.
        args: of any tool.
        overridden: the keys that ``--cfg-options`` will set.

    Raises:
        UserError: an option does not fit the config.
    """
    given = {key: value for key, value in vars(args).items() if value is not None}
    if 'input_size' in given:
        set_input_size(config, given['input_size'])
    if 'batch_size' in given:
        set_batch_size(config, given['batch_size'], LOADERS[:1])
    if 'test_batch_size' in given:
        set_batch_size(config, given['test_batch_size'], LOADERS[1:])
    if 'workers' in given:
        set_workers(config, given['workers'])
    if 'epochs' in given:
        set_epochs(config, given['epochs'])
    if 'lr' in given:
        set_learning_rate(config, given['lr'], overridden)
    if 'ann' in given:
        set_annotation(config, given['ann'], given.get('split', 'test'))
    if 'decode' in given:
        if 'det_head' not in (config.get('model') or {}):
            raise UserError(f'{config.filename}: --decode: its model has no det_head; drop it')
        choose_decoding(config.model, given['decode'], '', overridden)


def set_input_size(config: Config, pixels: int, loaders: Sequence[str] = LOADERS) -> None:
    """Make the longer side of pages ``pixels``; of stages the last, the others in proportion.

    Raises:
        UserError: no dataset of the config has such a size, or a pipeline does not go by it.
    """
    datasets = [(name, each) for name in loaders for each in _receipts(config.get(name))]
    if not datasets:
        raise UserError(
            f'{config.filename}: --input-size {pixels}: has no ReceiptDataset to set it of; '
            'set the sizes that its pipelines name by --cfg-options'
        )
    for name, dataset in datasets:
        pipeline = dataset.get('pipeline')
        if pipeline and not any(_of_types(pipeline, _SIZED_BY_DATASET)):
            raise UserError(
                f'{config.filename}: --input-size {pixels}: the pipeline of {name} names sizes '
                f'itself ({" and ".join(_SIZED_BY_DATASET[:2])} go by this one); '
                'set them by --cfg-options'
            )
        dataset['input_size'] = pixels
    for hook in _of_types(list(hooks(config)), ('ProgressiveResolutionHook',)):
        stages = check_stages(hook['stages'])
        last = stages[-1].size
        sizes = [_in_proportion(stage.size, last, pixels) for stage in stages]
        hook['stages'] = [
            tuple(part for part in stage._replace(size=size) if part is not None)
            for stage, size in zip(stages, sizes, strict=True)
        ]


def set_batch_size(config: Config, pages: int, loaders: Sequence[str] = LOADERS[:1]) -> None:
    """Let batches hold so many pages; where stages name batches, the last does, in proportion.

    Batches of a test hold pages that are padded alike, so that their number changes no score.
    """
    for name in loaders:
        if config.get(name):
            config[name].batch_size = pages
    if LOADERS[0] not in loaders:
        _let_pages_be_equal(config, loaders)
        return
    for hook in _of_types(list(hooks(config)), ('ProgressiveResolutionHook',)):
        stages = check_stages(hook['stages'])
        last = stages[-1].batch
        # Without a batch of its own the last has that of the loader.
        hook['stages'] = [
            (stage.epoch, stage.size)
            if stage.batch is None or last is None
            else (stage.epoch, stage.size, max(round(stage.batch * pages / last), 1))
            for stage in stages
        ]


def _let_pages_be_equal(config: Config, loaders: Sequence[str]) -> None:
    padding = ((config.get('model') or {}).get('data_preprocessor') or {}).get(
        'pad_size_divisor', 1
    )
    for name in loaders:
        for dataset in _receipts(config.get(name)):
            sized = any(_of_types(dataset.get('pipeline'), _SIZED_BY_DATASET))
            divisor = padding if sized else None
            config[name].batch_sampler = dict(type='EqualPagesBatchSampler', divisor=divisor)


def set_workers(config: Config, workers: int) -> None:
    """Let so many processes read pages; with 0 the training's or test's own does."""
    for name in LOADERS:
        loader = config.get(name)
        if loader:
            loader.num_workers = workers
            if not workers:
                loader.persistent_workers = False
                # torch refuses them without workers.
                loader.pop('prefetch_factor', None)
                loader.pop('multiprocessing_context', None)


def set_learning_rate(config: Config, rate: float, overridden: Collection[str] = ()) -> None:
    """Set what the schedule starts from.

    Raises:
        UserError: the config has no single optimizer, or its schedule would not go down from there.
    """
    optimizer = (config.get('optim_wrapper') or {}).get('optimizer')
    if not optimizer:
        raise UserError(
            f'{config.filename}: --lr {rate:g}: optim_wrapper has no optimizer of its own; '
            'set the rates by --cfg-options'
        )
    for scheduler in schedulers(config):
        for key, hinders in (('eta_min', rate), ('eta_max', 0)):
            set_too = any(name.endswith(f'.{key}') for name in overridden)
            if scheduler.get(key) is not None and scheduler[key] > hinders and not set_too:
                raise UserError(
                    f'{config.filename}: --lr {rate:g}: {scheduler["type"]} has '
                    f'{key}={scheduler[key]:g}; set that as well, by --cfg-options '
                    f'param_scheduler.{key}=...'
                )
    optimizer.lr = rate


def set_annotation(config: Config, path: str, split: str) -> None:
    """Test on the pages that an annotation file lists, and score those that it has labels of.

    Raises:
        UserError: there is no such file, or no dataset to give it to.
    """
    if not os.path.isfile(path):
        raise UserError(f'--ann {path}: no such file; give an annotation JSON')
    datasets = list(_receipts(config.get(f'{split}_dataloader')))
    if len(datasets) != 1:
        raise UserError(
            f'{config.filename}: --ann {path}: {split}_dataloader has {len(datasets)} '
            'ReceiptDatasets, not one; name its ann_file by --cfg-options'
        )
    # A dataset looks for any other below its data_root.
    datasets[0]['ann_file'] = os.path.abspath(path)


def _in_proportion(size: int, last: int, pixels: int) -> int:
    if size == last:
        return pixels
    scaled = max(round(size * pixels / last / _MULTIPLE), 1) * _MULTIPLE
    return min(scaled, pixels) if size < last else scaled


def _receipts(loader: dict | None) -> Iterator[dict[str, Any]]:
    yield from _of_types(loader, ('ReceiptDataset',))


def _of_types(node: Any, types: Collection[str]) -> Iterator[dict[str, Any]]:
    """Yield the configs of some types, inside of wrappers as well."""
    if isinstance(node, dict):
        if node.get('type') in types:
            yield node
        node = list(node.values())
    if isinstance(node, list | tuple):
        for each in node:
            yield from _of_types(each, types)
