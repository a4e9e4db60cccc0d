"""Detections as MMOCR has them, and back."""

import numpy as np

from plugins.functional.geometry import Detection
from plugins.models.mmocr_instances import as_detections, as_instances

SQUARE = np.array([[0, 0], [8, 0], [8, 8], [0, 8]], float)


def test_the_best_comes_first_on_the_way_back_and_of_equals_the_first() -> None:
    scores = [0.25, 0.75, 0.25]
    found = as_instances([Detection(SQUARE + x, score) for x, score in enumerate(scores)])
    assert found.scores.tolist() == scores
    assert [polygon.shape for polygon in found.polygons] == [(8,)] * 3
    back = as_detections(found)
    assert [(each.polygon[0, 0], each.score) for each in back] == [(1, 0.75), (0, 0.25), (2, 0.25)]


def test_a_page_without_words() -> None:
    assert as_detections(as_instances([])) == []
