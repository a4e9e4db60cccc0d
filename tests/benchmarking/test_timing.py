"""Clocks."""

import time
from itertools import count

import numpy as np

from plugins.benchmarking.timing import Laps, cpu_and_wall, time_in_turns


def test_laps_of_a_part_are_summed_and_all_add_up():
    ticks = iter([10.0, 11.0, 13.0, 16.0])
    laps = Laps(lambda: next(ticks))
    for part in ('load', 'step', 'load'):
        laps.lap(part)
    assert laps.seconds == {'load': 1 + 3, 'step': 2}


def test_a_clock_may_read_several_times_at_once():
    ticks = iter(np.array([[0, 5], [1, 8]]))
    laps = Laps(lambda: next(ticks))
    laps.lap('load')
    assert laps.seconds['load'].tolist() == [1, 3]


def test_a_thread_computes_no_longer_than_time_passes():
    laps = Laps(cpu_and_wall)
    sum(range(100_000))
    laps.lap('summing')
    cpu, wall = laps.seconds['summing']
    # The two clocks are read one after the other.
    assert 0 < cpu <= wall + 1e-3


def test_calls_take_turns_and_the_middle_of_their_times_counts(monkeypatch):
    # Each call is timed from one tick to the next: 5, 2 and 4 s of the first, 1 s of the second.
    ticks = iter([0, 5, 5, 6, 6, 8, 8, 9, 9, 13, 13, 14])
    monkeypatch.setattr(time, 'process_time', lambda: next(ticks))
    turns, made = count(), []
    calls = [lambda: made.append('a') or next(turns), lambda: made.append('b') or next(turns)]
    milliseconds, results = time_in_turns(calls, 3)
    assert milliseconds.tolist() == [4000, 1000]
    assert results == [0, 1]
    assert ''.join(made) == 4 * 'ab'
