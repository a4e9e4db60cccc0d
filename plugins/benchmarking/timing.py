"""Clocks: how long a call takes, and how running time splits into parts."""

import time
from collections.abc import Callable
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

T = TypeVar('T')
Clock = Callable[[], float | NDArray[np.float64]]


def cpu_and_wall() -> NDArray[np.float64]:
    """Return the seconds this thread has computed, and those that have passed."""
    return np.array([time.thread_time(), time.perf_counter()])


def timed(call: Callable[[], T], repeat: int, clock: Clock = time.perf_counter) -> tuple[float, T]:
    """Return the shortest of ``repeat`` durations of a call, in seconds, and what it returned."""
    best = np.inf
    for _ in range(repeat):
        start = clock()
        result = call()
        best = min(best, clock() - start)
    return best, result


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
