"""What a training remembers of its checkpoints."""

import json

import pytest

from plugins.functional.errors import UserError
from plugins.functional.training import (
    BestCheckpoint,
    TrainingRecord,
    read_record,
    top_checkpoints,
    write_record,
)


@pytest.mark.parametrize(('rule', 'expected'), [('greater', [2, 1, 4]), ('less', [1, 4, 2])])
def test_the_best_come_first_and_of_equals_the_earlier(rule, expected) -> None:
    scores = [(4, 0.5), (2, 0.9), (1, 0.5), (5, float('nan'))]
    found = [BestCheckpoint(f'best_{epoch}.pth', epoch, score) for epoch, score in scores]
    assert [each.epoch for each in top_checkpoints(found, 3, rule)] == expected


def test_a_record_comes_back(tmp_path) -> None:
    assert read_record(tmp_path) is None
    best = (BestCheckpoint('best_3.pth', 3, 0.9), BestCheckpoint('best_1.pth', 1, 0.8))
    record = TrainingRecord('val/hmean', best, 'epoch_4.pth', 4, stopped_early=True)
    write_record(tmp_path, record)
    assert read_record(tmp_path) == record


BEST = {'file': 'best_1.pth', 'epoch': 1, 'score': 0.5}
RECORD = {
    'metric': 'val/hmean',
    'best': [BEST],
    'last': 'epoch_1.pth',
    'finished_epoch': 1,
    'stopped_early': False,
}


@pytest.mark.parametrize(
    ('key', 'value'),
    [
        *(('metric', value) for value in (5, ['val/hmean'], True)),
        *(('best', value) for value in (None, {}, 'best_1.pth', [5], [[]], [{}])),
        *(
            ('last', value)
            for value in (5, ['epoch_1.pth'], '', '../epoch_1.pth', '/etc/x', 'a\0b')
        ),
        *(('finished_epoch', value) for value in ('1', 1.0, -1, True, [1])),
        *(('stopped_early', value) for value in (None, 0, 'no')),
        *(('file', value) for value in (5, None, ['a'], {}, '../best_1.pth', '/etc/x')),
        *(('epoch', value) for value in ('1', 1.5, None, True)),
        *(('score', value) for value in ('0.5', None, [0.5], True)),
    ],
    ids=repr,
)
def test_values_of_another_type_are_named(tmp_path, key, value) -> None:
    content = {**RECORD, 'best': [{**BEST, key: value}]} if key in BEST else {**RECORD, key: value}
    (tmp_path / 'checkpoints.json').write_text(json.dumps(content))
    with pytest.raises(UserError, match=rf'checkpoints\.json: .*\b{key}\b.* name the checkpoint'):
        read_record(tmp_path)


def test_a_checkpoint_without_a_finite_score_may_be_on_record(tmp_path) -> None:
    (tmp_path / 'checkpoints.json').write_text(json.dumps(RECORD).replace('0.5', 'NaN'))
    assert read_record(tmp_path).best[0].epoch == 1


@pytest.mark.parametrize('text', ['[]', '{}', '{"best": [{"file": 1}]}', '{"best": [], "x": 1}'])
def test_a_foreign_file_is_named(tmp_path, text) -> None:
    (tmp_path / 'checkpoints.json').write_text(text)
    with pytest.raises(UserError, match=r'checkpoints\.json'):
        read_record(tmp_path)
