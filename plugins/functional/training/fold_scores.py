"""The scores of the folds of one recipe, with their mean and spread."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, astuple, dataclass, fields
from statistics import fmean, stdev

from ..files import csv_text

SCORES = ('hmean', 'precision', 'recall')
_HEADS = ('fold', 'H-mean', 'precision', 'recall', 'epoch', 'pages', 'time')


@dataclass(frozen=True)
class FoldScore:
    """A fold's validation at its best epoch: CLEval averaged over its pages.

    Args:
        fold: which one, from 0.
        hmean: between 0 and 1, as ``precision`` and ``recall``.
        epoch: the epoch that ``checkpoint`` was written after, from 1.
        pages: how many pages were validated on.
        seconds: what training and validating took, over all epochs.
        checkpoint: file name of the best checkpoint.
    """

    fold: int
    hmean: float
    precision: float
    recall: float
    epoch: int
    pages: int
    seconds: float
    checkpoint: str


def sample_std(values: Sequence[float]) -> float | None:
    """Return the sample standard deviation (n - 1), or None for fewer than two values."""
    return stdev(values) if len(values) > 1 else None


def folds_summary(scores: Sequence[FoldScore], folds: Sequence[int], config: str) -> dict:
    """Return what ``folds.json`` holds; ``folds`` are all that there are to be."""
    done = [score.fold for score in scores]
    return {
        'config': config,
        'folds': [asdict(score) for score in scores],
        'missing': [fold for fold in folds if fold not in done],
        'mean': _overall(scores, fmean),
        'std': _overall(scores, sample_std),
    }


def folds_csv(scores: Sequence[FoldScore]) -> str:
    """Return one row a fold, then the mean and the sample standard deviation."""
    header = [field.name for field in fields(FoldScore)]
    rest = [None] * (len(header) - len(SCORES) - 1)
    figures = (('mean', fmean), ('std', sample_std))
    overall = ([name, *_overall(scores, of).values(), *rest] for name, of in figures)
    return csv_text([header, *map(astuple, scores), *overall])


def folds_markdown(scores: Sequence[FoldScore]) -> str:
    """Return a table that is as readable in a terminal as in a browser."""
    rows = [
        [s.fold, *(f'{getattr(s, key):.4f}' for key in SCORES), s.epoch, s.pages, clock(s.seconds)]
        for s in scores
    ]
    pages, seconds = (sum(getattr(s, key) for s in scores) for key in ('pages', 'seconds'))
    means = [f'{mean:.4f}' for mean in _overall(scores, fmean).values()]
    rows.append([f'mean of {len(scores)}', *means, '', pages, clock(seconds)])
    if len(scores) > 1:
        spread = [f'{std:.4f}' for std in _overall(scores, sample_std).values()]
        rows.append(['std', *spread, '', '', ''])
    rows = [[str(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(_HEADS, *rows, strict=True)]
    rule = ['-' * (width - 1) + ':' for width in widths]
    lines = [
        '| ' + ' | '.join(cell.rjust(w) for cell, w in zip(row, widths, strict=True)) + ' |'
        for row in (_HEADS, rule, *rows)
    ]
    return '\n'.join(lines) + '\n'


def clock(seconds: float) -> str:
    """Return a duration as h:mm:ss."""
    minutes, rest = divmod(round(seconds), 60)
    return f'{minutes // 60}:{minutes % 60:02}:{rest:02}'


def _overall(
    scores: Sequence[FoldScore], of: Callable[[Sequence[float]], float | None]
) -> dict[str, float | None]:
    return {key: of([getattr(score, key) for score in scores]) for key in SCORES}
