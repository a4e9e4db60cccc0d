"""Several pages in one captioned picture: what was found on each, and what is there."""

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from ..images import read_image
from . import colours
from .outlines import Image, draw_polygons

T = TypeVar('T')

_FONT = cv2.FONT_HERSHEY_SIMPLEX


def evenly_spaced(items: Sequence[T], count: int) -> list[T]:
    """Return ``count`` of the items, evenly spaced from the first to the last, or all of them."""
    picked = np.linspace(0, len(items) - 1, min(count, len(items))).round().astype(int)
    return [items[i] for i in picked]


def prediction_panels(
    found: Mapping[str, Sequence[NDArray]],
    truth: Mapping[str, Sequence[NDArray]],
    images: str | os.PathLike,
) -> Iterator[Image]:
    """Yield each page of ``found`` with its words drawn, ground truth below, and a caption.

    Raises:
        UserError: a page's image is missing or unreadable.
    """
    for name, polygons in found.items():
        page = read_image(Path(images) / name)
        page = draw_polygons(page, truth.get(name, ()), colours.GROUND_TRUTH)
        counts = f'{len(polygons)} found'
        if name in truth:
            counts += f', {len(truth[name])} there'
        page = draw_polygons(page, polygons, colours.FOUND)
        yield caption(page, [(f'{counts}   {name}', colours.CAPTION)])


def prediction_sheet(panels: Sequence[Image], with_truth: bool, columns: int = 3) -> Image:
    """Return the panels side by side under a legend of their colours."""
    entries = [('found', colours.FOUND), ('ground truth', colours.GROUND_TRUTH)][: 1 + with_truth]
    return caption(contact_sheet(panels, columns), entries, height=48, swatch=True)


def contact_sheet(images: Sequence[Image], columns: int, height: int = 900, gap: int = 12) -> Image:
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


def caption(
    image: Image,
    entries: Sequence[tuple[str, colours.Color]],
    height: int | None = None,
    swatch: bool = False,
) -> Image:
    """Return a BGR image under a white line of texts, each in its colour or after a swatch of it.

    ``height`` is that of the line in pixels, by default 3.5 % of the image. OpenCV's fonts have
    ASCII alone: other letters become question marks.
    """
    height = height or max(24, round(0.035 * image.shape[0]))
    strip = np.full((height, image.shape[1], 3), 255, np.uint8)
    scale = height / 48
    left = height // 3
    for text, color in entries:
        if swatch:
            corner = (left + height // 2, 3 * height // 4)
            cv2.rectangle(strip, (left, height // 4), corner, color, -1)
            left += 3 * height // 4
        text = text.encode('ascii', 'replace').decode()
        ink = colours.CAPTION if swatch else color
        at = (left, round(0.68 * height))
        cv2.putText(strip, text, at, _FONT, scale, ink, max(1, height // 24), cv2.LINE_AA)
        left += cv2.getTextSize(text, _FONT, scale, 1)[0][0] + height
    return np.vstack([strip, image])
