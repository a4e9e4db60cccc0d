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


@pytest.mark.parametrize(
    ('option', 'meant'),
    [
        ('data_root=x', '--data-root'),
        ('fold=1', '--fold'),
        ('max_epochs=3', '--epochs'),
        ('lr=1', '--lr'),
        ('backbone.depth=18', r'model\.backbone'),
        ('train_dataloder.batch_size=2', 'train_dataloader'),
        ('train_pipeline=x', r'train_dataloader\.dataset\.pipeline'),
        ('colour=x', 'values it is used for'),
    ],
)
def test_options_without_effect_are_refused(parse, option, meant) -> None:
    with pytest.raises(UserError, match=f'nothing reads.*{meant}'):
        parse('--cfg-options', option)


def test_a_value_that_does_not_fit() -> None:
    config = Config(dict(model=dict(type='DBNet')))
    with pytest.raises(UserError, match=r'x\.py: --cfg-options model\.type\.name=1'):
        apply_cfg_options(config, 'x.py', {'model.type.name': 1})


CONFIG = dict(
    load_from=None,
    work_dir='w',
    model=dict(neck=dict(channels=8, scales=[1.0, 2.0]), pretrained=True, init_cfg=None),
    data=[dict(ann_file='a.json')],
)
KEYS = (*CONFIG, 'new')


def overridden(*pairs: str) -> Config:
    config = Config(CONFIG)
    apply_cfg_options(config, 'x.py', parse_cfg_options(list(pairs)), KEYS)
    return config


@pytest.mark.parametrize(
    ('pair', 'expected'),
    [
        ('load_from=run,v2/epoch_1.pth', 'run,v2/epoch_1.pth'),
        ('load_from=20251125', '20251125'),
        ('load_from=None', None),
        ('work_dir=7', '7'),
        ('data.0.ann_file=a, b.json', 'a, b.json'),
        ('model.neck.channels=8.5', 8.5),
        ('model.neck.channels=None', None),
        ('model.neck.scales=3,4', [3, 4]),
        ('model.neck.scales=[3]', [3]),
        ('model.pretrained=false', False),
        ('model.init_cfg=[1,2]', [1, 2]),
        ('new=1,2', [1, 2]),
        ('model.neck=None', None),
    ],
)
def test_values_are_what_is_meant_at_their_place(pair, expected) -> None:
    value = overridden(pair)
    for part in pair.partition('=')[0].split('.'):
        value = value[int(part)] if part.isdecimal() else value[part]
    assert value == expected


@pytest.mark.parametrize(
    ('pair', 'wanted'),
    [
        ('model.neck.channels=a', 'a number'),
        ('model.neck.channels=True', 'a number'),
        ('model.neck.channels=1,2', 'a number'),
        ('model.pretrained=file.pth', 'True or False'),
        ('model.neck.scales=3', r'scales=\[3\]'),
        ('model.neck=FPN', 'model.neck.channels=VALUE'),
        ('data=a.json', r'data=\[a.json\]'),
    ],
)
def test_values_of_another_type(pair, wanted) -> None:
    key, _, value = pair.partition('=')
    with pytest.raises(UserError, match=f'--cfg-options {key}={value}: .*give .*{wanted}'):
        overridden(pair)
