"""Decoding settings: which to try, how they score, which to choose."""

from .choice import CrossValidation, Tuning, mean_intervals, to_csv, verdict
from .grid import DEFAULT_RANGES, PRESETS, Setting, make_settings, parse_values
from .score import score_settings
