"""CLEval's matching: which detection answers for which word of a page.

Baek et al., arXiv:2006.06244, instance matching, on polygons. A detection is linked to a word when
it holds one of its characters and does not lie too far outside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ..errors import UserError
from ..geometry import (
    Bools,
    Floats,
    Ints,
    Rings,
    as_outline,
    in_blocks,
    ray_crosses,
    shared_areas,
)
from .pseudo_characters import character_centres, character_counts

MAX_DETECTIONS = 500
MIN_VERTICES = 4
MIN_AREA_PRECISION = np.float32(0.3)
MAX_COORDINATE = 1e9

_AT_ONCE = 200_000  # pairs of a character and an edge; pages of usual size are one block


@dataclass(frozen=True)
class Words:
    """The ground truth of a page, with all that matching asks of it whatever was detected.

    The G words that count stand at ``index`` (G,) in the sequence given; ``chars`` (G,) characters
    each, C together, whose ``centres`` (C, 2) belong to the words ``word_of`` (C,).
    """

    rings: Rings
    index: Ints
    chars: Ints
    centres: Floats
    word_of: Ints

    @classmethod
    def of(cls, gt: 'Sequence[ArrayLike] | Words') -> 'Words':
        """Prepare the words of a page, given as (n, 2) polygons in pixels; prepared ones stay.

        Raises:
            UserError: a polygon is not (n, 2), not finite, or beyond any image.
        """
        if isinstance(gt, Words):
            return gt
        rings, index = _rings(gt, 'ground truth')
        chars = character_counts(rings)
        return cls(rings.truncated(), index, chars, *character_centres(rings, chars))

    def __len__(self) -> int:
        return len(self.index)


@dataclass(frozen=True)
class PageMatches:
    """Which detection answers for which word, over the G words and D detections that count.

    Those stand at ``gt_index`` (G,) and ``det_index`` (D,) in the sequences given, and what the
    properties return are positions there, too. ``matched`` is (G, D). ``gt_chars`` (G,) and
    ``det_chars`` (D,) are what each adds to the denominators of recall and precision. A matched
    detection holds ``found`` (D,) characters as the first to do so, and ``overlapped`` (D,) that an
    earlier one found.

    Nothing of a detection depends on those after it: the first k columns are the matches of the
    first k detections.
    """

    gt_index: Ints
    det_index: Ints
    matched: Bools
    gt_chars: Ints
    det_chars: Ints
    found: Ints
    overlapped: Ints

    @property
    def missed(self) -> Ints:
        """Words without a detection."""
        return self.gt_index[~self.matched.any(axis=1)]

    @property
    def split(self) -> Ints:
        """Words that several detections share."""
        return self.gt_index[self.matched.sum(axis=1) > 1]

    @property
    def false(self) -> Ints:
        """Detections without a word."""
        return self.det_index[~self.matched.any(axis=0)]

    @property
    def pieces(self) -> Ints:
        """Detections of one word that others share with them."""
        return self.det_index[self._of_one_word & self._shares]

    @property
    def one_to_one(self) -> Ints:
        """Detections of one word, each the only one of it."""
        return self.det_index[self._of_one_word & ~self._shares]

    @property
    def _of_one_word(self) -> Bools:
        return self.matched.sum(axis=0) == 1

    @property
    def _shares(self) -> Bools:
        return self.matched[self.matched.sum(axis=1) > 1].any(axis=0)

    @property
    def merged(self) -> Ints:
        """Detections that cover several words."""
        return self.det_index[self.matched.sum(axis=0) > 1]


def match_page(gt: Sequence[ArrayLike] | Words, det: Sequence[ArrayLike]) -> PageMatches:
    """Match the detections of one page to its words; ``score_page`` counts the outcome.

    Raises:
        UserError: a polygon is not (n, 2), not finite, or beyond any image.
    """
    words = Words.of(gt)
    detections, det_index = _rings(det[:MAX_DETECTIONS], 'detection')
    windows = detections.truncated()
    char, holder = _held(words.centres, windows)

    pair = words.word_of[char] * len(detections) + holder
    held = np.zeros(len(words) * len(detections), bool)
    held[pair] = True
    held = held.reshape(len(words), len(detections))
    matched = held & _together_inside(words.rings, windows, held)

    det_chars = np.bincount(holder, minlength=len(detections))
    counted = matched.ravel()[pair]
    char, holder = char[counted], holder[counted]
    # Pairs are sorted by character, then by detection.
    first = np.diff(char, prepend=-1) > 0
    false = np.flatnonzero(~matched.any(axis=0))
    det_chars[false] = character_counts(detections.take(false), one_sided=True)
    return PageMatches(
        gt_index=words.index,
        det_index=det_index,
        matched=matched,
        gt_chars=words.chars,
        det_chars=det_chars,
        found=np.bincount(holder[first], minlength=len(detections)),
        overlapped=np.bincount(holder[~first], minlength=len(detections)),
    )


def _rings(polygons: Sequence[ArrayLike], what: str) -> tuple[Rings, Ints]:
    """The polygons that count, checked, and where they stood."""
    try:
        points = [as_outline(polygon, f'{what} {i}', 0) for i, polygon in enumerate(polygons)]
    except ValueError as error:
        raise UserError(f'{error}; give (n, 2) points, x and y each') from error
    index = np.array([i for i, p in enumerate(points) if len(p) >= MIN_VERTICES], dtype=np.int64)
    rings = Rings.of([points[i] for i in index])
    wrong = np.flatnonzero(~(np.abs(rings.points) <= MAX_COORDINATE).all(axis=1))
    if len(wrong):
        x, y = rings.points[wrong[0]]
        raise UserError(
            f'{what} {index[rings.owner[wrong[0]]]}: the point ({x:g}, {y:g}) is not within '
            f'{MAX_COORDINATE:g} pixels of the origin; give finite pixels of the image'
        )
    return rings, index


def _held(centres: Floats, windows: Rings) -> tuple[Ints, Ints]:
    """Pairs (character, detection) where the centre lies in the detection, even-odd, half-open.

    Shapely's predicates treat edges differently, and whole pixels put many a centre on an edge.
    """
    chars, holders = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    every = np.arange(len(centres))
    for block in in_blocks(every, np.full(len(every), len(windows)), _AT_ONCE):
        char, holder = _in_box(centres[block], windows)
        char = block[char]
        pairs = np.arange(len(char))
        for part in in_blocks(pairs, windows.counts[holder], _AT_ONCE):
            inside = part[_inside(centres[char[part]], windows, holder[part])]
            chars.append(char[inside])
            holders.append(holder[inside])
    return np.concatenate(chars), np.concatenate(holders)


def _in_box(centres: Floats, windows: Rings) -> tuple[Ints, Ints]:
    """Pairs (centre, detection) where the detection's bounding box holds the centre."""
    left, top, right, bottom = windows.boxes.T
    x, y = centres[:, :1], centres[:, 1:]
    within = left <= x
    for beside in (x <= right, top <= y, y <= bottom):
        within &= beside
    return np.divmod(np.flatnonzero(within), len(windows))


