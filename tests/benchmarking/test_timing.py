"""Clocks."""

from itertools import count

import numpy as np
import pytest

from plugins.benchmarking.timing import Laps, cpu_and_wall, timed


def test_laps_of_a_part_are_summed_and_all_add_up() -> None:
    ticks = iter([10.0, 11.0, 13.0, 16.0])
    laps = Laps(lambda: next(ticks))
    for part in ('load', 'step', 'load'):
        laps.lap(part)
    assert laps.seconds == {'load': 1 + 3, 'step': 2}
    assert sum(laps.seconds.values()) == 16 - 10


def test_a_clock_may_read_several_times_at_once() -> None:
    ticks = iter(np.array([[0, 5], [1, 8]]))
    laps = Laps(lambda: next(ticks))
    laps.lap('load')
    assert laps.seconds['load'].tolist() == [1, 3]


def test_a_thread_computes_no_longer_than_time_passes() -> None:
    laps = Laps(cpu_and_wall)
    sum(range(100_000))
    laps.lap('summing')
    cpu, wall = laps.seconds['summing']
    # The two clocks are read one after the other.
    assert 0 < cpu <= wall + 1e-3


def test_the_shortest_of_several_calls_counts() -> None:
    ticks = iter([0.0, 5.0, 5.0, 7.0, 7.0, 11.0])
    calls = count(1)
    assert timed(lambda: next(calls), 3, lambda: next(ticks)) == (2, 3)


@pytest.mark.parametrize('repeat', [1, 4])
def test_a_call_is_made_as_often_as_asked(repeat: int) -> None:
    calls = []
    timed(lambda: calls.append(1), repeat)
    assert len(calls) == repeat
