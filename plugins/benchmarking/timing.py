"""Clocks: what calls take beside one another, and how running time splits into parts."""

import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Clock = Callable[[], float | NDArray[np.float64]]


def time_in_turns(
    calls: Sequence[Callable[[], Any]], repeat: int
) -> tuple[NDArray[np.float64], list]:
    """Return the milliseconds of CPU time each call takes, and what it returned first.

    Medians of ``repeat`` rounds after a first that is not counted. The calls take turns in each, so
    that what else the machine does meets all of them.
    """
    results = [call() for call in calls]
    seconds = np.empty((repeat, len(calls)))
    for round_ in range(repeat):
        for column, call in enumerate(calls):
            start = time.process_time()
            call()
            seconds[round_, column] = time.process_time() - start
    return 1e3 * np.median(seconds, axis=0), results


def cpu_and_wall() -> NDArray[np.float64]:
    """Return the seconds this thread has computed, and those that have passed."""
    return np.array([time.thread_time(), time.perf_counter()])


class Laps:
    """Cut running time into named parts, which add up to the whole.

    ``seconds`` holds, by part, what ``clock`` advanced in all its laps; parts are in the order of
    their first lap.
    """

    def __init__(self, clock: Clock = time.perf_counter) -> None:
        self.seconds: dict[str, float | NDArray[np.float64]] = {}
        self.clock = clock
        self._last = clock()

    def lap(self, part: str) -> None:
        """Count what has passed since the lap before, or the start, towards ``part``."""
        now = self.clock()
        self.seconds[part] = self.seconds.get(part, 0) + now - self._last
        self._last = now
