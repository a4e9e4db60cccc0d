"""The score: CLEval of pages, and how far to trust a mean over pages."""

from .bootstrap_intervals import Interval, mean_interval, mean_intervals
from .matching import Words, match_page
from .pseudo_characters import character_centres, character_counts
from .score import (
    OverallScore,
    PageScore,
    overall_score,
    score_page,
    score_prefixes,
    swallowed_line,
)
