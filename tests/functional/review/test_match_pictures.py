"""Which layer, colour and pattern a word or detection is drawn in."""

import numpy as np
import pytest
from submission_data import AROUND, BELOW, LEFT, RIGHT, WORD

from plugins.functional.drawing.colours import FALSE, MATCHED, MERGED, MISSED, SPLIT
from plugins.functional.review import match_layers, match_picture


def test_a_match_has_patterns_that_differ_where_colours_come_close():
    styles = {layer.color: layer.style for layer in match_layers([WORD], [WORD])}
    assert styles == {
        MATCHED: 'outline', SPLIT: 'filled', MERGED: 'filled', MISSED: 'filled', FALSE: 'hatched'
    }  # fmt: skip


FATES = {
    'found': ([WORD, BELOW], {MATCHED: [WORD, BELOW]}),
    'missed': ([WORD], {MATCHED: [WORD], MISSED: [BELOW]}),
    'split': ([LEFT, RIGHT, BELOW], {MATCHED: [BELOW], SPLIT: [LEFT, RIGHT, WORD]}),
    'merged': ([AROUND], {MERGED: [AROUND]}),
    'false': ([WORD, BELOW, WORD + 99], {MATCHED: [WORD, BELOW], FALSE: [WORD + 99]}),
    'a merging detection is no piece': ([LEFT, AROUND], {MERGED: [AROUND], SPLIT: [LEFT, WORD]}),
}


@pytest.mark.parametrize(('found', 'drawn'), FATES.values(), ids=FATES)
def test_each_polygon_is_in_the_layer_of_its_fate(found, drawn):
    layers = match_layers([WORD, BELOW], found)
    as_lists = {
        layer.color: [p.tolist() for p in layer.polygons] for layer in layers if layer.polygons
    }
    assert as_lists == {color: [p.tolist() for p in polygons] for color, polygons in drawn.items()}


def test_the_legend_counts_what_the_score_counts():
    labels = [layer.label for layer in match_layers([WORD, BELOW], [LEFT, RIGHT, WORD + 99])]
    assert labels == [
        'found: 0',
        'split: 1 word in pieces',
        'merged: 0 detections of several words',
        'missed: 1 word',
        'false: 1 detection',
    ]


def test_the_picture_of_a_match_takes_other_alphabets_names():
    picture = match_picture('영수증.jpg', np.full((80, 60, 3), 255, np.uint8), [WORD], [WORD])
    assert picture.shape[2] == 3
