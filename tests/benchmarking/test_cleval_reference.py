"""The reference of CLEval on cases that a reader can count.

A word of 100 x 20 px stands for 5 characters, one every 20 px.
"""

import numpy as np
import pytest

from plugins.benchmarking.cleval_reference import characters, score


def word(x=0, width=100):
    return np.array([[x, 0], [x + width, 0], [x + width, 20], [x, 20]], float)


@pytest.mark.parametrize(
    ('gt', 'det', 'recall', 'precision'),
    [
        pytest.param([word()], [word()], 1, 1, id='found'),
        pytest.param([word()], [], 0, 0, id='missed'),
        pytest.param([], [word()], 0, 0, id='nothing there'),
        pytest.param([word()], [word(), word(200)], 1, 5 / 10, id='another beside it'),
        pytest.param([word()], [word(0, 50), word(50, 50)], (5 - 1) / 5, 1, id='cut in two'),
        pytest.param([word(), word(100)], [word(0, 200)], 1, (10 - 1) / 10, id='two joined'),
    ],
)
def test_it_counts_as_a_reader_does(gt, det, recall, precision):
    figures = score(gt, det)
    assert (figures['recall'], figures['precision']) == pytest.approx((recall, precision))


def test_a_word_that_stands_upright_has_as_many_characters():
    assert characters(word(), one_sided=False) == 5
    assert characters(word()[:, ::-1], one_sided=False) == 5
