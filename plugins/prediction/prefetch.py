"""Work done ahead in threads, in order, and never far ahead."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from typing import TypeVar

T = TypeVar('T')
R = TypeVar('R')


def map_ahead(
    pool: Executor, function: Callable[[T], R], items: Iterable[T], ahead: int
) -> Iterator[R]:
    """Yield ``function(item)`` in the order of ``items``, at most ``ahead`` of them begun early.

    ``Executor.map`` begins all of them at once, so that results heap up before a slow consumer.
    Stages can be chained over one pool, as none of their tasks waits for another.
    """
    begun: deque[Future[R]] = deque()
    for item in items:
        begun.append(pool.submit(function, item))
        if len(begun) > ahead:
            yield begun.popleft().result()
    while begun:
        yield begun.popleft().result()
