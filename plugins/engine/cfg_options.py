"""``--cfg-options``: values of a config from the command line, with every mistake in one line."""

import argparse
import difflib
import os
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from mmengine.config import Config, DictAction

from ..functional.errors import UserError

# Top-level names of a config that a Runner takes or looks up; others only serve the file itself.
_READ_KEYS = (
    *('model', 'model_wrapper_cfg', 'data_preprocessor', 'tta_model', 'tta_pipeline'),
    *('train_dataloader', 'val_dataloader', 'test_dataloader', 'val_evaluator', 'test_evaluator'),
    *('train_cfg', 'val_cfg', 'test_cfg', 'optim_wrapper', 'param_scheduler', 'auto_scale_lr'),
    *('default_hooks', 'custom_hooks', 'visualizer', 'log_processor', 'log_level'),
    *('load_from', 'resume', 'work_dir', 'experiment_name', 'randomness', 'default_scope'),
    *('launcher', 'env_cfg', 'find_unused_parameters', 'sync_bn', 'compile'),
    *('activation_checkpointing', 'efficient_conv_bn_eval'),
)


def parse_cfg_options(pairs: Sequence[str] | None) -> dict[str, Any]:
    """Return what KEY=VALUE texts say, with the values that mmengine's tools make of them.

    Raises:
        UserError: a text is no such pair.
    """
    if not pairs:
        return {}
    parser = argparse.ArgumentParser()
    parser.add_argument('pairs', nargs='+', action=DictAction)
    try:
        return parser.parse_args(['--', *pairs]).pairs
    except (ValueError, AssertionError) as error:
        raise UserError(f'--cfg-options: {" ".join(pairs)} is not KEY=VALUE ({error})') from error


def apply_cfg_options(
    config: Config,
    name: str | os.PathLike,
    options: Mapping[str, Any],
    keys: Collection[str] = _READ_KEYS,
) -> None:
    """Override values of the config called ``name`` as ``--cfg-options`` says.

    ``keys`` are the top-level names that are looked up.

    Raises:
        UserError: nothing reads a key, or a value does not fit into the config.
    """
    _check_keys(options, keys)
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
            similar = difflib.get_close_matches(key, keys, 1)
            instead = (
                similar[0] if similar else 'the values it is used for, e.g. train_cfg.max_epochs'
            )
            raise UserError(
                f'--cfg-options {option}: nothing reads {key!r} once the config file is read; '
                f'override {instead} (tools/analysis_tools/print_config.py shows the keys)'
            )
