"""The scores of a whole predictions file, page by page, the worst first."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from ..annotations import load_pages
from ..cleval import Interval, PageScore, match_page, mean_interval, score_page
from ..errors import UserError
from ..files import csv_text, form_note
from ..submission import as_submitted

Polygons = Sequence[NDArray]

_COLUMNS = ('page', 'hmean', 'precision', 'recall', 'words', 'detections')


@dataclass(frozen=True)
class ScoredPage:
    """A page's score, how many words it has and how many detections were handed in for it."""

    name: str
    score: PageScore
    num_words: int
    num_detections: int


@dataclass(frozen=True)
class PairedComparison:
    """How one predictions file does against another on the same pages."""

    difference: Interval
    better: int
    worse: int
    equal: int


def labelled_pages(path: str | os.PathLike) -> dict[str, list[NDArray]]:
    """Read the words (n, 2) of each page of a labelled annotation JSON.

    Raises:
        UserError: see :func:`.annotations.load_pages`; also when no page has a word, as in a test
            set whose labels are kept.
    """
    truth = {name: page.polygons for name, page in load_pages(path).items()}
    if not any(truth.values()):
        raise UserError(f'{path}: no page has a word to score against; give a labelled file')
    return truth


def check_common(
    found: Mapping[str, Polygons],
    truth: Mapping[str, Polygons],
    paths: tuple[str | os.PathLike, str | os.PathLike],
) -> None:
    """Refuse files without a page in common; ``paths`` are those of ``found`` and ``truth``.

    Raises:
        UserError: they have none.
    """
    if not found.keys() & truth.keys():
        raise UserError(
            f'{paths[0]}: none of its pages ({next(iter(found))!r}, ...) is in '
            f'{paths[1]} ({next(iter(truth))!r}, ...); '
            f'give files of the same pages{form_note(found, truth)}'
        )


def score_predictions(
    found: Mapping[str, Polygons], truth: Mapping[str, Polygons]
) -> Iterator[ScoredPage]:
    """Yield the score of each page of ``truth``, in order, of the polygons as the CSV has them.

    A page that ``found`` lacks scores 0; pages that ``truth`` lacks are passed over.
    """
    for name, words in truth.items():
        det = as_submitted(found.get(name, ()))
        yield ScoredPage(name, score_page(words, det), len(words), len(det))


def worst_first(pages: Sequence[ScoredPage]) -> list[ScoredPage]:
    """Return pages by H-mean, the lowest first, and by name where that is equal."""
    return sorted(pages, key=lambda page: (page.score.hmean, page.name))


def page_outcome(words: Polygons, found: Polygons) -> dict[str, int]:
    """Count, as the pictures do, words found, missed and split, detections merging and false."""
    matches = match_page(words, as_submitted(found))
    faults = {kind: len(getattr(matches, kind)) for kind in ('missed', 'split', 'merged', 'false')}
    return {'found': len(matches.one_to_one), **faults}


def compare_paired(pages: Sequence[ScoredPage], others: Sequence[ScoredPage]) -> PairedComparison:
    """Compare H-means page by page; both sequences hold the same pages in the same order.

    Raises:
        ValueError: they do not.
    """
    if [page.name for page in pages] != [page.name for page in others]:
        raise ValueError('only scores of the same pages can be compared')
    ours, theirs = (np.array([p.score.hmean for p in scored]) for scored in (pages, others))
    difference = ours - theirs
    return PairedComparison(
        mean_interval(difference),
        better=int((difference > 0).sum()),
        worse=int((difference < 0).sum()),
        equal=int((difference == 0).sum()),
    )


def pages_csv(pages: Sequence[ScoredPage]) -> str:
    """Return one CSV row a page: its scores, and every count they come from."""
    counts = [field.name for field in fields(PageScore) if field.name not in _COLUMNS]
    rows = [[*_COLUMNS, *counts]]
    for page in pages:
        score = page.score
        scores = (f'{value:.6f}' for value in (score.hmean, score.precision, score.recall))
        numbers = (getattr(score, name) for name in counts)
        rows.append([page.name, *scores, page.num_words, page.num_detections, *numbers])
    return csv_text(rows)
