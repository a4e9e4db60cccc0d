"""Processes that a tool starts: Ctrl-C is for the tool alone, which ends them."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import resource_tracker


@contextmanager
def ctrl_c_held_back() -> Iterator[None]:
    """Let multiprocessing start processes without Ctrl-C, and hear of it when they have begun."""
    # Where it is started by the first of them, it unblocks what is blocked below.
    resource_tracker.ensure_running()
    held_back: list[int] = []
    handler = signal.signal(signal.SIGINT, lambda number, frame: held_back.append(number))
    # They inherit what is blocked.
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
        signal.signal(signal.SIGINT, handler)
        if held_back:
            signal.raise_signal(signal.SIGINT)
