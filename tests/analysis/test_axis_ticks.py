"""Axes and labels of curves."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from plugins.analysis.axis_ticks import (
    open_logarithmically,
    scientific,
    score_axis,
    spread_out,
)


def ticks(low, high) -> list[str]:
    panel = Figure().subplots()
    panel.set_ylim(low, high)
    open_logarithmically(panel, low, high)
    bottom, top = panel.get_ylim()
    values = [tick for tick in panel.yaxis.get_majorticklocs() if bottom <= tick <= top]
    return panel.yaxis.get_major_formatter().format_ticks(values)


@pytest.mark.parametrize(
    ('low', 'high', 'expected'),
    [
        pytest.param(0.3, 3, ['0.3', '0.5', '0.7'], id='a decade'),
        pytest.param(0.1, 10, ['0.1', '0.2', '0.5'], id='two decades'),
        pytest.param(0.01, 10, ['0.01', '0.1', '1'], id='three decades'),
    ],
)
def test_ticks_are_round_numbers_that_do_not_crowd(low, high, expected) -> None:
    assert ticks(low, high)[:3] == expected


@pytest.mark.parametrize(
    ('curves', 'low', 'high', 'below'),
    [
        pytest.param([[0.93, 0.95, 0.96]], 0.93, 0.96, 0, id='all of them'),
        pytest.param([[0.9805, 0.981]], 0.961, 0.981, 0, id='a thousandth is no cliff'),
        pytest.param([[0.2, 0.8, 0.93, 0.95]], 0.93, 0.95, 2, id='without the first epochs'),
        pytest.param([[0.2, 0.7, 0.6, 0.9]], 0.6, 0.9, 1, id='a late dip is seen'),
        pytest.param([[0.2, 0.94], [0.1, 0.5]], 0.5, 0.94, 2, id='of two runs, both'),
        pytest.param([[np.nan, 0.9, 0.95], []], 0.9, 0.95, 0, id='not finite'),
        pytest.param([[0.0, 0.0]], 0, 0, 0, id='nothing found'),
    ],
)
def test_an_axis_of_scores_is_even_and_says_what_is_below(curves, low, high, below) -> None:
    axis = score_axis(curves)
    span = max(high - low, 0.02)
    assert axis.low == pytest.approx(max(low - 0.12 * span, min(0, low)), abs=1e-9)
    assert axis.high == pytest.approx(high + 0.2 * span)
    assert axis.below == below
    assert score_axis([[], [np.nan]])[:3] == (0, 1, 0)


def test_numbers_in_short() -> None:
    assert [scientific(x) for x in (0, 8e-4, 0.0016, 10)] == ['0', '8e-4', '1.6e-3', '1e1']


@pytest.mark.parametrize(
    ('heights', 'expected'),
    [
        pytest.param([], [], id='none'),
        pytest.param([0.5, 0.1], [0.5, 0.1], id='apart already'),
        pytest.param([0.5, 0.5], [0.45, 0.55], id='equal ones share the way'),
        pytest.param([0.99, 0.2, 0.98], [1, 0.2, 0.9], id='none above the top'),
    ],
)
def test_labels_move_no_more_than_it_takes(heights, expected) -> None:
    assert spread_out(heights, 0.1) == pytest.approx(expected)
