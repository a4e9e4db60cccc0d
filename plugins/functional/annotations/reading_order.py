"""Where outlines begin and which way they run, held against the direction in which a page reads.

CLEval takes the first half of a word's vertices for its upper edge (arXiv:2006.06244, section 3.2),
so a word that is given counter-clockwise, or from another corner, has its characters elsewhere.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..geometry import Bools, Floats, Rings

_ELONGATED = 1.5  # sides of a word, from which on it tells along which it reads
_FEW = 3
_ALONG = np.cos(np.pi / 4)  # nearer to the page's direction than to its perpendicular


class ReadingOrder(NamedTuple):
    """Which words (P,) run counter-clockwise, and which begin at another corner than they should.

    ``direction`` (2,) is the unit vector in which the page reads, None where no word tells.
    """

    counter_clockwise: Bools
    other_corner: Bools
    direction: Floats | None

    @property
    def upside_down(self) -> bool:
        """Whether the page, or what its labels make of it, reads from right to left."""
        return self.direction is not None and self.direction[0] < -_ALONG


def reading_order(polygons: Sequence[NDArray], exempt: ArrayLike = ()) -> ReadingOrder:
    """Compare outlines (n, 2), n >= 4, with the direction that most of them tell.

    Long sides tell the axis; on it, most words tell the direction. Text that stands across the axis
    is no fault, but a word that lies along it and begins as if it stood is. ``exempt`` are
    positions of words that are known to stand.
    """
    rings = Rings.of(polygons)
    reverse = rings.signed_areas < 0
    along, down = _sides([_forwards(p) if r else p for p, r in zip(polygons, reverse, strict=True)])
    direction = _page_direction(along, down, reverse)
    if direction is None:
        return ReadingOrder(reverse, np.zeros(len(rings), bool), None)
    length, height = (np.hypot(*vectors.T) for vectors in (along, down))
    cos = _quotient(along @ direction, length)
    lies = np.abs(_quotient(down @ direction, height)) > _ALONG
    against = cos < -_ALONG
    across = (np.abs(cos) <= _ALONG) & lies & (height >= _ELONGATED * length)
    if across.sum() > len(rings) / 2:  # then those that are as high as long are so as well
        across = (np.abs(cos) <= _ALONG) & lies
    other = (against | across) & ~reverse
    other[list(exempt)] = False
    return ReadingOrder(reverse, other, direction)


def in_order(points: Sequence, direction: Floats) -> list:
    """Return an outline's points, clockwise from where text that reads in ``direction`` begins."""
    points = list(points)
    if Rings.of([np.asarray(points, float)]).signed_areas[0] < 0:
        points = _forwards(points)
    turns = [points[start:] + points[:start] for start in range(len(points))]
    along, down = _sides([np.asarray(turn, float) for turn in turns])
    below = np.array([-direction[1], direction[0]])
    return turns[int(np.argmax(along @ direction + down @ below))]


def _forwards(points: Sequence) -> Sequence:
    """Return an outline the other way round, from the same vertex on."""
    return [points[0], *points[:0:-1]]


def _sides(polygons: Sequence[Sequence]) -> tuple[Floats, Floats]:
    """Return mean vectors (P, 2) along and down the text, as the order of vertices has it."""
    along, down = np.zeros((2, len(polygons), 2))
    for index, polygon in enumerate(polygons):
        points = np.asarray(polygon, float)
        if len(points) > 4 and (points[0] == points[-1]).all():  # a closed ring
            points = points[:-1]
        half = len(points) // 2
        first, top_end, bottom_start, last = points[[0, half - 1, half, -1]]
        along[index] = (top_end - first + bottom_start - last) / 2
        down[index] = (last - first + bottom_start - top_end) / 2
    return along, down


def _page_direction(along: Floats, down: Floats, reverse: Bools) -> Floats | None:
    length, height = (np.hypot(*vectors.T) for vectors in (along, down))
    lying, standing = length >= _ELONGATED * height, height >= _ELONGATED * length
    if (lying | standing).sum() < _FEW:  # too few to tell along which side they read
        return _few_words_direction(along[~reverse], np.concatenate((along, down)))
    long_sides = np.where(lying[:, None], along, down)[lying | standing]
    # Twice the angle is the same for both directions of an axis.
    doubled = (long_sides @ [1, 1j]) ** 2
    half = np.exp(0.5j * np.angle((doubled / np.abs(doubled) ** 0.5).sum()))
    axis = np.array([half.real, half.imag])
    votes = along @ axis
    voters = lying & (np.abs(votes) > _ALONG * length)
    vote = votes[voters].sum() if voters.sum() >= len(along) / 4 else 0
    # Where hardly a word runs along the axis, text reads to the right, or else down.
    sign = np.sign(vote) or np.sign(axis[np.argmax(np.abs(axis))])
    return sign * axis


def _few_words_direction(along: Floats, sides: Floats) -> Floats | None:
    """Return in which direction words read as a whole, or else the most rightward side."""
    total = along.sum(axis=0)
    size = np.hypot(*total)
    if size > np.hypot(*along.T).sum() / 4:
        return total / size
    lengths = np.hypot(*sides.T)
    if not lengths.any():
        return None
    rightward = sides[np.argmax(np.abs(sides[:, 0]))]
    return rightward * np.sign(rightward[0] or 1) / np.hypot(*rightward)


def _quotient(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)
