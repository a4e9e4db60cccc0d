"""Resizing and warping a page and its polygons through one and the same matrix.

Matrices are 3 x 3 homographies and map pixel coordinates whose integer values are pixel centres;
what is on the page has a positive third coordinate. A page is resampled once, however many changes
are composed, because each resampling costs sharpness that small print does not have to spare.
"""

from collections.abc import Sequence

import cv2
import numpy as np
import shapely
from numpy.typing import NDArray


def scaling(x: float, y: float) -> NDArray[np.float64]:
    """Return the matrix of resizing by (x, y), which keeps the page's edges in place."""
    return np.array([[x, 0, x / 2 - 0.5], [0, y, y / 2 - 0.5], [0, 0, 1]])


def translation(x: float, y: float) -> NDArray[np.float64]:
    """Return the matrix of a shift by (x, y)."""
    return np.array([[1, 0, x], [0, 1, y], [0, 0, 1]])


def fitted_size(size: tuple[int, int], longest: int) -> tuple[int, int]:
    """Return (width, height) scaled so that the longer side is ``longest``, each at least 1."""
    factor = longest / max(size)
    return max(1, round(size[0] * factor)), max(1, round(size[1] * factor))


def fit(size: tuple[int, int], longest: int) -> tuple[NDArray[np.float64], tuple[int, int]]:
    """Return the matrix to the fitted size of a page (width, height), and that size."""
    fitted = fitted_size(size, longest)
    return scaling(fitted[0] / size[0], fitted[1] / size[1]), fitted


def random_change(
    rng: np.random.Generator,
    size: tuple[int, int],
    *,
    degrees: float = 0.0,
    scale: tuple[float, float] = (1.0, 1.0),
    stretch: float = 0.0,
    shift: float = 0.0,
    flip: float = 0.0,
    flip_vertical: float = 0.0,
    perspective: float = 0.0,
) -> NDArray[np.float64]:
    """Draw a change of a page about its centre, to be applied after :func:`fit`.

    Args:
        rng: where all randomness comes from.
        size: (width, height) of the page it is applied to.
        degrees: rotation, drawn from plus or minus this.
        scale: zoom, drawn log-uniformly.
        stretch: width over height changes by up to this fraction.
        shift: translation, drawn from plus or minus this fraction of each side.
        flip: probability of a left-right mirror image.
        flip_vertical: probability of an upside-down mirror image.
        perspective: the page is tilted away from the viewer so that its corners are nearer or
            farther than its centre by up to this fraction, under 0.5.

    Raises:
        ValueError: ``scale`` is no (low, high) with 0 < low <= high, ``stretch`` is negative, or
            ``perspective`` is not in [0, 0.5).
    """
    largest_zoom(scale=scale, stretch=stretch, perspective=perspective)
    width, height = size
    centre = np.array([(width - 1) / 2, (height - 1) / 2])
    zoom = np.exp(rng.uniform(*np.log(scale)))
    ratio = np.exp(rng.uniform(-1, 1) * np.log1p(stretch) / 2)
    angle = np.deg2rad(rng.uniform(-degrees, degrees))
    mirror = -1 if rng.random() < flip else 1
    offset = rng.uniform(-shift, shift, 2) * size
    upset = -1 if rng.random() < flip_vertical else 1
    # A corner is half a diagonal away from the centre.
    tilt = rng.uniform(-perspective, perspective, 2) * np.sqrt(2) / np.hypot(*size)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    linear = turn @ np.diag([mirror * zoom * ratio, upset * zoom / ratio])
    about_centre = np.vstack([np.column_stack([linear, [0, 0]]), [*tilt, 1]])
    return translation(*centre + offset) @ about_centre @ translation(*-centre)