def _inside(centres: Floats, windows: Rings, holder: Ints) -> Bools:
    """Whether the detection ``holder`` (m,) of each centre (m, 2) holds it."""
    pair, vertex = windows.vertices(holder)
    crossed = ray_crosses(centres[pair], windows.points[vertex], windows.edges[vertex])
    return np.bincount(pair[crossed], minlength=len(centres)) % 2 == 1


def _together_inside(words: Rings, detections: Rings, held: Bools) -> Bools:
    """Which detections (D,) lie enough within the words of which they hold a character.

    CLEval has three rules: one to one and one word to many detections, both for pairs that hold
    and whose area precision suffices, and many words to one detection, where the sum has to
    suffice. They come down to one: a detection matches every word of which it holds a character,
    or none. With one word the sum is the precision itself, and one precision that suffices among
    several makes the sum suffice, too.
    """
    g, d = np.nonzero(held & (detections.signed_areas != 0))
    shared = shared_areas(words, detections, g, d)
    precision = (shared / np.abs(detections.signed_areas[d])).astype(np.float32)
    total = np.zeros(len(detections), dtype=np.float32)
    # One after the other: NumPy's sum over an axis rounds otherwise when there is one detection.
    np.add.at(total, d, precision)
    return total >= MIN_AREA_PRECISION
