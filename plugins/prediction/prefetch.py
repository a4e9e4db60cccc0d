"""Work done ahead in threads, in order, and never far ahead; or without threads."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from typing import TypeVar

T = TypeVar('T')
R = TypeVar('R')


class SameThread(Executor):
    """Does what is submitted at once, in the thread that submits it."""

    def submit(self, function: Callable[..., R], /, *args, **kwargs) -> Future[R]:
        """Return a future that is done."""
        future: Future[R] = Future()
        try:
            future.set_result(function(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


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
