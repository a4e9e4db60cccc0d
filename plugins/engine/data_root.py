"""Where the data is: ``--data-root``, or the variable it sets, for config files and stored ones."""

import os
from pathlib import Path
from typing import Any

from mmengine.config import Config

from ..functional.errors import UserError

# Config files paste its value into themselves while they are read.
VARIABLE = 'MMRECEIPT_DATA'


def set_data_root(path: str | None) -> None:
    """Let all configs that are read from now on, in processes started as well, find data there.

    Raises:
        UserError: there is no such folder, or its name does not fit into a config.
    """
    given = f'--data-root {path}'
    if path is None:
        path = os.environ.get(VARIABLE, '')
        given = f'the environment variable {VARIABLE}={path}'
    elif not os.path.isdir(path):
        raise UserError(f'{given}: no such folder')
    # mmengine pastes the name into the config's text, within single quotes.
    if set(path) & set("'\\\n{}"):
        raise UserError(
            f'{given}: quotes, braces and backslashes do not fit into a config; '
            'rename the folder or link to it'
        )
    if path:
        os.environ[VARIABLE] = path


def keep_data_root(config: Config) -> None:
    """Let a config that was just read from a file say which folder the variable stood for."""
    root = config.env_variables.get(VARIABLE)
    if root is not None:
        config.data_root = root


def move_data(config: Config) -> None:
    """Let a stored config, whose paths are those of its training, find its data where it is now.

    Nothing changes unless the variable is set. What the training overrode stays.
    """
    before, now = config.get('data_root'), os.environ.get(VARIABLE)
    if not before or not now:
        return
    config.data_root = now
    for key in [key for key in config if key.endswith(('_dataloader', '_evaluator'))]:
        config[key] = _moved(config[key], before.rstrip('/'), now)


def _moved(node: Any, before: str, now: str, below_root: bool = False) -> Any:
    """Return a part of a config with the folder ``before`` replaced at the start of its paths.

    ``below_root`` says that its relative paths are within a ``data_root``.
    """
    if isinstance(node, dict):
        below_root = below_root or bool(node.get('data_root'))
        for key, value in node.items():
            node[key] = _moved(value, before, now, below_root and key != 'data_root')
        return node
    if isinstance(node, list | tuple):
        return type(node)(_moved(each, before, now, below_root) for each in node)
    if isinstance(node, str) and (Path(node).is_absolute() or not below_root):
        if node.rstrip('/') == before:
            return now
        if node.startswith(f'{before}/'):
            return f'{now}{node[len(before) :]}'
    return node
