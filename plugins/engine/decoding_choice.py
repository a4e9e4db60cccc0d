"""Which decoding values a checkpoint is run with: ``--decode``, or the file that lies beside it."""

from collections.abc import Collection
from pathlib import Path
from typing import Any

from mmengine.config import ConfigDict

from ..functional.decoding import decoding_beside, parse_decoding, read_decoding
from ..functional.errors import UserError


def choose_decoding(
    model: ConfigDict, option: str | None, checkpoint: str | Path, overridden: Collection[str]
) -> str | None:
    """Set the decoding values in a detector's config, and return a line that says them.

    None where the detector is decoded by other means than ours.

    Args:
        model: config to change.
        option: what ``--decode`` says; without it a ``decoding.json`` beside the checkpoint counts.
        checkpoint: file that is run.
        overridden: keys that ``--cfg-options`` sets, which win.

    Raises:
        UserError: the option or the file is not in order, or the option is none for this detector.
    """
    if model.det_head.get('postprocessor') is None:
        model.det_head.postprocessor = dict(type='ReceiptPostprocessor')
    postprocessor = model.det_head.postprocessor
    if postprocessor.get('type') != 'ReceiptPostprocessor':
        if option is not None:
            raise UserError(
                f'--decode {option}: model.det_head.postprocessor is a '
                f'{postprocessor.get("type")}, not a ReceiptPostprocessor; drop the option'
            )
        return None
    values: dict[str, Any] = {}
    source = 'the config'
    if option is not None:
        values, source = parse_decoding(option), '--decode'
    elif (path := decoding_beside(checkpoint)) is not None:
        values, source = read_decoding(path), str(path)
    named = {key.rpartition('.')[2] for key in overridden if '.postprocessor.' in key}
    postprocessor.update({name: value for name, value in values.items() if name not in named})
    shown = {key: postprocessor[key] for key in postprocessor if key not in ('type', 'output')}
    return f'decoding by {source}: ' + ', '.join(f'{key} {value}' for key, value in shown.items())
