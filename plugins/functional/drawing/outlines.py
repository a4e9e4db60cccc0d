"""Polygons drawn onto pages, for people to look at."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from . import colours

Image = NDArray[np.uint8]

FRACTION_BITS = 4
_FAR = 1e6


def draw_polygons(
    image: Image,
    polygons: Sequence[NDArray],
    color: colours.Color = colours.FOUND,
    start: bool = False,
) -> Image:
    """Return a copy of a BGR page (H, W, 3) with polygons (n, 2) outlined and lightly filled.

    With ``start`` a dot marks each first vertex, where the text begins.
    """
    points = [fixed_point(polygon) for polygon in polygons]
    fill = image.copy()
    for polygon in points:
        cv2.fillPoly(fill, [polygon], color, cv2.LINE_AA, FRACTION_BITS)
    drawn = cv2.addWeighted(fill, 0.18, image, 0.82, 0)
    thickness = max(1, round(max(image.shape[:2]) / 1000))
    cv2.polylines(drawn, points, True, color, thickness, cv2.LINE_AA, FRACTION_BITS)
    if start:
        for polygon in points:
            centre = tuple(int(value) for value in polygon[0])
            radius = (thickness + 1) << FRACTION_BITS
            cv2.circle(drawn, centre, radius, colours.TEXT_START, -1, cv2.LINE_AA, FRACTION_BITS)
    return drawn


def fixed_point(polygon: NDArray) -> NDArray[np.int32]:
    """Return an (n, 2) polygon as OpenCV draws it with ``shift=FRACTION_BITS``."""
    # Clipped far off any page, where OpenCV's integers would overflow.
    points = np.clip(np.asarray(polygon, float), -_FAR, _FAR)
    return np.rint(points * 2**FRACTION_BITS).astype(np.int32)
