"""Modules of this checkout as processes, whatever folder, PYTHONPATH or installed copy there is."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]


def module_command(module: str, arguments: Sequence[str]) -> list[str]:
    """Return how to run ``module``; see :func:`own_environment` for where it comes from."""
    # -P: not from the current folder, which may hold another checkout.
    return [sys.executable, '-u', '-P', '-m', module, *arguments]


def own_environment() -> dict[str, str]:
    """Return environment variables with which a Python imports this checkout before any other."""
    path = [str(_ROOT), *filter(None, [os.environ.get('PYTHONPATH')])]
    return {**os.environ, 'PYTHONPATH': os.pathsep.join(path)}
