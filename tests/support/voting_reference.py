"""Voting as its docstring tells it, one loop a sentence, with Shapely for every pair."""

import numpy as np
from shapely.geometry import Polygon


def iou(a, b):
    a, b = Polygon(a.polygon), Polygon(b.polygon)
    shared = a.intersection(b).area
    return round(shared / (a.area + b.area - shared), 9)


def covering(a, b):
    """The share of the smaller that the other covers."""
    a, b = Polygon(a.polygon), Polygon(b.polygon)
    return round(a.intersection(b).area / min(a.area, b.area), 9)


def vote(members, min_votes, iou_threshold=0.5, weights=None):
    """Return [(score, polygon)] of ``merge='best'``."""
    weights = [1.0] * len(members) if weights is None else weights
    pool = [(m, found) for m, member in enumerate(members) for found in member]
    over = [[1.0 if a is b else 0.0 if ma == mb else iou(a, b) for mb, b in pool] for ma, a in pool]

    def nearest(k, m, allowed):
        """The detection of member m that overlaps most with k, and reaches the threshold."""
        of_m = [j for j in allowed if pool[j][0] == m and over[k][j] >= iou_threshold]
        return max(of_m, key=lambda j: (over[k][j], -j), default=None)

    everything = range(len(pool))
    support, possible = [], []
    for k in everything:
        friends = [nearest(k, m, everything) for m in range(len(members))]
        friends = [j for j in friends if j is not None]
        support.append(round(sum(weights[pool[j][0]] * over[k][j] for j in friends), 9))
        possible.append(round(sum(weights[pool[j][0]] for j in friends), 9))

    def rank(k):
        return weights[pool[k][0]] * pool[k][1].score

    free, words = set(everything), []
    for start in sorted(everything, key=lambda k: (-support[k], -rank(k), k)):
        if start not in free or possible[start] < min_votes:
            continue
        group = [start]
        others = [nearest(start, m, free) for m in range(len(members)) if m != pool[start][0]]
        others = [j for j in others if j is not None]
        for j in sorted(others, key=lambda j: (-over[start][j], j)):
            if all(over[j][k] >= iou_threshold for k in group):
                group.append(j)
        if round(sum(weights[pool[k][0]] for k in group), 9) < min_votes:
            continue
        free -= set(group)
        alike = sorted(k for k in group if over[start][k] >= 0.85)
        best = max(alike, key=rank)
        voters = {pool[k][0]: pool[k][1] for k in group}
        words.append((sum(map(rank, group)) / sum(weights), pool[best][1], voters))

    def contradict(worse, better):
        _, a, voters_of_a = worse
        _, b, voters_of_b = better
        if iou(a, b) >= iou_threshold:
            return True
        both = [m for m in voters_of_a if m in voters_of_b]
        nested = [m for m in both if covering(voters_of_a[m], voters_of_b[m]) >= iou_threshold]
        return covering(a, b) >= iou_threshold and len(nested) <= len(voters_of_a) / 2

    kept = []
    for word in sorted(words, key=lambda word: -word[0]):
        if not any(contradict(word, other) for other in kept):
            kept.append(word)
    return [(score, np.asarray(found.polygon)) for score, found, _ in kept]
