"""Which page size and batch an epoch trains at."""

import pytest

from plugins.functional.errors import UserError
from plugins.functional.training import SizeStage, check_stages, epoch_batches, stage_at

THREE = check_stages([(0, 640), (3, 800), (6, 960)])


@pytest.mark.parametrize(
    ('epoch', 'size'),
    [(0, 640), (2, 640), (3, 800), (5, 800), (6, 960), (19, 960)],
    ids=['first', 'last of stage', 'switch', 'middle', 'second switch', 'end'],
)
def test_a_stage_lasts_until_the_next_begins(epoch, size):
    assert stage_at(THREE, epoch).size == size


def test_stages_from_a_config_are_lists_with_or_without_a_batch():
    assert check_stages([[0, 640, 16], [4, 960]]) == (
        SizeStage(0, 640, 16),
        SizeStage(4, 960, None),
    )


def test_batches_are_counted_stage_by_stage():
    stages = check_stages([(0, 320, 4), (2, 640)])
    # 10 pages: 3 batches of 4 in each of 2 epochs, then 5 batches of 2 in each of 3.
    assert epoch_batches(stages, epochs=5, pages=10, batch=2) == [3, 3, 5, 5, 5]
    # The batch of two in the first two epochs is not full.
    assert epoch_batches(stages, epochs=5, pages=10, batch=2, drop_last=True) == [2, 2, 5, 5, 5]


WRONG = {
    'none': ([], 'start at epoch 0'),
    'late start': ([(1, 640)], 'start at epoch 0'),
    'twice': ([(0, 640), (0, 960)], 'must increase'),
    'unsorted': ([(0, 640), (4, 960), (2, 800)], 'must increase'),
    'tiny': ([(0, 16)], '32 pixels'),
    'empty batch': ([(0, 640, 0)], '1 page or more'),
    'flat': ([0, 640], 'first epoch, size'),
    'no size': ([(0,)], 'first epoch, size'),
    'too long': ([(0, 640, 4, 1)], 'first epoch, size'),
    'no number': ([(0, 'large')], 'first epoch, size'),
    'half a pixel': ([(0, 640.5)], 'first epoch, size'),
    'a truth value': ([(0, 640, True)], 'first epoch, size'),
    'a batch of None': ([(0, 640, None)], 'first epoch, size'),
    'infinite': ([(0, float('inf'))], 'first epoch, size'),
    'no list': (7, 'first epoch, size'),
}


@pytest.mark.parametrize(('stages', 'remedy'), WRONG.values(), ids=WRONG)
def test_malformed_stages_are_refused(stages, remedy):
    with pytest.raises(UserError, match=remedy):
        check_stages(stages)
