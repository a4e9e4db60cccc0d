"""``--cfg-options``: values of a config from the command line, with every mistake in one line."""

import argparse
import difflib
import inspect
import os
from collections.abc import Collection

from mmengine.config import Config, DictAction
from mmengine.runner import Runner

from ..functional.errors import UserError

# Top-level names of a config that somebody looks up; others only serve the file itself.
_READ_KEYS = {
    *inspect.signature(Runner.__init__).parameters,
    *('model_wrapper_cfg', 'find_unused_parameters', 'sync_bn', 'compile'),
    *('activation_checkpointing', 'efficient_conv_bn_eval', 'tta_model', 'tta_pipeline'),
} - {'self', 'cfg'}


class _CfgOptions(DictAction):
    """mmengine's DictAction, with a usage error instead of a traceback."""

    def __call__(self, parser, namespace, values, option_string=None) -> None:
        try:
            super().__call__(parser, namespace, values, option_string)
        except (ValueError, AssertionError) as error:
            parser.error(f'{option_string}: {values} is not KEY=VALUE ... ({error})')


def add_argument(parser: argparse.ArgumentParser, example: str) -> None:
    """Add ``--cfg-options``."""
    parser.add_argument(
        '--cfg-options',
        nargs='+',
        action=_CfgOptions,
        metavar='KEY=VALUE',
        help=f'override config values, e.g. {example}',
    )


def apply(
    config: Config, name: str | os.PathLike, options: dict, keys: Collection[str] = _READ_KEYS
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
        raise UserError(
            f'{name}: --cfg-options {_pairs(options)} does not fit it ({error}); '
            'see tools/analysis_tools/print_config.py for its keys'
        ) from error


def _check_keys(options: dict, keys: Collection[str]) -> None:
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


def _pairs(options: dict) -> str:
    return ' '.join(f'{key}={value}' for key, value in options.items())
