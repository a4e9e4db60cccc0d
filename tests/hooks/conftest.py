"""Runners that start at once."""

import pytest
from mmengine.runner import Runner


@pytest.fixture(autouse=True)
def quick_start(monkeypatch) -> None:
    """Leave out the list of compilers and libraries that takes a second to collect."""
    monkeypatch.setattr(Runner, '_log_env', lambda *args: None)
