"""The config in a checkpoint."""

import pytest
import torch

from plugins.engine import read_checkpoint
from plugins.engine.stored_config import stored_config
from plugins.functional.errors import UserError


def checkpoint_with(path, **meta):
    torch.save({'state_dict': {'x': torch.zeros(1)}, 'meta': meta}, path)
    return read_checkpoint(path)


def test_what_a_training_wrote_is_read_again(parse, tmp_path) -> None:
    config = parse('--fold', 3)
    stored = stored_config(checkpoint_with(tmp_path / 'x.pth', cfg=config.pretty_text))
    assert stored.to_dict() == config.to_dict()
    assert stored.filename == str(tmp_path / 'x.pth')


@pytest.mark.parametrize(
    ('meta', 'message'),
    [({}, 'x.pth: holds weights but no config'), ({'cfg': 'model = ('}, r'x.pth: .*SyntaxError')],
)
def test_a_checkpoint_without_a_usable_config(tmp_path, meta, message) -> None:
    with pytest.raises(UserError, match=message):
        stored_config(checkpoint_with(tmp_path / 'x.pth', **meta))
