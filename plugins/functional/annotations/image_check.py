"""What is wrong with the image of a page, and whether its labels were turned along with it."""

import os
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from ..errors import UserError
from ..geometry import Rings, Size
from ..images import as_displayed, exif_orientation, read_reduced, verify_image
from .problem_kinds import BROKEN_IMAGE, MISSING_IMAGE, Fault

_SIDE = 1024  # pixels that suffice to tell text from paper
_CLEARLY = 1.3
_FAR = 1e5
_NEAR = np.ones((5, 5), np.uint8)  # the edges of ink lie about those of the outline


def check_image(path: Path, twin: bool = False) -> tuple[Size | None, Fault | None]:
    """Return an image's size as displayed, or what is wrong with it.

    ``twin`` tells that a file is there whose name differs in its Unicode form only.
    """
    if os.path.islink(path) and not os.path.exists(path):
        return None, (MISSING_IMAGE, '', 'listed, but on disk it is a link that leads nowhere')
    try:
        os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        detail = 'listed, but not on disk'
        if twin:
            detail += '; a file there differs in its Unicode form only (NFC or NFD), rename it'
        return None, (MISSING_IMAGE, '', detail)
    except OSError:
        pass  # reading it will say why
    try:
        return verify_image(path), None
    except UserError as error:
        return None, (BROKEN_IMAGE, '', error.line.removeprefix(f'{path}: '))


def unturned_labels(path: Path, polygons: Sequence[NDArray], raw_size: bool) -> str | None:
    """Say why labels are taken for those of the pixels before the EXIF orientation, or None.

    The place decides where more ink is, that of the labels as they are or that which they would
    have in the displayed image. Where that does not tell, ``raw_size`` does: whether the entry has
    the size of the image before its turn.

    Raises:
        UserError: the image cannot be read.
    """
    orientation = exif_orientation(path)
    if orientation == 1 or not polygons:
        return None
    page = read_reduced(path, _SIDE)
    width, height = page.size
    raw = (height, width) if orientation >= 5 else (width, height)
    edges, scale = _edges(page.pixels, page.size)
    turned = [as_displayed(polygon, raw, orientation) for polygon in polygons]
    here, there = (_ink_under(edges, [p * scale for p in each]) for each in (polygons, turned))
    if here > _CLEARLY * there or not (raw_size or there > _CLEARLY * here):
        return None
    told = f'{there / here:.1f} times the ink' if here > 0 else 'all the ink'
    why = f'{told} is where they would be' if there > here else 'so is the size of the entry'
    return f'the labels are those of the image before EXIF orientation {orientation}: {why}'


def _edges(pixels: NDArray[np.uint8], size: Size) -> tuple[NDArray[np.uint8], float]:
    """Return how steep an image is (H, W), and the scale by which it was reduced for that."""
    grey = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
    share = min(1.0, _SIDE / max(grey.shape))
    grey = cv2.resize(grey, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    steep = cv2.morphologyEx(grey, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    return steep, max(grey.shape) / max(size)


def _ink_under(edges: NDArray[np.uint8], polygons: Sequence[NDArray]) -> float:
    """Return the mean strength of edges under polygons; there is none outside the image."""
    mask = np.zeros_like(edges)
    for polygon in polygons:
        cv2.fillPoly(mask, [np.rint(polygon.clip(-_FAR, _FAR)).astype(np.int32)], 1)
    mask = cv2.dilate(mask, _NEAR)
    area = max(np.count_nonzero(mask), Rings.of(polygons).areas.sum(), 1)
    return float(edges[mask > 0].sum(dtype=np.float64) / area)
