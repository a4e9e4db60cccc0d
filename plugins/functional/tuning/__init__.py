"""Decoding settings: which to try, how they score, which to choose."""

from .best_setting import CrossValidation, Tuning, recommended, to_csv, verdict
from .grid import DEFAULT_RANGES, PRESETS, Setting, make_settings, parse_values
from .setting_scores import SCORES, score_settings
