"""Polygons drawn onto pages, for people to look at."""

import os
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from ..errors import UserError
from ..files import write_bytes

FOUND = (40, 160, 20)  # green in BGR
TRUTH = (220, 120, 0)  # blue
IGNORED = (150, 150, 150)
START = (0, 0, 230)  # red

FRACTION_BITS = 4
_FAR = 1e6


def draw_polygons(
    image: NDArray[np.uint8],
    polygons: Sequence[NDArray],
    color: tuple[int, int, int] = FOUND,
    start: bool = False,
) -> NDArray[np.uint8]:
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
            cv2.circle(drawn, centre, radius, START, -1, cv2.LINE_AA, FRACTION_BITS)
    return drawn


def contact_sheet(
    images: Sequence[NDArray[np.uint8]], columns: int, height: int = 900, gap: int = 12
) -> NDArray[np.uint8]:
    """Return BGR images side by side on white, ``columns`` a row, each scaled to ``height``.

    Raises:
        ValueError: there are no images.
    """
    if not len(images):
        raise ValueError('a contact sheet needs one image or more, but got none')
    scaled = [
        cv2.resize(
            image,
            (max(1, round(image.shape[1] * height / image.shape[0])), height),
            interpolation=cv2.INTER_AREA,
        )
        for image in images
    ]
    width = max(image.shape[1] for image in scaled)
    rows = -(-len(scaled) // columns)
    columns = min(columns, len(scaled))
    shape = (rows * (height + gap) + gap, columns * (width + gap) + gap, 3)
    sheet = np.full(shape, 255, np.uint8)
    for i, image in enumerate(scaled):
        top = gap + (i // columns) * (height + gap)
        left = gap + (i % columns) * (width + gap) + (width - image.shape[1]) // 2
        sheet[top : top + height, left : left + image.shape[1]] = image
    return sheet


def write_image(path: str | os.PathLike, image: NDArray[np.uint8]) -> None:
    """Write an image atomically; its suffix says how.

    Raises:
        UserError: the file cannot be written, or OpenCV knows no format with this suffix.
    """
    # Encoded in memory: cv2.imwrite leaves half a file on a full disk and raises nothing.
    try:
        encoded, data = cv2.imencode(Path(path).suffix, image)
    except cv2.error:
        encoded = False
    if not encoded:
        raise UserError(f'{path}: cannot be written as this kind of image; name it .png or .jpg')
    write_bytes(path, data.tobytes())


def fixed_point(polygon: NDArray) -> NDArray[np.int32]:
    """Return an (n, 2) polygon as OpenCV draws it with ``shift=FRACTION_BITS``."""
    # Clipped far off any page, where OpenCV's integers would overflow.
    points = np.clip(np.asarray(polygon, float), -_FAR, _FAR)
    return np.rint(points * 2**FRACTION_BITS).astype(np.int32)
