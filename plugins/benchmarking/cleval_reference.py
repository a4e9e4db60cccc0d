"""CLEval written down a second time, one loop after the other: slow, obvious, and a yardstick."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import ConvexHull, QhullError

EPS = float(np.finfo(np.float32).eps)
Polygon = NDArray[np.float64]
Pair = tuple[int, int]  # (ground truth, detection)


def score(gt: Sequence[Polygon], det: Sequence[Polygon]) -> dict[str, float]:
    """Return all figures of a page of polygons (n, 2), named as the competition names them."""
    gt = [np.asarray(polygon, dtype=float) for polygon in gt if len(polygon) >= 4]
    det = [np.asarray(polygon, dtype=float) for polygon in det[:500] if len(polygon) >= 4]
    gt_chars = [characters(polygon, one_sided=False) for polygon in gt]
    windows = [np.trunc(polygon).tolist() for polygon in det]
    included = {}  # (g, d) -> the characters of g whose centre lies in d
    for g, word in enumerate(gt):
        char_centres = _centres(word, gt_chars[g])
        for d, window in enumerate(windows):
            chars = {c for c, (x, y) in enumerate(char_centres) if _inside(x, y, window)}
            if chars:
                included[g, d] = chars
    precision = {(g, d): _area_precision(gt[g], det[d]) for g, d in included}
    matched = sorted(_match(included, precision), key=lambda pair: pair[::-1])

    found, overlapped = set(), 0
    for g, d in matched:
        chars = {(g, c) for c in included[g, d]}
        overlapped += len(chars & found)
        found |= chars
    of_word = [sum(g == pair[0] for pair in matched) for g in range(len(gt))]
    of_detection = [sum(d == pair[1] for pair in matched) for d in range(len(det))]
    splits, merges = sum(max(0, n - 1) for n in of_word), sum(max(0, n - 1) for n in of_detection)
    false = sum(characters(det[d], one_sided=True) for d, n in enumerate(of_detection) if n == 0)
    num_gt, num_det = sum(gt_chars), sum(len(included[pair]) for pair in matched) + false
    r = max(0, len(found) - splits) / num_gt if num_gt else 0.0
    p = max(0, len(found) - merges) / num_det if num_det else 0.0
    return {
        'recall': r,
        'precision': p,
        'hmean': 2 * r * p / (r + p) if r + p else 0.0,
        'num_char_gt': num_gt,
        'num_char_det': num_det,
        'num_char_tp': len(found),
        'gran_recall': splits,
        'gran_precision': merges,
        'num_char_fp': false,
        'num_splitted': sum(n > 1 for n in of_word),
        'num_merged': sum(n > 1 for n in of_detection),
        'num_char_overlapped': overlapped,
    }


def characters(polygon: Polygon, one_sided: bool) -> int:
    """Return how many characters a polygon (n, 2) stands for.

    A tall one stands for as many as a wide one, unless ``one_sided``.
    """
    try:
        hull = polygon[ConvexHull(polygon).vertices].tolist()
    except QhullError:
        return 100
    rectangles = [_rectangle(hull, edge) for edge in range(len(hull))]
    w, h = min(rectangles, key=lambda sides: sides[0] * sides[1])
    ratio = min(100, h / (w + EPS))
    length = 1 / (ratio + EPS)
    return min(round(0.5 + (length if one_sided else max(ratio, length))), 100)


def _rectangle(hull: list, edge: int) -> tuple[float, float]:
    (x0, y0), (x1, y1) = hull[edge], hull[(edge + 1) % len(hull)]
    length = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5
    ux, uy = (x1 - x0) / length, (y1 - y0) / length
    along = [_fused(uy, y, ux * x) for x, y in hull]
    across = [_fused(ux, y, -uy * x) for x, y in hull]
    return max(along) - min(along), max(across) - min(across)


def _fused(a: float, b: float, c: float) -> float:
    return float(Fraction(a) * Fraction(b) + Fraction(c))


def _centres(polygon: Polygon, n: int) -> list[tuple]:
    half = len(polygon) // 2
    top, bottom = polygon[:half], polygon[half:][::-1]
    tops = _stations(top, top[-1], n, half - 1)
    bottoms = _stations(bottom, bottom[-1], n, half - 1)
    step = (len(tops) - 1) / n
    result = []
    for c in range(n):
        i, j = int(c * step), int((c + 1) * step)
        corners = [tops[i], tops[j], bottoms[i], bottoms[j]]
        result.append((sum(x for x, _ in corners) / 4, sum(y for _, y in corners) / 4))
    return result


def _stations(edge: Polygon, last: Polygon, n: int, sections: int) -> list[tuple]:
    result = []
    for (x0, y0), (x1, y1) in pairwise(edge[: sections + 1]):
        result.append((float(x0), float(y0)))
        for k in range(1, n):
            result.append((int(x0 + (x1 - x0) / n * k), int(y0 + (y1 - y0) / n * k)))
    return [*result, tuple(map(float, last))]


def _inside(x: float, y: float, polygon: list) -> bool:
    crossings = 0
    xi, yi = polygon[-1]
    for xj, yj in polygon:
        if yi <= y < yj or yj <= y < yi:
            crossings += x < (xj - xi) * (y - yi) / (yj - yi) + xi
        xi, yi = xj, yj
    return crossings % 2 == 1


def _area_precision(word: Polygon, detection: Polygon) -> np.float32:
    word, detection = np.trunc(word), np.trunc(detection)
    x, y = detection.T
    area = abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2
    shared = _even_odd(word).intersection(_even_odd(detection)).area
    return np.float32(shared / area if area else 0)


def _even_odd(polygon: Polygon) -> shapely.MultiPolygon:
    region = shapely.MultiPolygon()
    for second, third in pairwise(polygon[1:]):
        triangle = shapely.Polygon([polygon[0], second, third])
        if triangle.area:
            parts = shapely.get_parts(region.symmetric_difference(triangle))
            region = shapely.MultiPolygon([part for part in parts if part.area])
    return region


def _match(included: dict[Pair, set], precision: dict[Pair, np.float32]) -> set[Pair]:
    threshold = np.float32(0.3)
    linked = {pair for pair in included if precision[pair] >= threshold}
    matched = set()
    for g, d in linked:
        of_word = {pair for pair in linked if pair[0] == g}
        of_detection = {pair for pair in linked if pair[1] == d}
        if len(of_word) >= 2 or len(of_detection) == 1:
            matched.add((g, d))
    for d in {pair[1] for pair in included}:
        merged = sorted(pair for pair in included if pair[1] == d)
        if len(merged) >= 2 and sum(precision[pair] for pair in merged) >= threshold:
            matched |= set(merged)
    return matched