def largest_zoom(
    *,
    scale: tuple[float, float] = (1.0, 1.0),
    stretch: float = 0.0,
    perspective: float = 0.0,
    **others: float,
) -> float:
    """Return by how much :func:`random_change` can enlarge any part of a page, in any direction.

    Raises:
        ValueError: see :func:`random_change`.
    """
    if len(scale) != 2 or not 0 < scale[0] <= scale[1] < np.inf:
        raise ValueError(f'scale must be (low, high) with 0 < low <= high, but got {scale}')
    if not 0 <= stretch < np.inf:
        raise ValueError(f'stretch must be a finite fraction of 0 or more, but got {stretch}')
    if not 0 <= perspective < 0.5:
        raise ValueError(f'perspective must be 0 or more and under 0.5, but got {perspective}')
    return scale[1] * np.sqrt(1 + stretch) / (1 - perspective) ** 2


def warp_image(
    image: NDArray[np.uint8], matrix: NDArray, size: tuple[int, int], border: int = 0
) -> NDArray[np.uint8]:
    """Return ``image`` seen through ``matrix`` as (height, width, C) for ``size`` (width, height).

    A page that shrinks much is first resized by area, lest thin strokes fall between samples.
    """
    height, width = image.shape[:2]
    shrink = np.sqrt(abs(_jacobian(matrix, ((width - 1) / 2, (height - 1) / 2))))
    if np.allclose(matrix, scaling(size[0] / width, size[1] / height)):
        how = cv2.INTER_AREA if shrink < 1 else cv2.INTER_LINEAR
        return cv2.resize(image, size, interpolation=how)
    if shrink < 0.75:
        reduced = max(1, round(width * shrink)), max(1, round(height * shrink))
        image = cv2.resize(image, reduced, interpolation=cv2.INTER_AREA)
        matrix = matrix @ np.linalg.inv(scaling(reduced[0] / width, reduced[1] / height))
    options = dict(flags=cv2.INTER_LINEAR, borderValue=(border,) * 3)
    if np.any(matrix[2, :2]):
        return cv2.warpPerspective(image, matrix, size, **options)
    return cv2.warpAffine(image, matrix[:2] / matrix[2, 2], size, **options)


def _jacobian(matrix: NDArray, point: Sequence[float]) -> float:
    """Return how many times its area a surrounding of ``point`` takes, negative if mirrored."""
    return np.linalg.det(matrix) / (matrix[2] @ [*point, 1]) ** 3


def warp_polygons(polygons: Sequence[NDArray], matrix: NDArray) -> list[NDArray[np.float64]]:
    """Return (n, 2) polygons through ``matrix``.

    A mirror image keeps them clockwise, and the text's own upper edge first.
    """
    if not len(polygons):
        return []
    lengths = [len(polygon) for polygon in polygons]
    points = np.concatenate(polygons) @ matrix[:, :2].T + matrix[:, 2]
    # What lies on the horizon of a tilted page or behind it is far off the page: keep it finite.
    points = points[:, :2] / np.maximum(points[:, 2:], 1e-3)
    moved = np.split(points, np.cumsum(lengths)[:-1])
    if np.linalg.det(matrix) >= 0:
        return moved
    return [np.roll(polygon[::-1], len(polygon) // 2, axis=0) for polygon in moved]


def visible_fraction(polygons: Sequence[NDArray], size: tuple[int, int]) -> NDArray[np.float64]:
    """Return how much of each polygon's area lies on a canvas (width, height), 0 to 1."""
    low = np.array([polygon.min(axis=0) for polygon in polygons]).reshape(-1, 2)
    high = np.array([polygon.max(axis=0) for polygon in polygons]).reshape(-1, 2)
    limit = np.array(size) - 0.5
    fraction = ((high > -0.5) & (low < limit)).all(axis=1).astype(float)
    cut = np.flatnonzero(fraction * ((low < -0.5) | (high > limit)).any(axis=1))
    if len(cut):
        shapes = shapely.make_valid([shapely.Polygon(polygons[i]) for i in cut])
        canvas = shapely.box(-0.5, -0.5, *limit)
        areas = shapely.area(shapes)
        fraction[cut] = shapely.area(shapely.intersection(shapes, canvas)) / np.maximum(areas, 1e-9)
    return fraction
