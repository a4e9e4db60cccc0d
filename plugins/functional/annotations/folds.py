"""K-fold splits of an annotation file, stratified by the number of words on a page."""

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import compress
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import UserError
from ..files import all_or_none, refuse_file, unreadable, write_json
from .entry_texts import read_entries, write_entries
from .pages import collector_paused, parse_pages

_PARTS = ('train', 'val')
_INFO = 'fold_info.json'
_FOLD_FILE = re.compile(r'fold(\d+)_(train|val)\.json')


@dataclass(frozen=True)
class FoldPart:
    """How much one side of a split holds."""

    pages: int
    words: int


@dataclass(frozen=True)
class FoldSizes:
    """One split of the data."""

    fold: int
    train: FoldPart
    val: FoldPart


def assign_folds(counts: ArrayLike, n_splits: int, seed: int) -> NDArray[np.int64]:
    """Return the fold, 0 to ``n_splits - 1``, that each page is validated in.

    ``counts`` holds the words per page. Pages are sorted by it, equal ones shuffled, and every
    block of ``n_splits`` neighbours is dealt out, one page a fold. Fold sizes differ by one at
    most, the larger folds come last. The same arguments give the same folds.

    Raises:
        UserError: fewer than 2 folds, fewer pages than folds, or a seed outside [0, 2**32).
    """
    counts = np.asarray(counts)
    if not 2 <= n_splits <= len(counts):
        raise UserError(
            f'{n_splits} folds of {len(counts)} pages are impossible; '
            'give a number from 2 to the number of pages'
        )
    if not 0 <= seed < 2**32:
        raise UserError(f'seed {seed} is out of range; give one from 0 to {2**32 - 1}')
    # RandomState's stream is frozen; default_rng may deal differently under another NumPy.
    rng = np.random.RandomState(seed)
    order = np.lexsort((rng.random_sample(len(counts)), counts))
    # The incomplete block is the middle one: a page more of average length moves no mean.
    rest = len(counts) % n_splits
    middle = slice(len(counts) // 2 - rest // 2, len(counts) // 2 - rest // 2 + rest)
    blocks = np.delete(order, middle).reshape(-1, n_splits)
    folds = np.empty(len(counts), np.int64)
    folds[blocks] = rng.random_sample(blocks.shape).argsort(axis=1)
    folds[order[middle]] = n_splits - rest + rng.permutation(rest)
    return folds


def write_folds(
    path: str | os.PathLike, out: str | os.PathLike, n_splits: int, seed: int, force: bool = False
) -> Iterator[FoldSizes]:
    """Split an annotation file into ``out/fold{k}_train.json`` and ``_val.json``, k from 0.

    Everything is checked before this returns; the folds appear, all of them or none, when the
    iterator comes to its end.
    Entries are copied whole, unknown keys too, in the order of their file names, so that the order
    in ``path`` does not matter. ``fold_info.json`` comes last: where it is, the folds are complete.
    ``force`` replaces older folds, also those of a higher k.

    Raises:
        UserError: a malformed annotation (see :func:`.annotations.load_pages`), impossible numbers
            (see :func:`assign_folds`), or folds in ``out`` already and no ``force``.
    """
    out = Path(out)
    older = _fold_files(out)
    if older and not force:
        raise UserError(f'{older[0]}: exists already; give --force to replace the folds in {out}')
    if Path(path).resolve() in [file.resolve() for file in older]:
        raise UserError(f'{path}: would be replaced by its own folds; give another --out')
    pages = []
    with collector_paused():
        for entry in read_entries(path):
            (page,) = parse_pages({entry.name: entry.value}, path).values()
            pages.append((entry.name, entry.encoded(path), len(page.polygons)))
    _, entries, words = zip(*sorted(pages), strict=True) if pages else ((), (), ())
    folds = assign_folds(words, n_splits, seed)
    return _write(entries, np.array(words), folds, out, seed)


def _write(
    entries: Sequence[bytes], words: NDArray, folds: NDArray, out: Path, seed: int
) -> Iterator[FoldSizes]:
    written = []
    names = [f'fold{fold}_{part}.json' for fold in range(folds.max() + 1) for part in _PARTS]
    with all_or_none(out, [*names, _INFO]) as stage:
        for fold in range(folds.max() + 1):
            parts = []
            for part, chosen in zip(_PARTS, (folds != fold, folds == fold), strict=True):
                write_entries(stage / f'fold{fold}_{part}.json', compress(entries, chosen))
                parts.append(FoldPart(int(chosen.sum()), int(words[chosen].sum())))
            written.append(FoldSizes(fold, *parts))
            yield written[-1]
        sizes = [asdict(fold) for fold in written]
        write_json(stage / _INFO, {'seed': seed, 'n_splits': len(written), 'folds': sizes})
        for file in _fold_files(out):
            file.unlink()


def _fold_files(out: Path) -> Sequence[Path]:
    refuse_file(out)
    if not os.path.isdir(out):
        return []
    try:
        names = [file for file in out.iterdir() if _FOLD_FILE.fullmatch(file.name)]
    except OSError as error:
        raise unreadable(out, error) from error
    # The info goes first: without it nobody takes the remaining files for a complete set.
    return [*out.glob(_INFO), *sorted(names)]
