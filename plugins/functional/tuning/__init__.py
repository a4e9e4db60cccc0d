"""Decoding settings: which to try, how they score, which to choose."""

from .best_setting import CrossValidation, Tuning, to_csv
from .grid import DEFAULT_RANGES, MODES, NUMBERS, PRESETS, Setting, make_settings, parse_values
from .setting_scores import SCORES, score_settings
from .verdicts import (
    ModeComparison,
    compare_modes,
    is_flat,
    recommended,
    verdict,
    what_is_flat,
)
