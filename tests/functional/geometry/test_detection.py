"""What a detector finds."""

import dataclasses

import pytest
from shapes import SQUARE

from plugins.functional.geometry import Detection


def test_a_detection_is_itself_alone_and_stays_as_it_is():
    found = Detection(SQUARE, 0.5)
    assert {found, Detection(SQUARE, 0.5)} > {found}  # polygons are compared by geometry, not by ==
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.score = 0.6
