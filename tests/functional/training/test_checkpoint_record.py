"""What a training remembers of its checkpoints."""

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


@pytest.mark.parametrize('text', ['[]', '{}', '{"best": [{"file": 1}]}', '{"best": [], "x": 1}'])
def test_a_foreign_file_is_named(tmp_path, text) -> None:
    (tmp_path / 'checkpoints.json').write_text(text)
    with pytest.raises(UserError, match=r'checkpoints\.json'):
        read_record(tmp_path)
