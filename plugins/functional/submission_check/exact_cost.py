"""What a problem costs where the labels are known: the score with and without it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from numpy.typing import NDArray

from ..cleval import OverallScore, overall_score, score_page
from ..submission import as_submitted
from .lenient_reader import CsvRow
from .problem_kinds import CsvProblem, Kind, by_kind

# Polygons with these problems do count, and can be left out for comparison.
SCORED = (
    Kind.ZERO_AREA,
    Kind.OUTSIDE,
    Kind.BEYOND,
    Kind.CROSSED,
    Kind.MANY_VERTICES,
    Kind.DOUBLED,
)


@dataclass(frozen=True)
class ExactCost:
    """The score as it stands, and H without the polygons of each kind of problem."""

    summary: OverallScore
    hmean_without: Mapping[Kind, float]


def exact_cost(
    rows: Sequence[CsvRow], truth: Mapping[str, Sequence[NDArray]], problems: Iterable[CsvProblem]
) -> ExactCost:
    """Score a submission as it stands, and once without the polygons of each kind of problem.

    Of a page with several rows the first counts.

    Raises:
        UserError: there is no page in ``truth``.
    """
    first = {row.file: row for row in reversed(rows)}
    scores = {
        name: score_page(words, as_submitted(first[name].polygons if name in first else ()))
        for name, words in truth.items()
    }
    summary = overall_score(scores.values())
    without = {}
    for kind, found in by_kind(problems).items():
        if kind in SCORED:
            changed = _without(found, first, truth)
            gain = sum(hmean - scores[name].hmean for name, hmean in changed.items())
            without[kind] = summary.hmean + gain / len(scores)
    return ExactCost(summary, without)


def _without(
    problems: Sequence[CsvProblem],
    rows: Mapping[str, CsvRow],
    truth: Mapping[str, Sequence[NDArray]],
) -> dict[str, float]:
    """H of the pages concerned when the polygons with these problems are left out."""
    dropped = {(problem.row, problem.polygon) for problem in problems}
    hmeans = {}
    for name in dict.fromkeys(problem.file for problem in problems if problem.file in truth):
        row = rows[name]
        pairs = zip(row.numbers, row.polygons, strict=True)
        kept = [polygon for number, polygon in pairs if (row.number, number) not in dropped]
        hmeans[name] = score_page(truth[name], as_submitted(kept)).hmean
    return hmeans
