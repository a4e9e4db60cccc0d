"""Which decoding values a checkpoint is run with."""

import pytest
from mmengine.config import ConfigDict

from plugins.engine import choose_decoding
from plugins.functional.decoding import DECODING, write_decoding
from plugins.functional.errors import UserError


def model(**postprocessor) -> ConfigDict:
    return ConfigDict(det_head=dict(postprocessor=postprocessor) if postprocessor else {})


def ours(**values) -> ConfigDict:
    return model(type='ReceiptPostprocessor', **values)


KEY = 'model.det_head.postprocessor.thresh'


@pytest.mark.parametrize(
    ('option', 'beside', 'overridden', 'expected', 'source'),
    [
        pytest.param(None, None, (), 0.3, 'the config', id='the recipe'),
        pytest.param(None, 0.2, (), 0.2, DECODING, id='the file beside the checkpoint'),
        pytest.param('thresh=0.1', 0.2, (), 0.1, '--decode', id='the option before the file'),
        pytest.param('thresh=0.1', 0.2, (KEY,), 0.3, '--decode', id='--cfg-options before both'),
    ],
)
def test_the_nearer_word_wins(tmp_path, option, beside, overridden, expected, source):
    if beside is not None:
        write_decoding(tmp_path / DECODING, {'thresh': beside}, {})
    config = ours(thresh=0.3, mode='box')
    line = choose_decoding(config, option, tmp_path / 'best.pth', overridden)
    assert config.det_head.postprocessor == dict(
        type='ReceiptPostprocessor', thresh=expected, mode='box'
    )
    assert source in line and f'thresh {expected}' in line and 'mode box' in line


def test_a_head_without_a_word_on_decoding_gets_ours(tmp_path):
    config = model()
    choose_decoding(config, 'thresh=0.1', tmp_path / 'x.pth', ())
    assert config.det_head.postprocessor == dict(type='ReceiptPostprocessor', thresh=0.1)


def test_another_postprocessor_is_left_alone(tmp_path):
    config = model(type='DBPostprocessor')
    write_decoding(tmp_path / DECODING, {'thresh': 0.2}, {})
    assert choose_decoding(config, None, tmp_path / 'x.pth', ()) is None
    assert config.det_head.postprocessor == dict(type='DBPostprocessor')
    with pytest.raises(UserError, match=r'--decode thresh=0\.1: .*DBPostprocessor'):
        choose_decoding(config, 'thresh=0.1', tmp_path / 'x.pth', ())
