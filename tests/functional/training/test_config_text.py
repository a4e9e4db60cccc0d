"""The text of a config is read as data, and anything else in it is refused by its line."""

import math

import pytest

from plugins.functional.training import config_text, parse_config_text

WRITTEN = """\
custom_imports = dict(allow_failed_imports=False, imports=['plugins.register'])
model = dict(
    neck=None,
    stages=[(0, 640), (4, -9.5e-05)],
    type='ReceiptDBNet')
paramwise_cfg = dict(custom_keys=dict({'backbone.body': dict(lr_mult=0.1), 3: ()}))
limits = dict(high=inf, low=-inf)
"""


def test_what_mmengine_writes_is_read() -> None:
    assert parse_config_text(WRITTEN) == {
        'custom_imports': {'allow_failed_imports': False, 'imports': ['plugins.register']},
        'model': {'neck': None, 'stages': [(0, 640), (4, -9.5e-05)], 'type': 'ReceiptDBNet'},
        'paramwise_cfg': {'custom_keys': {'backbone.body': {'lr_mult': 0.1}, 3: ()}},
        'limits': {'high': math.inf, 'low': -math.inf},
    }


@pytest.mark.parametrize(
    'line',
    [
        'import os',
        'from os import system',
        "__import__('os').system('true')",
        "model = __import__('os')",
        "model = open('/etc/passwd').read()",
        "model = dict(type=eval('3'))",
        'model = dict(**other)',
        'model = dict(other)',
        'model = dict([(1, 2)])',
        "model = {**{'a': 1}}",
        'model = {[]: 1}',
        'model = [x for x in ()]',
        'model = (lambda: 3)()',
        "model = 'a' * 1000000000",
        "model = f'{3}'",
        'model = ...',
        "model = -'a'",
        'model.type = 3',
        'model[0] = 3',
        'model = other = 3',
        'model: dict = {}',
        'if True: model = 3',
        'class model: pass',
        "_base_ = ['x.py'] + []",
        'dict = 3 if True else 4',
    ],
)
def test_more_than_data_is_refused_by_its_line(line) -> None:
    with pytest.raises(ValueError, match=r'^line 2: .* is more than data$'):
        parse_config_text(f'lr = 0.1\n{line}\n')


@pytest.mark.parametrize(
    ('text', 'message'),
    [
        ('model = (', 'line 1: .*never closed'),
        ('model = ' + '-' * 100_000 + '1', 'nested too deeply'),
        ('model = ' + '[' * 300 + ']' * 300, 'nested'),
        ('a = 1\n' * (config_text.MOST_CHARACTERS // 6 + 1), '1,000,00. characters'),
        ('a = "\ud800"\x00', 'null|surrogates'),
        ('a = ' + '9' * 5000, 'digits'),
    ],
)
def test_broken_texts(text, message) -> None:
    with pytest.raises(ValueError, match=message):
        parse_config_text(text)
