"""Ensembles of detectors, as configs name them."""

from .. import engine
