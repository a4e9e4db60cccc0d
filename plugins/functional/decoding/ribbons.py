"""Words by few vertices: straight ones are rectangles, bent ones ribbons along their middle line.

The outline of a region has saw teeth, which say nothing of the text; the middle between its upper
and its lower edge hardly has. So that line decides how many sections a word needs, and both edges
are drawn at the same distance from it all along.
"""

from typing import NamedTuple

import numpy as np

from ..geometry import Bools, Floats, Ints, Rings, spans

DIGITS = 6  # after the point; upright edges stay upright, whatever sine and cosine leave

_SECTIONS = (1, 2, 3, 4, 6)
_PLACES = 16  # along the length of a region, where it is looked at
_SHARES = (np.arange(_PLACES) + 0.5) / _PLACES
# The middle line through the knots between m sections (16, m + 1), and the knots that fit it best.
_LINES = {m: np.maximum(0, 1 - abs(_SHARES[:, None] * m - np.arange(m + 1))) for m in _SECTIONS}
_FITS = {m: np.linalg.pinv(line) for m, line in _LINES.items()}
_TEETH = 1  # places at which a region may stick out of either edge
_LEAST_LENGTH = 1e-3  # pixels; a dot has none
_LEAST_COVER = 0.7  # share of a polygon that the region covers, or else it has another shape
_SQUAT = 2.0  # times as long as high; shorter ones are a letter or two, and lie level
_THINNEST = 0.5  # pixels between the contour's edges


class Shapes(NamedTuple):
    """What shapes regions have: some of them alike, and their polygons, clockwise.

    ``straight`` are rectangles (s, 4, 2). Each part of the ``bent`` has another number of sections,
    with two vertices a section and two more: along the upper edge from the text's top left, and
    back along the lower one. ``others`` are neither; dots and thin lines are in none of the three.
    """

    straight: tuple[Ints, Floats]
    bent: list[tuple[Ints, Floats]]
    others: Ints


