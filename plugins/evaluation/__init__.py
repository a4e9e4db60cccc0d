"""Metrics and dumpers."""
