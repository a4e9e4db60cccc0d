"""Axes and labels of curves."""

import pytest
from matplotlib.figure import Figure

from plugins.analysis.axis_ticks import (
    open_logarithmically,
    open_towards_one,
    scientific,
    spread_out,
)


def ticks(axis, low, high) -> list[str]:
    panel = Figure().subplots()
    panel.set_ylim(low, high)
    axis(panel, low, high)
    bottom, top = panel.get_ylim()
    assert (bottom < low and high < top) or axis is open_logarithmically
    values = [tick for tick in panel.yaxis.get_majorticklocs() if bottom <= tick <= top]
    return panel.yaxis.get_major_formatter().format_ticks(values)


@pytest.mark.parametrize(
    ('axis', 'low', 'high', 'expected'),
    [
        pytest.param(open_towards_one, 0.955, 0.985, ['0.98', '0.97', '0.96'], id='good runs'),
        pytest.param(open_towards_one, 0.2, 0.99, ['1', '0.98', '0.95'], id='from the start'),
        pytest.param(open_logarithmically, 0.3, 3, ['0.3', '0.5', '0.7'], id='a decade'),
        pytest.param(open_logarithmically, 0.1, 10, ['0.1', '0.2', '0.5'], id='two decades'),
        pytest.param(open_logarithmically, 0.01, 10, ['0.01', '0.1', '1'], id='three decades'),
    ],
)
def test_ticks_are_round_numbers_that_do_not_crowd(axis, low, high, expected) -> None:
    assert ticks(axis, low, high)[:3] == expected


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
