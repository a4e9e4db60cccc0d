"""Ctrl-C is for the first of several processes."""

import multiprocessing
import signal

import pytest

from plugins.cli import ctrl_c_held_back


def test_it_is_heard_when_the_processes_have_started() -> None:
    handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt), ctrl_c_held_back():
            signal.raise_signal(signal.SIGINT)
            started = True
        assert started
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, handler)


def test_processes_that_start_meanwhile_do_not_hear_it() -> None:
    context = multiprocessing.get_context('spawn')
    with ctrl_c_held_back():
        pool = context.Pool(2)
    with pool:
        blocked = pool.apply(signal.pthread_sigmask, (signal.SIG_BLOCK, []))
    assert signal.SIGINT in blocked
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, [])
