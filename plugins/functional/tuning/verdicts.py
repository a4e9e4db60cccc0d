"""What a tuning comes to, in plain sentences."""

from dataclasses import dataclass

from ..cleval import Interval, mean_interval
from .best_setting import CrossValidation, Tuning
from .grid import NUMBERS


def recommended(tuning: Tuning, validation: CrossValidation | None) -> int:
    """Return the position of the best setting where it is sure to gain, else of the current."""
    return tuning.best if _is_sure(validation) else tuning.now


def _is_sure(validation: CrossValidation | None) -> bool:
    return validation is not None and validation.gain.low > 0


def is_flat(tuning: Tuning, validation: CrossValidation | None) -> bool:
    """Tell whether choosing gains nothing for sure, and several settings share the first place."""
    return validation is not None and not _is_sure(validation) and len(tuning.as_good) > 1


def what_is_flat(tuning: Tuning) -> str:
    """Return which settings cannot be told from the best."""
    alike = [tuning.settings[position] for position in tuning.as_good]
    spans = []
    for name in NUMBERS:
        values = sorted({getattr(setting, name) for setting in alike})
        if len({getattr(setting, name) for setting in tuning.settings}) > 1:
            ends = f'{values[0]:g} to {values[-1]:g}' if len(values) > 1 else f'{values[0]:g}'
            spans.append(f'{name} {ends}')
    return ', '.join(spans)


def verdict(tuning: Tuning, validation: CrossValidation | None) -> str:
    """Return what to do, in plain sentences."""
    if is_flat(tuning, validation):
        best, now = tuning.means[[tuning.best, tuning.now], 0]
        return (
            f'Keep the current setting: H-mean {now:.4f}. The best, {best:.4f}, owes it to luck as '
            f'far as is known: chosen on other pages, it changes {validation.gain:+.4f}.'
            if tuning.best != tuning.now
            else f'Keep the current setting: H-mean {now:.4f}, and no other scores better.'
        )
    if tuning.best == tuning.now:
        return 'Keep the current setting: no other scores better on these pages.'
    own = tuning.gains[tuning.best].mean
    if validation is None:
        return (
            f'Keep the current setting: with one page, nobody knows whether the {own:+.4f} are '
            'more than luck. Tune on a whole validation set.'
        )
    gain = validation.gain
    held = f'{gain:+.4f}'
    if gain.low > 0:
        return (
            f'Take the best setting: on pages that had no say in the choice, choosing like this '
            f'gains {held} of the {own:+.4f} that it shows on its own pages.'
        )
    if gain.high < 0:
        return (
            f'Keep the current setting: on pages that had no say in the choice, choosing like this '
            f'loses, {held}.'
        )
    return (
        f'Keep the current setting: on pages that had no say in the choice, choosing like this '
        f'changes {held}, which is within noise.'
    )


@dataclass(frozen=True)
class ModeComparison:
    """H-means of polygons and boxes, each as chosen on other pages, and what boxes change."""

    polygon: float
    box: float
    change: Interval

    def __str__(self) -> str:
        """Which is better, in a sentence."""
        if self.change.low > 0:
            outcome = 'boxes are better'
        elif self.change.high < 0:
            outcome = 'polygons are better'
        else:
            outcome = 'these pages cannot tell them apart'
        return (
            f'Polygons or boxes, each with the setting that is best on other pages: {outcome}. '
            f'Polygons {self.polygon:.4f}, boxes {self.box:.4f}, {self.change:+.4f}.'
        )


def compare_modes(tuning: Tuning, folds: int = 5, repeats: int = 20) -> ModeComparison | None:
    """Return how boxes compare with polygons; None unless both were tried on two pages or more."""
    folds = min(folds, len(tuning.scores))
    if len(tuning.modes) < 2 or folds < 2:
        return None
    polygon, box = (tuning.only(mode).judged_hmeans(folds, repeats) for mode in ('polygon', 'box'))
    return ModeComparison(polygon.mean(), box.mean(), mean_interval(box - polygon))
