"""Ensembles of detectors, as configs name them."""
