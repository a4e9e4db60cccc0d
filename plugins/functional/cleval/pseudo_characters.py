"""What CLEval reads instead of a transcript: how many characters a polygon holds, and where.

Baek et al., CLEval: Character-Level Evaluation for Text Detection and Recognition Tasks,
arXiv:2006.06244, pseudo-character centers. A character is as wide as the word is high.
"""

import numpy as np
import shapely
from scipy.spatial import ConvexHull, QhullError

from ..geometry import Bools, Floats, Ints, Rings, cross, in_blocks

MAX_CHARACTERS = 100
EPS = float(np.finfo(np.float32).eps)

_AT_ONCE = 200_000  # pairs of a hull's edge and a vertex, several arrays of which are held
_LARGE = 64  # vertices of a hull, from which on most are not looked at for most edges


def character_counts(rings: Rings, one_sided: bool = False) -> Ints:
    """Characters (P,) of polygons of 4 vertices or more, by the aspect of the smallest rectangle.

    A word counts by its longer side, whichever way it runs. ``one_sided`` is how a detection counts
    that matches nothing: by the side ``w`` alone, so that an upright column is one character.

    Which side is ``w`` is settled by Qhull's order of the hull's edges where several rectangles are
    equally small. Qhull takes its time, so it is asked only where those rectangles differ in their
    count and the order cannot be told without it.
    """
    if not len(rings):
        return np.zeros(0, dtype=np.int64)
    counts, settled = _counts_in_any_order(rings, one_sided)
    upright, w, h = _upright_rectangles(rings)
    counts = np.where(upright, _characters(w, h, one_sided), counts)
    for i in np.flatnonzero(~settled & ~upright):
        counts[i] = _count_in_hull_order(rings.polygon(i), one_sided)
    return counts


def _counts_in_any_order(rings: Rings, one_sided: bool) -> tuple[Ints, Bools]:
    """Counts (P,), and whether all rectangles that may be the smallest agree on them."""
    points, sizes = _hulls(rings)
    starts = np.cumsum(sizes) - sizes
    counts, settled = np.empty(len(rings), np.int64), np.empty(len(rings), bool)
    for i in np.flatnonzero(sizes > _LARGE):
        hull = points[starts[i] :][None, : sizes[i]]
        counts[[i]], settled[[i]] = _counts_of_hulls(hull, one_sided)
    usual = np.flatnonzero(sizes <= _LARGE)
    for block in in_blocks(usual, np.full(len(usual), sizes[usual].max(initial=0) ** 2), _AT_ONCE):
        # Short ones are filled up with their last vertex.
        columns = np.minimum(np.arange(sizes[block].max()), sizes[block, None] - 1)
        hulls = points[starts[block, None] + columns]
        counts[block], settled[block] = _counts_of_hulls(hulls, one_sided)
    return counts, settled


def _counts_of_hulls(hulls: Floats, one_sided: bool) -> tuple[Ints, Bools]:
    w, h = _rectangles(hulls)
    areas = np.where(w > 0, w * h, np.inf)
    smallest = areas.min(axis=1, keepdims=True)
    noise = 1e-14 * np.abs(hulls).max() * (w + h)  # some fifty times the rounding of w * h
    candidates = areas <= smallest + noise
    counts = _characters(w, h, one_sided)
    fewest = np.where(candidates, counts, MAX_CHARACTERS).min(axis=1)
    most = np.where(candidates, counts, 0).max(axis=1)
    solid = ((smallest > noise) & np.isfinite(smallest)).all(axis=1)
    return fewest, solid & (fewest == most)


def _upright_rectangles(rings: Rings) -> tuple[Bools, Floats, Floats]:
    """Which polygons (P,) are upright rectangles, and the sides ``w`` and ``h`` of those.

    All four edges tie there, and Qhull's first one is horizontal unless the polygon starts with its
    left edge: a consequence of the simplex it starts from, verified on every order of the vertices.
    """
    quads = rings.points[rings.starts[:, None] + np.arange(4)]
    same_x, same_y = np.moveaxis(quads == np.roll(quads, -1, axis=1), 2, 0)
    down_first = (same_x == [True, False, True, False]).all(axis=1)
    across_first = (same_y == [True, False, True, False]).all(axis=1)
    proper = (same_x != same_y).all(axis=1)
    upright = (rings.counts == 4) & proper & (down_first | across_first)
    left, top, right, bottom = rings.boxes.T
    starts_left = down_first & (quads[:, 0, 0] == left)
    sides = right - left, bottom - top
    w, h = np.where(starts_left, sides[::-1], sides)
    return upright, w, h


def _hulls(rings: Rings) -> tuple[Floats, Ints]:
    """The vertices (V, 2) of all convex hulls, one after the other, and how many (P,) each has."""
    hulls = shapely.convex_hull(shapely.linestrings(rings.points, indices=rings.owner))
    points, owner = shapely.get_coordinates(hulls, return_index=True)
    given = np.bincount(owner)
    sizes = np.maximum(given - 1, 1)  # the last vertex of an outline is its first once more
    kept = np.ones(len(points), bool)
    kept[np.cumsum(given)[given > 1] - 1] = False
    return points[kept], sizes


