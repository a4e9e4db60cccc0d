"""Which part of a picture is shown, and what is drawn on it."""

import numpy as np
import pytest
from shapes import box

from plugins.analysis.panels import Window, learnt_layers, outlined, probability_overlay
from plugins.analysis.panels import window_around as around
from plugins.functional.drawing import colours

SHAPE = (400, 300, 3)


@pytest.mark.parametrize(
    ('words', 'window'),
    [
        pytest.param([], (0, 0, 300, 400), id='no words'),
        pytest.param([box(20, 30, 280, 60)], (0, 0, 300, 400), id='across the page'),
        pytest.param([box(140, 190, 160, 210)], (120, 160, 60, 80), id='a tiny one: a fifth'),
        pytest.param([box(0, 0, 10, 10)], (0, 0, 60, 80), id='in a corner'),
        pytest.param([box(290, 390, 300, 400)], (240, 320, 60, 80), id='in the other'),
        pytest.param(
            [box(100, 100, 150, 110), box(100, 290, 150, 300)], (42, 90, 165, 220), id='two'
        ),
        pytest.param([box(-90, 390, 10, 490)], (0, 320, 60, 80), id='partly outside'),
    ],
)
def test_words_are_shown_large(words, window):
    assert around(words, SHAPE) == window


def test_outlines_lie_where_their_words_are():
    picture = np.full((400, 300, 3), 255, np.uint8)
    picture[200:220, 140:180] = 0
    word = box(140, 200, 180, 220)
    window = Window(120, 180, 75, 100)
    shown = outlined(picture, window, [([word], (0, 0, 255))], 200)
    assert shown.shape == (200, 150, 3)
    red = np.argwhere((shown[..., 2] > 200) & (shown[..., 0] < 80))
    assert red.min(axis=0) == pytest.approx([40, 40], abs=3)
    assert red.max(axis=0) == pytest.approx([80, 120], abs=3)
    dark = np.argwhere(shown.max(axis=2) < 120)
    assert dark.min(axis=0) == pytest.approx([40, 40], abs=4)


def test_what_is_left_out_is_grey_and_words_are_red():
    picture = np.full((10, 30, 3), 255, np.uint8)
    prob, mask = np.zeros((2, 10, 30), np.float32)
    prob[:, :10], mask[:, :20] = 1, 1
    shown = probability_overlay(picture, prob, mask)
    assert (
        shown[5, 5].tolist() == np.rint(0.35 * 255 + 0.65 * np.array(colours.PROBABILITY)).tolist()
    )
    assert shown[5, 15].tolist() == [255] * 3
    assert shown[5, 25].tolist() == list(colours.IGNORED)


def test_layers_are_of_the_window_that_is_shown():
    picture = np.full((100, 80, 3), 255, np.uint8)
    maps = np.zeros((4, 100, 80), np.float32)
    maps[0, :50], maps[1] = 1, 1
    prob, thresh = learnt_layers(picture, maps, Window(0, 0, 40, 50), 100)
    assert prob.shape == thresh.shape == (130, 80, 3)
    assert (prob[35:125] != 255).any(axis=2).all()
    assert (thresh[35:125] == 255).all()
