"""One page under many decoding settings, computing nothing twice.

Regions and their scores depend on ``thresh`` alone, their outlines on ``unclip_ratio`` and ``mode``
besides. As they are sorted by score, ``box_thresh`` and ``max_candidates`` only say after how many
to stop: all their combinations are prefixes of one list, which :func:`.cleval.score_prefixes`
scores at once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby
from operator import attrgetter
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ..cleval import Words, score_prefixes
from ..decoding import DecodeParams, Region, find_regions, outline, to_page
from ..geometry import Detection, Floats
from ..maps import ProbMap
from ..submission import as_submitted
from .grid import Setting

SCORES = ('hmean', 'precision', 'recall')


def score_settings(
    prob_map: ProbMap,
    gt: Sequence[ArrayLike] | Words,
    settings: Sequence[Setting],
    params: DecodeParams,
) -> Floats:
    """Return CLEval's H-mean, precision and recall (S, 3) of a page under each of S settings.

    They equal, to the last digit, those of decoding the map with each setting by itself and scoring
    what a submission keeps of it. ``params`` are the values that no setting names.

    Raises:
        UserError: a ground truth polygon is not (n, 2), not finite, or beyond any image.
    """
    words, probabilities = Words.of(gt), prob_map.probabilities
    scores = {}
    for thresh, group in _grouped(settings, 'thresh'):
        lowest = min(setting.box_thresh for setting in group)
        regions = find_regions(probabilities, replace(params, thresh=thresh, box_thresh=lowest))
        for (unclip_ratio, mode), alike in _grouped(group, 'unclip_ratio', 'mode'):
            outlined = replace(params, unclip_ratio=unclip_ratio, mode=mode)
            scores |= _score_alike(prob_map, words, regions, alike, outlined)
    return np.array([scores[setting] for setting in settings]).reshape(-1, len(SCORES))


def _grouped(settings: Sequence[Setting], *names: str) -> Iterable[tuple[Any, list[Setting]]]:
    value = attrgetter(*names)
    return [(key, list(group)) for key, group in groupby(sorted(settings, key=value), value)]


def _score_alike(
    prob_map: ProbMap,
    words: Words,
    regions: Sequence[Region],
    settings: Sequence[Setting],
    params: DecodeParams,
) -> dict[Setting, tuple[float, ...]]:
    """Score settings that differ in ``box_thresh`` and ``max_candidates`` only."""
    falling = -np.array([region.score for region in regions])
    bright = np.searchsorted(falling, [-setting.box_thresh for setting in settings], side='right')
    lengths = np.minimum(bright, [setting.max_candidates for setting in settings])
    polygons = outline(regions[: lengths.max()], params)
    # In place of its score each has its place in the list, since some do not lie on the page.
    placed = [Detection(polygon, place) for place, polygon in enumerate(polygons)]
    found = to_page(placed, prob_map.scale, prob_map.page_size)
    remaining = np.searchsorted([detection.score for detection in found], lengths)
    submitted = as_submitted([detection.polygon for detection in found])
    pages = score_prefixes(words, submitted, remaining)
    return {
        setting: tuple(getattr(page, name) for name in SCORES)
        for setting, page in zip(settings, pages, strict=True)
    }
