"""Which decoding setting is best, and how far to trust that.

The best of many is in part the luckiest of many: on the pages that chose it, it looks better than
it is. So the choice is made again and again on some of the pages and scored on the others, as in
Stone, "Cross-Validatory Choice and Assessment of Statistical Predictions" (1974).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ..annotations import assign_folds
from ..cleval import Interval, mean_interval, mean_intervals
from ..files import csv_text
from ..geometry import Floats, Ints
from .grid import MODES, NUMBERS, Setting
from .setting_scores import SCORES

_EQUAL = 10  # decimals to which means count as equal


@dataclass(frozen=True)
class CrossValidation:
    """What choosing gains over the current setting on pages that had no say in the choice.

    ``gain`` is over the pages, each averaged over ``repeats`` splits into ``folds``; ``chosen``
    counts which settings won, best-liked first.
    """

    gain: Interval
    folds: int
    repeats: int
    chosen: tuple[tuple[Setting, int], ...]


@dataclass(frozen=True, eq=False)
class Tuning:
    """S settings on P pages; ``scores`` (P, S, 3) are H-mean, precision and recall.

    ``current`` is the setting to compare with, one of ``settings``; ``words`` (P,) are the numbers
    of words on the pages.
    """

    settings: Sequence[Setting]
    scores: Floats
    current: Setting
    words: Sequence[int]

    @property
    def hmeans(self) -> Floats:
        """(P, S) H-means."""
        return self.scores[:, :, 0]

    @cached_property
    def means(self) -> Floats:
        """(S, 3) H-mean, precision and recall, averaged over the pages as on the leaderboard."""
        return self.scores.mean(axis=0)

    @cached_property
    def ranking(self) -> Ints:
        """(S,) positions of the settings, the best first."""
        by_score = np.argsort(-self.means[self._preference, 0].round(_EQUAL), kind='stable')
        return self._preference[by_score]

    @property
    def best(self) -> int:
        """Position of the best setting."""
        return int(self.ranking[0])

    @property
    def now(self) -> int:
        """Position of the current setting."""
        return self.settings.index(self.current)

    @cached_property
    def gains(self) -> list[Interval]:
        """S paired intervals of the H-mean over that of the current setting."""
        return mean_intervals(self.hmeans - self.hmeans[:, [self.now]])

    @cached_property
    def as_good(self) -> Ints:
        """Positions of the settings that these pages cannot tell from the best one, with itself."""
        behind = mean_intervals(self.hmeans - self.hmeans[:, [self.best]])
        return np.flatnonzero([interval.high >= 0 for interval in behind])

    @cached_property
    def modes(self) -> tuple[str, ...]:
        """The modes of which several settings were tried."""
        tried = Counter(setting.mode for setting in self.settings)
        return tuple(mode for mode in MODES if tried[mode] > 1)

    def only(self, mode: str) -> 'Tuning':
        """The settings of one mode; current is the one that differs in the mode alone, if any."""
        kept = [i for i, setting in enumerate(self.settings) if setting.mode == mode]
        settings = [self.settings[i] for i in kept]
        current = self.current._replace(mode=mode)
        current = current if current in settings else settings[0]
        return Tuning(settings, self.scores[:, kept], current, self.words)

    @cached_property
    def _preference(self) -> Ints:
        """(S,) positions by distance from the current setting, in steps of the values tried.

        Where scores are equal, nothing is to be changed without need.
        """
        columns = zip(*self.settings, strict=True)
        ranks = np.stack([np.unique(c, return_inverse=True)[1] for c in columns], axis=1)
        return np.argsort(np.abs(ranks - ranks[self.now]).sum(axis=1), kind='stable')

    def choose(self, pages: NDArray) -> int:
        """Return the position of the setting that is best on some of the pages."""
        means = self.hmeans[pages].mean(axis=0)[self._preference]
        return int(self._preference[np.argmax(means.round(_EQUAL))])

    def cross_validate(self, folds: int = 5, repeats: int = 20) -> CrossValidation | None:
        """Choose on all folds but one, score on that; None where there is only one page."""
        folds = min(folds, len(self.scores))
        if folds < 2:
            return None
        chosen: Counter[Setting] = Counter()
        hmeans = self.judged_hmeans(folds, repeats, chosen)
        gain = mean_interval(hmeans - self.hmeans[:, self.now])
        return CrossValidation(gain, folds, repeats, tuple(chosen.most_common()))

    def judged_hmeans(
        self, folds: int, repeats: int, chosen: 'Counter[Setting] | None' = None
    ) -> Floats:
        """Return H-means (P,) under what is best on other pages, averaged over the divisions.

        ``chosen`` counts what is chosen.
        """
        pages = np.arange(len(self.scores))
        hmeans = np.zeros(len(pages))
        for seed in range(repeats):
            fold_of, winners = self.choose_crosswise(folds, seed)
            if chosen is not None:
                chosen.update(self.settings[winner] for winner in winners)
            hmeans += self.hmeans[pages, winners[fold_of]]
        return hmeans / repeats

    def choose_crosswise(self, folds: int, seed: int = 0) -> tuple[Ints, Ints]:
        """Return the folds of the pages (P,), and for each the best on all others (folds,)."""
        fold_of = assign_folds(self.words, folds, seed)
        return fold_of, np.array([self.choose(fold_of != fold) for fold in range(folds)])

    def held_out(self, folds: int = 5) -> Floats:
        """Return the means (3,) of pages that are each decoded with what is best on others.

        Cross-fitting: no page has a say in how it is decoded. With one page it is as it is now.
        """
        pages = len(self.scores)
        if pages < 2:
            return self.means[self.now]
        fold_of, winners = self.choose_crosswise(min(folds, pages))
        return self.scores[np.arange(pages), winners[fold_of]].mean(axis=0)

    def at_edge(self) -> list[str]:
        """Return the names of the values whose best is the lowest or highest of several tried."""
        names = []
        for name, values in zip(NUMBERS, zip(*self.settings, strict=True), strict=False):
            lowest, highest = min(values), max(values)
            if lowest < highest and values[self.best] in (lowest, highest):
                names.append(name)
        return names


def to_csv(tuning: Tuning) -> str:
    """Return a row a setting, the best first; gains are in H-mean over the current setting."""
    rows = [['rank', *Setting._fields, *SCORES, 'gain', 'gain_low', 'gain_high', 'current']]
    for rank, position in enumerate(tuning.ranking, 1):
        gain = tuning.gains[position]
        figures = (*tuning.means[position], gain.mean, gain.low, gain.high)
        current = 'yes' if position == tuning.now else ''
        setting = tuning.settings[position]
        rows.append([rank, *setting, *(f'{figure:.6f}' for figure in figures), current])
    return csv_text(rows)
