import pytest

from plugins.functional.errors import UserError
from plugins.functional.resolution import check_stages, size_at

THREE = ((0, 640), (3, 800), (6, 960))


@pytest.mark.parametrize(
    ('epoch', 'size'),
    [(0, 640), (2, 640), (3, 800), (5, 800), (6, 960), (19, 960)],
    ids=['first', 'last of stage', 'switch', 'middle', 'second switch', 'end'],
)
def test_a_stage_lasts_until_the_next_begins(epoch, size):
    assert size_at(THREE, epoch) == size


def test_stages_from_a_config_are_lists():
    assert check_stages([[0, 640], [4, 960]]) == ((0, 640), (4, 960))


@pytest.mark.parametrize(
    ('stages', 'remedy'),
    [
        ([], 'start at epoch 0'),
        ([(1, 640)], 'start at epoch 0'),
        ([(0, 640), (0, 960)], 'must increase'),
        ([(0, 640), (4, 960), (2, 800)], 'must increase'),
        ([(0, 16)], '32 pixels'),
        ([0, 640], 'pairs'),
        ([(0, 'large')], 'pairs'),
        (7, 'pairs'),
    ],
    ids=['none', 'late start', 'twice', 'unsorted', 'tiny', 'flat', 'no number', 'no list'],
)
def test_malformed_stages_are_refused(stages, remedy):
    with pytest.raises(UserError, match=remedy):
        check_stages(stages)
