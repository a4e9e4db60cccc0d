"""Hooks of the training loop."""

from .. import engine
