"""How many cores there are."""

import os

from plugins.cli import cores


def test_cores_that_are_taken_away_do_not_count(monkeypatch) -> None:
    monkeypatch.setattr(os, 'sched_getaffinity', lambda pid: {3}, raising=False)
    assert cores() == 1
    monkeypatch.delattr(os, 'sched_getaffinity')
    monkeypatch.setattr(os, 'cpu_count', lambda: None)
    assert cores() == 1
