"""Panels of a page: its words, its training maps, and a title that says how large it is."""

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from ..functional.drawing import Image, caption, colours, draw_polygons

_MARGIN = 1.1  # of what words take up
_WHOLE = 0.75  # of a picture's sides, from which on all of it is shown
_SMALLEST = 0.2


class Window(NamedTuple):
    """The part of a picture that is shown, in its shape: left, top, width, height."""

    left: int
    top: int
    width: int
    height: int

    def of(self, picture: NDArray) -> NDArray:
        """That part of an array (H, W, ...)."""
        rows = slice(self.top, self.top + self.height)
        return picture[rows, self.left : self.left + self.width]


def window_around(words: Sequence[NDArray], shape: Sequence[int]) -> Window:
    """Return the part of a picture (H, W, ...) that words take up, or all where that is most."""
    size = np.array(shape[1::-1])  # width, height
    whole = Window(0, 0, *size.tolist())
    if not len(words):
        return whole
    points = np.clip(np.concatenate(words), 0, size)
    low, high = points.min(axis=0), points.max(axis=0)
    share = max(_SMALLEST, _MARGIN * ((high - low) / size).max())
    if share > _WHOLE:
        return whole
    shown = np.rint(share * size).astype(int)
    corner = np.clip(np.rint((low + high - shown) / 2).astype(int), 0, size - shown)
    return Window(*corner.tolist(), *shown.tolist())


def outlined(
    picture: Image,
    window: Window,
    outlines: Sequence[tuple[Sequence[NDArray], colours.Color]],
    height: int,
) -> Image:
    """Return a window of a picture, scaled to a height, with words (n, 2) outlined in colours."""
    # Outlines stay fine when they are drawn at the size that is looked at.
    shown = to_height(window.of(picture), height)
    factor, corner = height / window.height, (window.left, window.top)
    for words, color in outlines:
        scaled = [(word - corner) * factor for word in words]
        shown = draw_polygons(shown, scaled, color, start=color != colours.IGNORED)
    return shown


def learnt_layers(
    picture: Image, maps: NDArray[np.float32], window: Window, height: int
) -> list[Image]:
    """Return the probability and the threshold map, of (4, H, W) with their masks, on a picture."""
    prob, prob_mask, thresh, thresh_mask = maps
    legend = f'threshold: black {thresh.min():.1f}, yellow {thresh.max():.1f}'
    layers = (
        ('probability: red 1, grey left out', probability_overlay(picture, prob, prob_mask)),
        (legend, _threshold_overlay(picture, thresh, thresh_mask)),
    )
    return [titled(to_height(window.of(layer), height), title) for title, layer in layers]


def probability_overlay(
    picture: Image, prob: NDArray[np.float32], mask: NDArray[np.float32]
) -> Image:
    """Return a picture with its probability map in red and what its mask leaves out in grey."""
    return tint(tint(picture, 1 - mask, colours.IGNORED), 0.65 * prob, colours.PROBABILITY)


def titled(
    shown: Image, title: str, picture: Image | None = None, window: Window | None = None
) -> Image:
    """Return a panel under its title, with the size of the picture and of what is shown of it."""
    if picture is not None:
        title += f' {picture.shape[1]} x {picture.shape[0]}'
        if window is not None and window.height < picture.shape[0]:
            title += f', shown {window.width} x {window.height}'
    return caption(shown, [(title, colours.CAPTION)], height=30)


def to_height(picture: Image, height: int) -> Image:
    """Return a picture scaled to a height in pixels."""
    size = (max(1, round(picture.shape[1] * height / picture.shape[0])), height)
    shrinks = picture.shape[0] > height
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)


def _threshold_overlay(
    picture: Image, thresh: NDArray[np.float32], mask: NDArray[np.float32]
) -> Image:
    low, high = thresh.min(), thresh.max()
    heat = np.rint(255 * (thresh - low) / max(high - low, 1e-6)).astype(np.uint8)
    return tint(picture, 0.75 * mask, cv2.applyColorMap(heat, cv2.COLORMAP_INFERNO))


def tint(picture: Image, weight: NDArray[np.float32], color: tuple | Image) -> Image:
    """Return a picture (H, W, 3) mixed with a colour, or a picture, by weights (H, W)."""
    weight = weight[..., None]
    return np.rint(picture * (1 - weight) + np.asarray(color) * weight).astype(np.uint8)
