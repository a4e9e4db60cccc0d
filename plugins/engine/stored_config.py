"""The config that a checkpoint was trained with, as the training left it in the file."""

import tempfile
from pathlib import Path

from mmengine.config import Config

from ..functional.errors import UserError
from ..functional.training import parse_config_text
from .checkpoint_loading import Checkpoint, drop_initial_weights
from .config_reading import read_config
from .stored_types import PARTS, beyond_a_test

_REMEDY = 'name the one of its training (CONFIG, or --config)'
_TRUST = f'{_REMEDY}, or give --trust if you know who made it'
# What a run needs beside the parts of its test. Reading it registers all that these may name.
RUNTIME = Path(__file__).resolve().parents[2] / 'configs' / '_base_' / 'default_runtime.py'
# Beside them, what is no part to build.
_PLAIN = ('default_scope', 'data_root')
# Where an evaluator writes is up to who runs it.
_OUTPUTS = ('out_dir', 'force')


def stored_settings(checkpoint: Checkpoint) -> Config:
    """Return all of the config in a checkpoint, to be compared with another, not to be built.

    Raises:
        UserError: there is none, or it is more than data and the checkpoint is not trusted.
    """
    if checkpoint.config_text is None:
        raise UserError(f'{checkpoint.path}: holds weights but no config; {_REMEDY}')
    if checkpoint.trusted:
        return _executed(checkpoint)
    try:
        values = parse_config_text(checkpoint.config_text)
        return Config(values, cfg_text=checkpoint.config_text, filename=checkpoint.path)
    except (ValueError, KeyError) as error:  # KeyError: a name that mmengine keeps for itself
        raise UserError(
            f'{checkpoint.path}: the config in it cannot be used ({error}); {_TRUST}'
        ) from error


def stored_config(checkpoint: Checkpoint) -> Config:
    """Return the detector in a checkpoint and its test, to be built; ``filename`` is its path.

    Unless the checkpoint is trusted, nothing is left of where the training's weights came from, and
    hooks, visualizers and environment are those of :data:`RUNTIME`.

    Raises:
        UserError: see :func:`stored_settings`; also when it names what no detector needs and the
            checkpoint is not trusted.
    """
    stored = stored_settings(checkpoint)
    if checkpoint.trusted:
        return stored
    runtime = read_config(RUNTIME)
    parts = {key: stored[key] for key in (*PARTS, *_PLAIN) if key in stored}
    for key in ('model', 'tta_model'):
        drop_initial_weights(parts.get(key))
    for key in ('val_evaluator', 'test_evaluator'):
        _drop_outputs(parts.get(key))
    for key, value in beyond_a_test(parts):
        raise UserError(
            f'{checkpoint.path}: the config in it has {key}={str(value)[:80]!r}, which is no part '
            f'of a detector of this repository; {_TRUST}'
        )
    values = {**runtime.to_dict(), **parts}
    return Config(values, cfg_text=checkpoint.config_text, filename=checkpoint.path)


def _executed(checkpoint: Checkpoint) -> Config:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, 'config.py')
        file.write_text(checkpoint.config_text, encoding='utf-8')
        try:
            config = read_config(file)
        except UserError as error:
            reason = error.line.partition('not a usable config ')[2].partition('; mend')[0]
            raise UserError(
                f'{checkpoint.path}: the config in it cannot be used {reason}; {_REMEDY}'
            ) from error
    return Config(config.to_dict(), cfg_text=config.text, filename=checkpoint.path)


def _drop_outputs(evaluators: object) -> None:
    for evaluator in evaluators if isinstance(evaluators, list | tuple) else [evaluators]:
        for key in _OUTPUTS if isinstance(evaluator, dict) else ():
            evaluator.pop(key, None)
