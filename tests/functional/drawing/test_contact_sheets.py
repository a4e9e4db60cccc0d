"""Several pages in one picture."""

import numpy as np
import pytest

from plugins.functional.drawing import contact_sheet, evenly_spaced


def test_a_sheet_holds_every_image_and_white_between():
    images = [np.full((20, 10, 3), value, np.uint8) for value in (10, 20, 30)]
    sheet = contact_sheet(images, columns=2, height=40, gap=5)
    assert sheet.shape == (5 + 40 + 5 + 40 + 5, 5 + 20 + 5 + 20 + 5, 3)
    assert [sheet[25, 15, 0], sheet[25, 40, 0], sheet[70, 15, 0]] == [10, 20, 30]
    assert sheet[70, 40, 0] == sheet[2, 2, 0] == 255


def test_a_sheet_of_nothing_is_refused():
    with pytest.raises(ValueError, match='needs one image or more'):
        contact_sheet([], 3)


@pytest.mark.parametrize(
    ('count', 'expected'),
    [
        pytest.param(1, [0], id='the first alone'),
        pytest.param(3, [0, 5, 10], id='both ends and the middle'),
        pytest.param(99, list(range(11)), id='no more than there are'),
    ],
)
def test_pages_are_spread_over_the_file(count: int, expected: list[int]) -> None:
    assert evenly_spaced(range(11), count) == expected
