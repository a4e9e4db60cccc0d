"""Metrics and dumpers."""

from .. import engine