def _rectangles(hulls: Floats) -> tuple[Floats, Floats]:
    """Sides ``w`` along and ``h`` across each hull edge (P, H, 2) of the rectangle upon it.

    An edge of no length gets a rectangle of no size. float64 throughout: a float32 quotient rounds
    5.4999 to 5.5 and gains a character.
    """
    edges = np.roll(hulls, -1, axis=-2) - hulls
    lengths = np.sqrt((edges**2).sum(axis=-1, keepdims=True))
    units = np.divide(edges, lengths, out=np.zeros_like(edges), where=lengths > 0)
    if hulls.shape[1] > _LARGE:  # one by itself
        far = _far_vertices(hulls[0], units[0])
        x, y = np.moveaxis(hulls[:, far], -1, 0)
    else:
        x, y = hulls[:, None, :, 0], hulls[:, None, :, 1]
    ux, uy = units[:, :, None, 0], units[:, :, None, 1]
    along = _multiply_add(uy, y, ux * x)
    across = _multiply_add(ux, y, -uy * x)
    return np.ptp(along, axis=-1), np.ptp(across, axis=-1)


def _far_vertices(hull: Floats, units: Floats) -> Ints:
    """For each edge (H, 2) of a hull, the vertices (H, K) that may reach furthest in its rectangle.

    Where the hull turns through a direction's normal, it reaches furthest in that direction. Two
    vertices more on both sides make up for what rounding does to angles.
    """
    angles = np.arctan2(units[:, 1], units[:, 0])
    clockwise = cross(units[0], units[1]) < 0
    first = angles.argmax() if clockwise else angles.argmin()
    turned = np.roll(angles, -first)
    turned = -turned if clockwise else turned
    quarters = np.arange(4) * np.pi / 2
    sought = (turned[:, None] + quarters + np.pi) % (2 * np.pi) - np.pi
    near = np.searchsorted(turned, sought)[..., None] + np.arange(-2, 3)
    return np.roll((near.reshape(len(hull), -1) + first) % len(hull), first, axis=0)


def _multiply_add(a: Floats, b: Floats, c: Floats) -> Floats:
    """``a * b + c`` rounded once, as matrix products do where the processor has the instruction.

    Rectangles of equal size upon different edges of a tilted word differ in the last bit only, and
    the competition's choice between them hangs on it. Spelt out, it is the same on every machine.
    Dekker, A Floating-Point Technique for Extending the Available Precision, 1971.
    """
    product, total = a * b, a * b + c
    (a, a_low), (b, b_low) = _halves(a), _halves(b)
    lost_in_product = a * b - product + a * b_low + a_low * b + a_low * b_low
    added = total - product
    lost_in_total = (product - (total - added)) + (c - added)
    return total + (lost_in_product + lost_in_total)


def _halves(a: Floats) -> tuple[Floats, Floats]:
    """Leading and trailing half of the digits of ``a``."""
    shifted = a * (2**27 + 1)
    high = shifted - (shifted - a)
    return high, a - high


def _characters(w: Floats, h: Floats, one_sided: bool) -> Ints:
    ratio = np.minimum(MAX_CHARACTERS, h / (w + EPS))
    length = 1 / (ratio + EPS)
    if not one_sided:
        length = np.maximum(ratio, length)
    return np.minimum(np.rint(0.5 + length), MAX_CHARACTERS).astype(np.int64)


def _count_in_hull_order(polygon: Floats, one_sided: bool) -> int:
    """The count by definition: the first of the smallest rectangles, edges in Qhull's order."""
    try:
        hull = polygon[ConvexHull(polygon).vertices]
    except QhullError:  # every vertex on one line
        return MAX_CHARACTERS
    w, h = _rectangles(hull[None])
    first = np.argmin(w * h)
    return int(_characters(w[0, first], h[0, first], one_sided))


def character_centres(rings: Rings, counts: Ints) -> tuple[Floats, Ints]:
    """Centres (C, 2) of all characters and the polygon (C,) each belongs to, in order.

    The first half of the vertices is the word's top edge, the other half its bottom edge; both are
    cut into ``counts`` equal steps a section, and a character sits amid its four corners.
    """
    owner = np.repeat(np.arange(len(rings)), counts)
    number = np.arange(len(owner)) - (np.cumsum(counts) - counts)[owner]
    sections = (rings.counts // 2 - 1)[owner]
    corners = [
        _top_plus_bottom(rings, owner, station, counts[owner])
        for station in (number * sections, (number + 1) * sections)
    ]
    return (corners[0] + corners[1]) / 4, owner


def _top_plus_bottom(rings: Rings, owner: Ints, station: Ints, steps: Ints) -> Floats:
    """Sums (C, 2) of the points on both edges of a word at a ``station`` (C,), counted in steps."""
    section, step = np.divmod(station, steps)
    half = rings.counts[owner] // 2
    top = rings.starts[owner] + section
    # With an odd number of vertices the bottom edge has one more than the top: its last but one is
    # never reached.
    from_end = np.where(section == half - 1, rings.counts[owner] - half - 1, section)
    bottom = rings.starts[owner] + rings.counts[owner] - 1 - from_end
    return _between(rings, top, 1, step, steps) + _between(rings, bottom, -1, step, steps)


def _between(rings: Rings, vertex: Ints, ahead: int, step: Ints, steps: Ints) -> Floats:
    """Points (C, 2) after ``step`` of ``steps`` from a vertex to its neighbour; whole pixels."""
    start = rings.points[vertex]
    stride = (rings.points[vertex + ahead] - start) / steps[:, None]
    return np.where(step[:, None] > 0, np.trunc(start + stride * step[:, None]), start)
