"""Work done ahead: in order, never far ahead, and errors where they belong."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from plugins.prediction import map_ahead
from plugins.prediction.prefetch import SameThread


@pytest.fixture
def pool():
    with ThreadPoolExecutor(4) as threads:
        yield threads


@pytest.mark.parametrize('count', [0, 1, 3, 50], ids=['none', 'one', 'fewer than ahead', 'many'])
def test_results_are_in_order(pool, count) -> None:
    assert list(map_ahead(pool, lambda n: n * n, range(count), 5)) == [n * n for n in range(count)]


def test_order_holds_when_a_later_one_is_done_first(pool) -> None:
    second_is_done = threading.Event()

    def work(n: int) -> int:
        if n == 0:
            assert second_is_done.wait(10)
        elif n == 1:
            second_is_done.set()
        return n

    assert list(map_ahead(pool, work, range(3), 2)) == [0, 1, 2]


def test_no_more_items_are_taken_than_allowed(pool) -> None:
    taken = []

    def items():
        for n in range(100):
            taken.append(n)
            yield n

    results = map_ahead(pool, str, items(), 3)
    for wanted in range(1, 6):
        next(results)
        # Those given out, and 3 ahead of them.
        assert len(taken) == wanted + 3


def test_an_error_comes_in_its_turn(pool) -> None:
    results = map_ahead(pool, lambda n: 1 // (2 - n), range(5), 4)
    assert [next(results), next(results)] == [0, 1]
    with pytest.raises(ZeroDivisionError):
        next(results)


def test_without_threads_it_is_done_where_it_is_asked_for() -> None:
    def work(n: int) -> int:
        assert threading.current_thread() is threading.main_thread()
        return 1 // n

    with SameThread() as pool:
        assert list(map_ahead(pool, work, [1, 2], 3)) == [1, 0]
        with pytest.raises(ZeroDivisionError):
            list(map_ahead(pool, work, [0], 3))
