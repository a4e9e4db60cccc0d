"""What is tested: the network of a checkpoint, as it was trained, on the data of a config."""

import argparse
import os
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from mmengine.config import Config

from ..functional.decoding import parse_decoding
from ..functional.errors import UserError
from .cfg_options import parse_cfg_options
from .checkpoint_loading import Checkpoint
from .config_reading import override_config, read_config, set_environment
from .data_root import move_data
from .fold_option import datasets_by_fold
from .stored_config import stored_config
from .trained_settings import settings

# What a checkpoint decides: the network, and how pages are handed to it and to how many at once.
_NETWORK = ('model', 'data_preprocessor', 'test_cfg', 'default_scope')
_BATCHES = ('batch_size', 'sampler', 'batch_sampler', 'collate_fn')
_PAGES = ('pipeline', 'input_size')
_LOADERS = ('val_dataloader', 'test_dataloader')
# Parts of it that only a training knows, or that weights take the place of.
_TRAINING_ONLY = {
    *('module_loss', 'batch_augments', 'init_cfg', 'pretrained', 'layers_of', 'train_cfg'),
    *('trust', 'checkpoint_path'),
}
_WEIGHTS = ('model.backbone.checkpoint', 'model.backbone.file')
_SHOWN = 5  # differences
_WIDTH = 30  # of a value that is shown, in characters


def load_test_config(
    args: argparse.Namespace, checkpoint: Checkpoint | None
) -> tuple[Config, list[str]]:
    """Return what the options of :func:`.cli.parse_test` stand for, and lines to tell of it.

    Raises:
        UserError: see :func:`read_test_config`, :func:`check_start` and
            :func:`.config_reading.override_config`.
    """
    set_environment(args)
    if checkpoint is None:
        config = override_config(read_config(args.config), args, args.config)
        check_start(config, args.config, 'name a checkpoint')
        return config, []
    options = parse_cfg_options(args.cfg_options)
    given = [*options, *(['fold'] if args.fold is not None else [])]
    given += ['input_size'] if getattr(args, 'input_size', None) else []
    given += ['batch_size'] if getattr(args, 'test_batch_size', None) else []
    given += (
        [f'postprocessor.{name}' for name in parse_decoding(args.decode)] if args.decode else []
    )
    config, lines = read_test_config(args.config, checkpoint, args.split, given)
    if args.config is None:
        config.work_dir = str(Path(checkpoint.path).parent)
    return override_config(config, args, args.config or checkpoint.path), lines


def check_start(config: Config, name: str | os.PathLike, remedy: str) -> None:
    """Refuse a recipe whose start finds no words yet: only detectors from an ONNX file do.

    Raises:
        UserError: naming the recipe.
    """
    if (config.get('model') or {}).get('backbone', {}).get('type') != 'OnnxBackbone':
        raise UserError(f'{name}: starts from no detector that could be run; {remedy}')


def read_test_config(
    path: str | os.PathLike | None,
    checkpoint: Checkpoint,
    split: str = 'test',
    given: Collection[str] = (),
) -> tuple[Config, list[str]]:
    """Return how a checkpoint is tested, and lines that tell what of its config file does not hold.

    Args:
        path: config file that gives data, evaluators and views; without one those of the training.
        checkpoint: what is tested. Where it does not say how it was trained, the file counts alone.
        split: of whose pages the lines tell.
        given: keys, or last parts of keys, that are overridden in any case: no line tells of them.

    Raises:
        UserError: the file is no config; without one, the checkpoint has no usable config.
    """
    if path is None:
        config = stored_config(checkpoint)
        move_data(config)
        return config, []
    config = read_config(path)
    try:
        stored = stored_config(checkpoint)
        if not stored.get('model'):
            raise UserError(f'{checkpoint.path}: the config in it has no model')
    except UserError as error:
        reason, _, remedy = error.line.partition('; ')
        hint = ' (with --trust as trained)' if '--trust' in remedy else ''
        return config, [f'{reason}; it is run as {path} says{hint}']
    parts = ('model', 'data_preprocessor', f'{split}_dataloader', 'test_cfg')
    before = settings(config, parts)
    run_as_trained(config, stored)
    lines = list(_differences(before, settings(config, parts), given))
    if lines:
        lines.insert(0, f'as trained, not as in {path}:')
    return config, lines


def run_as_trained(config: Config, stored: Config) -> None:
    """Put the network of a training into a config, with all that its maps depend on.

    Datasets of another kind than the training's keep their pipeline.
    """
    for key in _NETWORK:
        _take(config, stored, key)
    for name in _LOADERS:
        loader = config.get(name)
        trained = stored.get(name) or next((stored[n] for n in _LOADERS if stored.get(n)), None)
        if not loader or not trained:
            continue
        for key in _BATCHES:
            _take(loader, trained, key)
        model = next(_datasets(trained.get('dataset')), None)
        for dataset in _datasets(loader.get('dataset')):
            if model is not None and dataset.get('type') == model.get('type'):
                for key in _PAGES:
                    _take(dataset, model, key)
    loaders = [stored.get(name) for name in _LOADERS]
    folds = [dataset.get('fold') for dataset in datasets_by_fold(loaders)]
    for dataset in datasets_by_fold([config.get(name) for name in _LOADERS]):
        if folds:
            dataset['fold'] = folds[0]


def _take(target: dict, source: dict, key: str) -> None:
    if source.get(key) is not None:
        target[key] = source[key]
    elif key not in ('test_cfg', 'default_scope'):
        target.pop(key, None)


def _datasets(node: Any) -> Iterator[dict]:
    """Yield the configs of datasets that have pages of their own, inside of wrappers as well."""
    if isinstance(node, dict) and ('ann_file' in node or 'input_size' in node):
        yield node
    elif isinstance(node, dict):
        for key in ('dataset', 'datasets'):
            yield from _datasets(node.get(key))
    elif isinstance(node, list | tuple):
        for each in node:
            yield from _datasets(each)


def _differences(
    before: dict[str, str], after: dict[str, str], given: Collection[str]
) -> Iterator[str]:
    keys = [
        key
        for key in sorted(before.keys() | after.keys())
        if before.get(key) != after.get(key)
        and not _TRAINING_ONLY & set(key.split('.'))
        and key not in _WEIGHTS
        and not any(f'.{key}.'.endswith(f'.{g}.') or key.startswith(f'{g}.') for g in given)
    ]
    for key in keys[:_SHOWN]:
        yield f'  {key}: {_shown(before.get(key))} -> {_shown(after.get(key))}'
    if len(keys) > _SHOWN:
        yield f'  and {len(keys) - _SHOWN} more'


def _shown(value: str | None) -> str:
    text = 'none' if value is None else value
    return text if len(text) <= _WIDTH else f'{text[: _WIDTH - 10]}...{text[-7:]}'
