"""``--cfg-options``: values of a config from the command line, with every mistake in one line."""

import argparse
import difflib
import os
from collections.abc import Collection, Mapping, Sequence
from numbers import Real
from typing import Any

from mmengine.config import Config, DictAction

from ..functional.errors import UserError

# Top-level names of a config that a Runner takes or looks up; others only serve the file itself.
READ_KEYS = (
    *('model', 'model_wrapper_cfg', 'data_preprocessor', 'tta_model', 'tta_pipeline'),
    *('train_dataloader', 'val_dataloader', 'test_dataloader', 'val_evaluator', 'test_evaluator'),
    *('train_cfg', 'val_cfg', 'test_cfg', 'optim_wrapper', 'param_scheduler', 'auto_scale_lr'),
    *('default_hooks', 'custom_hooks', 'visualizer', 'log_processor', 'log_level'),
    *('load_from', 'resume', 'work_dir', 'experiment_name', 'randomness', 'default_scope'),
    *('launcher', 'env_cfg', 'find_unused_parameters', 'sync_bn', 'compile'),
    *('activation_checkpointing', 'efficient_conv_bn_eval'),
)


# What others than top-level names are meant for.
_INSTEAD = {
    'data_root': 'give --data-root FOLDER',
    'fold': 'give --fold K',
    **dict.fromkeys(('max_epochs', 'epochs'), 'give --epochs N'),
    **dict.fromkeys(('lr', 'learning_rate'), 'give --lr RATE'),
    'input_size': 'give --input-size PIXELS',
    'batch_size': 'give --batch-size N',
    **dict.fromkeys(('num_workers', 'workers'), 'give --workers N'),
    'seed': 'give --seed N',
    **{
        f'{part}_pipeline': f'override {part}_dataloader.dataset.pipeline'
        for part in ('train', 'val', 'test')
    },
    'optimizer': 'override optim_wrapper.optimizer',
    **{part: f'override model.{part}' for part in ('backbone', 'neck', 'det_head')},
}
_GENERAL = 'override the values it is used for, e.g. train_cfg.max_epochs'
# Of these None is in the recipes, and what looks like a number or a list is a name nevertheless.
_NAMES = ('load_from', 'work_dir', 'experiment_name')


class CfgOptions(dict[str, Any]):
    """Values by dotted key, and in ``texts`` how they were typed."""

    def __init__(self, values: Mapping[str, Any], texts: Mapping[str, str]) -> None:
        super().__init__(values)
        self.texts = texts


def parse_cfg_options(pairs: Sequence[str] | None) -> CfgOptions:
    """Return what KEY=VALUE texts say, with the values that mmengine's tools make of them.

    Raises:
        UserError: a text is no such pair.
    """
    if not pairs:
        return CfgOptions({}, {})
    parser = argparse.ArgumentParser()
    parser.add_argument('pairs', nargs='+', action=DictAction)
    try:
        values = parser.parse_args(['--', *pairs]).pairs
    except (ValueError, AssertionError) as error:
        raise UserError(f'--cfg-options: {" ".join(pairs)} is not KEY=VALUE ({error})') from error
    texts = {key: text for key, _, text in (pair.partition('=') for pair in pairs)}
    names = {key: texts[key] for key in _NAMES if values.get(key) is not None}
    return CfgOptions({**values, **names}, texts)


def apply_cfg_options(
    config: Config,
    name: str | os.PathLike,
    options: Mapping[str, Any],
    keys: Collection[str] = READ_KEYS,
) -> None:
    """Override values of the config called ``name`` as ``--cfg-options`` says.

    ``keys`` are the top-level names that are looked up.

    Raises:
        UserError: nothing reads a key, or a value does not fit into the config.
    """
    _check_keys(options, keys)
    texts = getattr(options, 'texts', {})
    options = {
        key: _fitting(key, value, texts.get(key, str(value)), _value_at(config, key))
        for key, value in options.items()
    }
    try:
        config.merge_from_dict(options)
    except (KeyError, IndexError, TypeError, AssertionError, AttributeError) as error:
        pairs = ' '.join(f'{key}={value}' for key, value in options.items())
        raise UserError(
            f'{name}: --cfg-options {pairs} does not fit it ({error}); '
            'see tools/analysis_tools/print_config.py for its keys'
        ) from error


def _check_keys(options: Mapping[str, Any], keys: Collection[str]) -> None:
    for option in options:
        key = option.partition('.')[0]
        if key not in keys:
            similar = difflib.get_close_matches(key, keys, 1, 0.75)
            instead = _INSTEAD.get(key) if keys is READ_KEYS else None
            instead = instead or (f'override {similar[0]}' if similar else _GENERAL)
            raise UserError(
                f'--cfg-options {option}: nothing reads {key!r} once the config file is read; '
                f'{instead} (tools/analysis_tools/print_config.py shows the keys)'
            )


def _value_at(config: Any, key: str) -> Any:
    """Return what a config has under a dotted key, None where it has nothing."""
    for part in key.split('.'):
        if isinstance(config, list | tuple) and part.isdecimal() and int(part) < len(config):
            config = config[int(part)]
        elif isinstance(config, Mapping | Config) and part in config:
            config = config[part]
        else:
            return None
    return config


def _fitting(key: str, value: Any, text: str, present: Any) -> Any:
    """Return the value for a key, a text as it was typed where there is one.

    Raises:
        UserError: it is of another type than what is there, and nothing could be meant by it.
    """
    wanted = None
    if present is None or value is None:
        return value
    if isinstance(present, str):
        # DictAction makes lists of commas and numbers of digits.
        return value if text[:1] in ('[', '(', '{') else text
    if isinstance(present, bool):
        wanted = None if isinstance(value, bool) or value in (0, 1) else 'True or False'
    elif isinstance(present, Real):
        fits = isinstance(value, Real) and not isinstance(value, bool)
        wanted = None if fits else f'a number, as {present!r} is'
    elif isinstance(present, Mapping):
        child = next(iter(present), 'key')
        fits = isinstance(value, Mapping)
        wanted = None if fits else f'one of its values, as in {key}.{child}=VALUE'
    elif isinstance(present, list | tuple):
        fits = isinstance(value, list | tuple | Mapping)
        wanted = None if fits else f'a list, as in {key}=[{text}]'
    if wanted is not None:
        raise UserError(f'--cfg-options {key}={text}: does not fit what is there; give {wanted}')
    return value
