"""``--cfg-options``: values as mmengine reads them, and keys that something reads."""

import pytest
from mmengine.config import Config

from plugins.engine import apply_cfg_options, parse_cfg_options
from plugins.functional.errors import UserError


@pytest.mark.parametrize(
    ('text', 'value'),
    [
        ('3', 3),
        ('3e-4', 3e-4),
        ('true', True),
        ('None', None),
        ('a=b', 'a=b'),
        ('[a,(1,2)]', ['a', (1, 2)]),
        ('1,2', [1, 2]),
    ],
)
def test_values(text, value) -> None:
    assert parse_cfg_options([f'a.b={text}', 'c=-1']) == {'a.b': value, 'c': -1}


def test_no_options_are_none() -> None:
    assert parse_cfg_options(None) == {}


@pytest.mark.parametrize('option', ['data_root=x', 'max_epochs=3', 'train_pipeline=x'])
def test_options_without_effect_are_refused(parse, option) -> None:
    with pytest.raises(UserError, match='nothing reads'):
        parse('--cfg-options', option)


def test_a_value_that_does_not_fit() -> None:
    config = Config(dict(model=dict(type='DBNet')))
    with pytest.raises(UserError, match=r'x\.py: --cfg-options model\.type\.name=1'):
        apply_cfg_options(config, 'x.py', {'model.type.name': 1})
