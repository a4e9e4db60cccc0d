"""The config that a checkpoint was trained with, as the training left it in the file."""

import tempfile
from pathlib import Path

from mmengine.config import Config

from ..functional.errors import UserError
from .checkpoint_loading import Checkpoint
from .config_reading import read_config


def stored_config(checkpoint: Checkpoint) -> Config:
    """Return the config in a checkpoint; its ``filename`` is that of the checkpoint.

    Raises:
        UserError: there is none, or it cannot be used.
    """
    if checkpoint.config_text is None:
        raise UserError(
            f'{checkpoint.path}: holds weights but no config; name the one of its training '
            '(CONFIG, or --config)'
        )
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, 'config.py')
        file.write_text(checkpoint.config_text, encoding='utf-8')
        try:
            config = read_config(file)
        except UserError as error:
            reason = error.line.partition('not a usable config ')[2].partition('; mend')[0]
            raise UserError(
                f'{checkpoint.path}: the config in it cannot be used {reason}; name the one of its '
                'training (CONFIG, or --config)'
            ) from error
    return Config(config.to_dict(), cfg_text=config.text, filename=checkpoint.path)
