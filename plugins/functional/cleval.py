"""CLEval, the leaderboard's score, for detection alone.

Baek et al., CLEval: Character-Level Evaluation for Text Detection and Recognition Tasks,
arXiv:2006.06244. A word stands for a number of characters; a detection earns those whose centres it
holds, and pays for splitting and merging words. Every count equals the competition's.

The rooms: ``pseudo_characters`` says how many characters a word has and where, ``cleval_matches``
which detection answers for which word, and this one counts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from numpy.typing import ArrayLike

from .cleval_matches import match_page
from .errors import UserError


@dataclass(frozen=True)
class PageScore:
    """The score of one page and the counts it comes from; the names are the competition's.

    ``gran_recall`` and ``gran_precision`` are what splits and merges cost, in characters.
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


@dataclass(frozen=True)
class Summary:
    """The score of a set of pages.

    ``recall``, ``precision`` and ``hmean`` are means over the pages, each by itself, as on the
    leaderboard. The ``global_`` figures come from the characters of all pages taken together.
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


def score_page(gt: Sequence[ArrayLike], det: Sequence[ArrayLike]) -> PageScore:
    """Score the detections of one page, given as (n, 2) polygons in pixels, against its words.

    Words start at the text's own top left and run clockwise. Polygons of under 4 points and
    detections after the 500th do not count.

    Raises:
        UserError: a polygon is not (n, 2), not finite, or beyond any image.
    """
    matches = match_page(gt, det)
    splits, merges = matches.matched.sum(axis=1) - 1, matches.matched.sum(axis=0) - 1
    gran_recall = int(splits[splits > 0].sum())
    gran_precision = int(merges[merges > 0].sum())
    num_gt, num_det = int(matches.gt_chars.sum()), int(matches.det_chars.sum())
    recall = _share(matches.num_found - gran_recall, num_gt)
    precision = _share(matches.num_found - gran_precision, num_det)
    return PageScore(
        recall=recall,
        precision=precision,
        hmean=_harmonic_mean(recall, precision),
        num_char_gt=num_gt,
        num_char_det=num_det,
        num_char_tp=matches.num_found,
        gran_recall=gran_recall,
        gran_precision=gran_precision,
        num_char_fp=int(matches.det_chars[merges < 0].sum()),
        num_splitted=len(matches.split),
        num_merged=len(matches.merged),
        num_char_overlapped=matches.num_overlapped,
    )


def summarise(scores: Iterable[PageScore]) -> Summary:
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
    return Summary(
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
    )


def _share(part: int, whole: int) -> float:
    return max(0, part) / whole if whole else 0.0


def _harmonic_mean(a: float, b: float) -> float:
    return 2 * a * b / (a + b) if a + b else 0.0
