"""Resizing and warping a page and its polygons through one and the same matrix.

Matrices are 3 x 3 and map pixel coordinates whose integer values are pixel centres. A page is
resampled once, however many changes are composed, because each resampling costs sharpness that
small print does not have to spare.
"""

from collections.abc import Sequence

import cv2
import numpy as np
import shapely
from numpy.typing import NDArray


def scaling(x: float, y: float) -> NDArray[np.float64]:
    """Return the matrix of resizing by (x, y), which keeps the page's edges in place."""
    return np.array([[x, 0, x / 2 - 0.5], [0, y, y / 2 - 0.5], [0, 0, 1]])


def fitted_size(size: tuple[int, int], longest: int) -> tuple[int, int]:
    """Return (width, height) scaled so that the longer side is ``longest``, each at least 1."""
    factor = longest / max(size)
    return max(1, round(size[0] * factor)), max(1, round(size[1] * factor))


def fit(size: tuple[int, int], longest: int) -> tuple[NDArray[np.float64], tuple[int, int]]:
    """Return the matrix to the fitted size of a page (width, height), and that size."""
    fitted = fitted_size(size, longest)
    return scaling(fitted[0] / size[0], fitted[1] / size[1]), fitted


def random_affine(
    rng: np.random.Generator,
    size: tuple[int, int],
    *,
    degrees: float = 0.0,
    scale: tuple[float, float] = (1.0, 1.0),
    stretch: float = 0.0,
    shift: float = 0.0,
    flip: float = 0.0,
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

    Raises:
        ValueError: ``scale`` is no (low, high) with 0 < low <= high, or ``stretch`` is negative.
    """
    if len(scale) != 2 or not 0 < scale[0] <= scale[1] < np.inf:
        raise ValueError(f'scale must be (low, high) with 0 < low <= high, but got {scale}')
    if not 0 <= stretch < np.inf:
        raise ValueError(f'stretch must be a finite fraction of 0 or more, but got {stretch}')
    width, height = size
    centre = np.array([(width - 1) / 2, (height - 1) / 2])
    zoom = np.exp(rng.uniform(*np.log(scale)))
    ratio = np.exp(rng.uniform(-1, 1) * np.log1p(stretch) / 2)
    angle = np.deg2rad(rng.uniform(-degrees, degrees))
    mirror = -1 if rng.random() < flip else 1
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    linear = turn @ np.diag([mirror * zoom * ratio, zoom / ratio])
    offset = centre + rng.uniform(-shift, shift, 2) * size - linear @ centre
    return np.vstack([np.column_stack([linear, offset]), [0, 0, 1]])


def warp_image(
    image: NDArray[np.uint8], matrix: NDArray, size: tuple[int, int], border: int = 0
) -> NDArray[np.uint8]:
    """Return ``image`` seen through ``matrix`` as (height, width, C) for ``size`` (width, height).

    A page that shrinks much is first resized by area, lest thin strokes fall between samples.
    """
    shrink = np.sqrt(abs(np.linalg.det(matrix[:2, :2])))
    resize = scaling(size[0] / image.shape[1], size[1] / image.shape[0])
    if np.allclose(matrix, resize):
        how = cv2.INTER_AREA if shrink < 1 else cv2.INTER_LINEAR
        return cv2.resize(image, size, interpolation=how)
    if shrink < 0.75:
        height, width = image.shape[:2]
        reduced = max(1, round(width * shrink)), max(1, round(height * shrink))
        image = cv2.resize(image, reduced, interpolation=cv2.INTER_AREA)
        matrix = matrix @ np.linalg.inv(scaling(reduced[0] / width, reduced[1] / height))
    return cv2.warpAffine(
        image, matrix[:2], size, flags=cv2.INTER_LINEAR, borderValue=(border,) * 3
    )


def warp_polygons(polygons: Sequence[NDArray], matrix: NDArray) -> list[NDArray[np.float64]]:
    """Return (n, 2) polygons through ``matrix``.

    A mirror image keeps them clockwise, and the first half of the vertices on the upper edge.
    """
    if not len(polygons):
        return []
    lengths = [len(polygon) for polygon in polygons]
    points = np.concatenate(polygons) @ matrix[:2, :2].T + matrix[:2, 2]
    moved = np.split(points, np.cumsum(lengths)[:-1])
    if np.linalg.det(matrix[:2, :2]) >= 0:
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
