"""Several detectors' polygons of one page, put to the vote.

Solovyev et al., "Weighted boxes fusion: ensembling boxes from different object detection models",
arXiv:1910.13302, let a box join the first cluster it meets and average what is in it. Words stand
closer together than their objects, and are polygons. So here a group holds one polygon a member at
most, any two of a group overlap (complete linkage: no word is reached through its neighbour), and
what comes out is a polygon that a member drew.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from ..geometry import (
    DIGITS,
    SHIFTS,
    Bools,
    Detection,
    Floats,
    Ints,
    Rings,
    as_quads,
    coverage,
    coverings,
    is_simple,
    overlaps,
)
from .neighbours import Neighbours
from .params import check_rule, check_votes

_ORDERS = np.concatenate((SHIFTS, SHIFTS[:, ::-1]))  # (8, 4): from any corner, either way round
_COINCIDE = 0.85  # the overlap from which polygons are as good as equal


def vote(
    members: Sequence[Sequence[Detection]],
    min_votes: float,
    iou_threshold: float = 0.5,
    weights: Sequence[float] | None = None,
    merge: Literal['best', 'mean'] = 'best',
) -> list[Detection]:
    """Return the words of a page that enough members found, best first.

    The detection that others support most, by the weighted sum of their overlaps with it, starts a
    group. Of every other member, the free detection of the highest overlap with it joins if it
    overlaps with all that are in the group already. Where that makes too few votes, the start
    starts no other group, and everything stays free.

    Args:
        members: a sequence of detections each, all on the same displayed image. Between equals,
            the order of members decides, then that of detections.
        min_votes: the sum of members' weights from which a group is a word.
        iou_threshold: the intersection over union from which polygons are of one word. No two of
            the result reach it; nor does one cover that share of another, unless most of its voters
            have the two like that.
        weights: one a member; 1 each by default.
        merge: ``best`` is the start's polygon or, among those that all but coincide with it, the
            one of the highest score times weight; ``mean`` is :func:`mean_quad` of all.

    Returns:
        Detections whose score is the weighted sum of their group's scores over the weights of all
        members, so that agreement ranks first.

    Raises:
        ValueError: there is no member, a value is out of its range, ``weights`` does not fit the
            members, or a polygon or score is not finite.
    """
    check_rule(min_votes, iou_threshold, merge)
    shares = check_votes(len(members), min_votes, weights)
    if not any(members):
        return []
    ballot = _Ballot.of(members, shares, iou_threshold)
    groups = list(ballot.groups(min_votes))
    words = [ballot.word(group, merge) for group in groups]
    order = sorted(range(len(words)), key=lambda index: -words[index].score)
    ranked = [words[index] for index in order]
    dropped = ballot.contradicted(ranked, [groups[index] for index in order], iou_threshold)
    return [word for index, word in enumerate(ranked) if index not in dropped]


@dataclass(frozen=True, eq=False)
class _Ballot:
    """A page's detections, of all members in their order, and which of them overlap."""

    found: list[Detection]
    rings: Rings
    owner: Ints  # the member of each
    shares: Floats  # the weight of each member
    near: Neighbours  # detections of different members

    @classmethod
    def of(
        cls, members: Sequence[Sequence[Detection]], shares: Floats, iou_threshold: float
    ) -> '_Ballot':
        found = [detection for member in members for detection in member]
        owner = np.repeat(np.arange(len(members)), [len(member) for member in members])
        rings = _rings(found)
        near = Neighbours(len(found), *overlaps(rings, iou_threshold, owner))
        return cls(found, rings, owner, shares, near)

    @cached_property
    def votes(self) -> Floats:
        """The weight of each detection's member."""
        return self.shares[self.owner]

    @cached_property
    def ranks(self) -> Floats:
        """Score times weight of each detection."""
        return self.votes * [each.score for each in self.found]

    @cached_property
    def quads(self) -> Floats:
        """Each polygon as a quadrilateral."""
        return as_quads(self.rings)

    def groups(self, min_votes: float) -> Iterator[list[int]]:
        """Yield the groups of enough votes, each from its start on."""
        free, votes = np.ones(len(self.found), bool), self.votes.tolist()
        for start in self._starts(min_votes):
            if free[start]:
                group = self._group(start, free)
                if round(sum(votes[index] for index in group), DIGITS) >= min_votes:
                    free[group] = False
                    yield group

    def word(self, group: list[int], merge: str) -> Detection:
        """Return what a group stands for."""
        score = float(self.ranks[group].sum() / self.shares.sum())
        if merge == 'mean':
            return Detection(mean_quad(self.quads[group], self.votes[group]), score)
        others = np.array(group[1:], np.int64)
        alike = others[self.near.overlaps(group[0], others) >= _COINCIDE].tolist()
        alike = sorted((group[0], *alike))
        return Detection(self.found[max(alike, key=self.ranks.__getitem__)].polygon, score)

    def contradicted(
        self, words: Sequence[Detection], groups: Sequence[list[int]], iou_threshold: float
    ) -> set[int]:
        """Return which words, in falling order of score, contradict a better one.

        Two do if they are one word after all; also if one covers the other, unless most that voted
        for the worse have one within the other themselves: else members do not agree where the word
        ends, and a part of it is no word.
        """
        dropped: set[int] = set()
        if words:
            i, j, iou = (column.tolist() for column in coverings(_rings(words), iou_threshold))
            for better, worse, overlap in sorted(zip(i, j, iou, strict=True)):
                pair = groups[better], groups[worse]
                one = overlap >= iou_threshold
                if better not in dropped and (one or not self._nested(*pair, iou_threshold)):
                    dropped.add(worse)
        return dropped

    def _nested(self, better: list[int], worse: list[int], share: float) -> bool:
        own = {self.owner[index]: index for index in better}
        pairs = [(own[self.owner[k]], k) for k in worse if self.owner[k] in own]
        if not pairs:
            return False
        concerned = self.rings.take(np.array(pairs).ravel())
        nested = coverage(concerned, *np.arange(2 * len(pairs)).reshape(-1, 2).T) >= share
        return 2 * int(nested.sum()) > len(worse)

    def _starts(self, min_votes: float) -> list[int]:
        """Return the detections that may reach ``min_votes``, the best supported first."""
        (i, j, iou), everyone = self.near.pairs, np.arange(len(self.found))
        best = np.zeros((len(self.found), len(self.shares)))  # overlap with each member's nearest
        np.maximum.at(best, (i, self.owner[j]), iou)
        np.maximum.at(best, (j, self.owner[i]), iou)
        best[everyone, self.owner] = 1
        support = np.round(best @ self.shares, DIGITS)
        enough = np.round((best > 0) @ self.shares, DIGITS) >= min_votes
        order = np.lexsort((everyone, -self.ranks, -support))
        return order[enough[order]].tolist()

    def _group(self, start: int, free: Bools) -> list[int]:
        near, iou = self.near.of(start)
        near = near[np.lexsort((near, -iou))]
        near = near[free[near]]
        first: dict[int, int] = {}  # of each member
        for member, other in zip(self.owner[near].tolist(), near.tolist(), strict=True):
            first.setdefault(member, other)
        invited = np.array(list(first.values()), np.int64)
        overlap = (self.near.overlaps(invited[:, None], invited) > 0).tolist()
        joined: list[int] = []
        for other, row in enumerate(overlap):
            if all(row[index] for index in joined):
                joined.append(other)
        return [start, *invited[joined].tolist()]


def _rings(found: Sequence[Detection]) -> Rings:
    rings = Rings.checked([each.polygon for each in found])
    if not np.isfinite([each.score for each in found]).all():
        raise ValueError('a score is not finite')
    return rings


def mean_quad(quads: Floats, weights: Floats) -> Floats:
    """Return the weighted mean (4, 2) of quadrilaterals (k, 4, 2), from the first's first corner.

    Means of corners shrink where corners do not correspond (156 × 40 px became 73 × 20), so each
    polygon's corners are first put into the order of the first's. Should the mean cross itself, the
    first comes back.
    """
    orders = quads[:, _ORDERS]
    nearest = ((orders - quads[0]) ** 2).sum(axis=(2, 3)).argmin(axis=1)
    mean = np.average(orders[np.arange(len(quads)), nearest], axis=0, weights=weights)
    return mean if is_simple(mean) else quads[0]