def find_shapes(contours: Rings, rectangles: Floats, bend: float) -> Shapes:
    """Find the fewest equal sections that a region's middle line can be straight in.

    Args:
        contours: through the centres of the regions' outermost pixels, as the polygons will be.
        rectangles: (P, 4, 2) of least area around those pixels, from the text's top left.
        bend: the line may be off by less than this share of the region's height.
    """
    frames = _Frames.of(rectangles)
    upper, lower = _edges(contours, frames)
    middle, thickness = (upper + lower) / 2, lower - upper
    heights = np.partition(thickness, _PLACES // 2, axis=1)[:, _PLACES // 2] + 1
    squat = frames.lengths < _SQUAT * heights
    middle[squat] = middle[squat].mean(axis=1, keepdims=True)
    thin = thickness.max(axis=1) < _THINNEST
    pending, parts = np.flatnonzero(~thin), []
    other = ~thin
    for m in _SECTIONS:
        # Letters do not bend, so that no section is shorter than its height.
        long = m * heights[pending] <= frames.lengths[pending]
        knots = middle[pending] @ _FITS[m].T
        lines = knots @ _LINES[m].T
        off = _nearly_farthest(abs(middle[pending] - lines))
        fits = (off < bend * heights[pending]) & (long | squat[pending])
        index, knots, lines = pending[fits], knots[fits], lines[fits]
        above, below = map(_nearly_farthest, (lines - upper[index], lower[index] - lines))
        cover = (thickness[index].mean(axis=1) + 1) / (above + below + 1)
        sound = (cover >= _LEAST_COVER) & (above + below >= _THINNEST)
        ribbons = frames.take(index).ribbons(knots, above, below)
        parts.append((index[sound], ribbons[sound]))
        other[index[sound]] = False
        pending = pending[~fits]
        if not len(pending):
            break
    return Shapes(parts[0], parts[1:], np.flatnonzero(other))


class _Frames(NamedTuple):
    """Axes of regions: along their longer sides, and across those, clockwise.

    ``origins`` and ``along`` (P, 2), ``lengths`` (P,) in pixels. Where the shorter side comes first
    in a rectangle, the region is ``upright`` (P,).
    """

    origins: Floats
    along: Floats
    lengths: Floats
    upright: Bools

    @classmethod
    def of(cls, rectangles: Floats) -> '_Frames':
        sides = rectangles[:, 1:3] - rectangles[:, :2]
        lengths = np.hypot(sides[..., 0], sides[..., 1])
        each, longer = np.arange(len(rectangles)), lengths.argmax(axis=1)
        length = lengths[each, longer]
        along = sides[each, longer] / length[:, None]
        return cls(rectangles[each, longer], along, length, longer == 1)

    def take(self, index: Ints) -> '_Frames':
        return _Frames(*(part[index] for part in self))

    @property
    def across(self) -> Floats:
        return np.stack((-self.along[:, 1], self.along[:, 0]), axis=1)

    def places(self, shares: Floats) -> Floats:
        """Where ``shares`` (k,) of the contours' lengths are (P, k): they lack half a pixel."""
        return 0.5 + (self.lengths[:, None] - 1) * shares

    def ribbons(self, knots: Floats, above: Floats, below: Floats) -> Floats:
        """Ribbons (P, 2k, 2) whose edges are so far (P,) ``above`` and ``below`` ``knots`` (P, k).

        Those of two knots are rectangles.
        """
        line = np.stack((self.places(np.linspace(0, 1, knots.shape[1])), knots), axis=2)
        down = np.array([[[0.0, 1.0]]])
        if knots.shape[1] == 2:
            x, y = np.moveaxis(line[:, 1:] - line[:, :1], 2, 0)
            slant = np.stack((-y, x), axis=2) / np.hypot(x, y)[..., None]
            down = slant * slant[..., 1:]  # distances were measured straight across
        upper, lower = line - above[:, None, None] * down, line + below[:, None, None] * down
        points = np.concatenate((upper, lower[:, ::-1]), axis=1)
        axes = np.stack((self.along, self.across), axis=1)
        ribbons = self.origins[:, None] + points @ axes
        ribbons[self.upright] = np.roll(ribbons[self.upright], 1, axis=1)
        return ribbons.round(DIGITS)


def _edges(contours: Rings, frames: _Frames) -> tuple[Floats, Floats]:
    """How far across (P, 16) the upper and the lower edge of regions are, along their length."""
    # As complex numbers, x + iy: a product with a direction's conjugate turns it onto the x axis.
    corners, origins, turns = (
        part.view(np.complex128)[:, 0] for part in (contours.points, frames.origins, frames.along)
    )
    # Lengths are counted in places: the whole numbers from a vertex up to the next lie between.
    steps = _PLACES / np.maximum(frames.lengths - 1, _LEAST_LENGTH)
    turned = (corners - origins[contours.owner]) * turns.conj()[contours.owner]
    along = (turned.real - 0.5) * steps[contours.owner] - 0.5
    across = turned.imag
    ahead = contours.ahead
    reached = np.clip(np.ceil(along), 0, _PLACES).astype(int)
    first = np.minimum(reached, reached[ahead])
    counts = np.maximum(reached, reached[ahead]) - first
    edge, place = spans(first, counts, np.arange(len(along)))
    rate = (across[ahead[edge]] - across[edge]) / (along[ahead[edge]] - along[edge])
    at = across[edge] + (place - along[edge]) * rate
    where = contours.owner[edge] * _PLACES + place
    upper = np.full(len(contours) * _PLACES, np.inf)
    lower = -upper
    np.minimum.at(upper, where, at)
    np.maximum.at(lower, where, at)
    upper, lower = (edges.reshape(-1, _PLACES) for edges in (upper, lower))
    # Nothing passes in a dot, which has no length.
    dots = ~np.isfinite(upper).all(axis=1)
    upper[dots] = lower[dots] = 0
    return upper, lower


def _nearly_farthest(ways: Floats) -> Floats:
    """The farthest (P,) of ways (P, 16) but for teeth."""
    return np.partition(ways, -_TEETH - 1, axis=1)[:, -_TEETH - 1]
