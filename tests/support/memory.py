"""How much memory a call takes."""

import tracemalloc
from contextlib import contextmanager


@contextmanager
def at_most(megabytes):
    """Fail when Python and NumPy hold more at once, on top of what was there."""
    tracemalloc.start()
    try:
        yield
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < megabytes * 1e6, f'{peak / 1e6:.0f} MB at once'
