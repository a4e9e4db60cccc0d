"""Words by few vertices: straight ones are rectangles, bent ones ribbons along their middle line.

The outline of a region has saw teeth, which say nothing of the text; the middle between its upper
and its lower edge hardly has. So that line decides how many sections a word needs, and both edges
are drawn at the same distance from it all along.
"""

from typing import NamedTuple

import numpy as np

from ..geometry import Bools, Floats, Ints, Rings

DIGITS = 6  # after the point; upright edges stay upright, whatever sine and cosine leave

_SECTIONS = (1, 2, 3, 4, 6)
_SHARES = (np.arange(16) + 0.5) / 16  # of the length, where a region is looked at
# The middle line through the knots between m sections (16, m + 1), and the knots that fit it best.
_LINES = {m: np.maximum(0, 1 - abs(_SHARES[:, None] * m - np.arange(m + 1))) for m in _SECTIONS}
_FITS = {m: np.linalg.pinv(line) for m, line in _LINES.items()}
_REACH = 0.9  # quantile of the way to an edge: what sticks out farther is a tooth
_LEAST_COVER = 0.7  # share of a polygon that the region covers, or else it has another shape
_SQUAT = 2.0  # times as long as high: shorter ones are a letter or two, and letters do not bend
_THINNEST = 0.5  # pixels between the contour's edges


class Ribbons(NamedTuple):
    """What became of regions.

    ``polygons`` has by region those that are straight, rectangles, and those that are bent, with
    two vertices a section and two more: clockwise, along the upper edge from the text's top left,
    and back along the lower one. ``others`` (m,) are the regions of any other shape. Dots and thin
    lines are in neither.
    """

    polygons: dict[int, Floats]
    others: Ints


def fit_ribbons(contours: Rings, areas: Floats, rectangles: Floats, bend: float) -> Ribbons:
    """Find the fewest equal sections that a region's middle line can be straight in.

    Args:
        contours: through the centres of the regions' outermost pixels.
        areas: (P,) of the regions.
        rectangles: (P, 4, 2) of least area around their pixels, from the text's top left.
        bend: the line may be off by less than this share of the region's height.
    """
    frames = _Frames.of(rectangles)
    upper, lower = _edges(contours, frames)
    middle, heights = (upper + lower) / 2, np.median(lower - upper, axis=1) + 1
    squat = frames.lengths < _SQUAT * heights
    middle[squat] = middle[squat].mean(axis=1, keepdims=True)
    thin = (lower - upper).max(axis=1) < _THINNEST
    polygons: dict[int, Floats] = {}
    pending = np.flatnonzero(~thin)
    for m in _SECTIONS:
        knots = middle[pending] @ _FITS[m].T
        lines = knots @ _LINES[m].T
        fits = abs(middle[pending] - lines).max(axis=1) < bend * heights[pending]
        index, knots, lines = pending[fits], knots[fits], lines[fits]
        above = np.quantile(lines - upper[index], _REACH, axis=1)
        below = np.quantile(lower[index] - lines, _REACH, axis=1)
        cover = areas[index] / (frames.lengths[index] * (above + below + 1))
        sound = (cover >= _LEAST_COVER) & (above + below >= _THINNEST)
        ribbons = frames.take(index).ribbons(knots, above, below)[sound]
        polygons |= dict(zip(index[sound].tolist(), ribbons, strict=True))
        pending = pending[~fits]
    others = [i for i in np.flatnonzero(~thin).tolist() if i not in polygons]
    return Ribbons(polygons, np.array(others, int))


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
    points = contours.points - frames.origins[contours.owner]
    along = (points * frames.along[contours.owner]).sum(axis=1)[:, None]
    across = (points * frames.across[contours.owner]).sum(axis=1)[:, None]
    places = frames.places(_SHARES)[contours.owner]
    ahead = contours.ahead
    # (N, 16): where each edge of a contour passes a place.
    passes = (along <= places) != (along[ahead] <= places)
    share = np.divide(places - along, along[ahead] - along, out=np.zeros_like(places), where=passes)
    at = across + share * (across[ahead] - across)
    upper = np.minimum.reduceat(np.where(passes, at, np.inf), contours.starts)
    lower = np.maximum.reduceat(np.where(passes, at, -np.inf), contours.starts)
    # Nothing passes in a dot, which has no length.
    dots = ~np.isfinite(upper).all(axis=1)
    upper[dots] = lower[dots] = 0
    return upper, lower
