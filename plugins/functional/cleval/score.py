"""CLEval, the leaderboard's score, for detection alone.

Baek et al., CLEval: Character-Level Evaluation for Text Detection and Recognition Tasks,
arXiv:2006.06244. A word stands for a number of characters; a detection earns those whose centres it
holds, and pays for splitting and merging words. Every count equals the competition's.

``pseudo_characters`` says how many characters a word has and where, ``matching`` which detection
answers for which word, and here is counted.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ..errors import UserError
from ..geometry import Bools, Ints
from .matching import Words, match_page

# No line of a receipt has so many.
_BLOCK_OF_WORDS = 10
_FEW_WORDS = 4


@dataclass(frozen=True)
class PageScore:
    """The score of one page and the counts it comes from; the names are the competition's.

    ``gran_recall`` and ``gran_precision`` are what splits and merges cost, in characters.

    ``swallowed``, which is ours, is 1 on a page of four words and more, over half of which are
    matched by detections that match ten and more, or over half of the words, each; else 0. A
    polygon around all the text finds every character and pays one a word for the merge, so that a
    network that has learnt nothing can score an H-mean of over 0.8.
    """

    recall: float
    precision: float
    hmean: float
    num_char_gt: int
    num_char_det: int
    num_char_tp: int
    gran_recall: int
    gran_precision: int
    num_char_fp: int
    num_splitted: int
    num_merged: int
    num_char_overlapped: int
    swallowed: int


@dataclass(frozen=True)
class OverallScore:
    """The score of a set of pages.

    ``recall``, ``precision`` and ``hmean`` are means over the pages, each by itself, as on the
    leaderboard. The ``global_`` figures come from the characters of all pages taken together.
    ``num_swallowed`` pages have most of their words in a few detections.
    """

    num_pages: int
    recall: float
    precision: float
    hmean: float
    global_recall: float
    global_precision: float
    global_hmean: float
    num_splitted: int
    num_merged: int
    num_char_overlapped: int
    num_swallowed: int


def score_page(gt: Sequence[ArrayLike] | Words, det: Sequence[ArrayLike]) -> PageScore:
    """Score the detections of one page, given as (n, 2) polygons in pixels, against its words.

    Words start at the text's own top left and run clockwise. Polygons of under 4 points and
    detections after the 500th do not count.

    Raises:
        UserError: a polygon is not (n, 2), not finite, or beyond any image.
    """
    return score_prefixes(gt, det, [len(det)])[0]


def score_prefixes(
    gt: Sequence[ArrayLike] | Words, det: Sequence[ArrayLike], lengths: Sequence[int]
) -> list[PageScore]:
    """Score the first k detections of a page for every k of ``lengths``, 0 or more, at once.

    Detections that are sorted by their scores make every threshold on those a prefix. What one of
    them matches and finds does not depend on those after it, so that running sums give all counts.

    Raises:
        UserError: as :func:`score_page`, wherever the wrong polygon stands.
    """
    matches = match_page(gt, det)
    word, detection = np.nonzero(matches.matched)
    earlier = np.arange(len(word)) - np.searchsorted(word, word)  # detections of the same word
    each, split, first_split = (
        np.bincount(chosen, minlength=len(matches.det_index))
        for chosen in (detection, detection[earlier > 0], detection[earlier == 1])
    )
    added = dict(
        num_char_det=matches.det_chars,
        num_char_tp=matches.found,
        gran_recall=split,
        gran_precision=np.maximum(each - 1, 0),
        num_char_fp=np.where(each == 0, matches.det_chars, 0),
        num_splitted=first_split,
        num_merged=each > 1,
        num_char_overlapped=matches.overlapped,
        swallowed=_swallowing(word, detection, each, len(matches.gt_index)),
    )
    # Only some of the polygons given count.
    counting = np.searchsorted(matches.det_index, lengths)
    totals = {name: np.append(0, np.cumsum(by))[counting] for name, by in added.items()}
    rows = zip(*(total.tolist() for total in totals.values()), strict=True)
    num_gt = int(matches.gt_chars.sum())
    return [_score(num_gt, dict(zip(totals, row, strict=True))) for row in rows]


def _swallowing(word: Ints, detection: Ints, each: Ints, words: int) -> Bools:
    """Which detection (D,), if any, makes a page of so many words one that is swallowed.

    Detections match ``each`` (D,) words, the pairs are ``word`` and ``detection``, sorted.
    """
    in_block = ((each >= _BLOCK_OF_WORDS) | (2 * each > words))[detection]
    _, first = np.unique(word[in_block], return_index=True)
    added = np.bincount(detection[in_block][first], minlength=len(each))
    swallowed = (2 * np.cumsum(added) > words) & (words >= _FEW_WORDS)
    return swallowed & (np.cumsum(swallowed) == 1)


def _score(num_gt: int, counts: dict[str, int]) -> PageScore:
    recall = _share(counts['num_char_tp'] - counts['gran_recall'], num_gt)
    precision = _share(counts['num_char_tp'] - counts['gran_precision'], counts['num_char_det'])
    return PageScore(
        recall, precision, _harmonic_mean(recall, precision), num_char_gt=num_gt, **counts
    )


def swallowed_line(pages: int, swallowed: int) -> str | None:
    """Return what to say beside a score of so many pages of which some are swallowed.

    None where they are under a twentieth, which words that nearly touch on a few pages explain.
    """
    if 20 * swallowed < pages or not swallowed:
        return None
    return f'on {swallowed:,} of {pages:,} pages a few polygons cover most words: H means little'


def overall_score(scores: Iterable[PageScore]) -> OverallScore:
    """Sum up the scores of pages.

    Raises:
        UserError: there are none.
    """
    scores = list(scores)
    if not scores:
        raise UserError('no pages to sum up: score at least one')
    total = {name: sum(getattr(score, name) for score in scores) for name in vars(scores[0])}
    found = total['num_char_tp']
    recall = _share(found - total['gran_recall'], total['num_char_gt'])
    precision = _share(found - total['gran_precision'], total['num_char_det'])
    return OverallScore(
        num_pages=len(scores),
        recall=total['recall'] / len(scores),
        precision=total['precision'] / len(scores),
        hmean=total['hmean'] / len(scores),
        global_recall=recall,
        global_precision=precision,
        global_hmean=_harmonic_mean(recall, precision),
        num_splitted=total['num_splitted'],
        num_merged=total['num_merged'],
        num_char_overlapped=total['num_char_overlapped'],
        num_swallowed=total['swallowed'],
    )


def _share(part: int, whole: int) -> float:
    return max(0, part) / whole if whole else 0.0


def _harmonic_mean(a: float, b: float) -> float:
    return 2 * a * b / (a + b) if a + b else 0.0
