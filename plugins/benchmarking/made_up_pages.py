"""Pages of words that are made up: their outlines, what a detector finds, a network's map."""

import cv2
import numpy as np
from numpy.typing import NDArray

from plugins.functional.targets import db_targets

Rng = np.random.Generator
Polygon = NDArray[np.float64]
_COLUMNS = 5


def made_up_words(rng: Rng, number: int, size: tuple[int, int]) -> NDArray[np.float64]:
    """Return slightly tilted words (number, 4, 2), in five columns on a page (width, height)."""
    columns = min(_COLUMNS, number)
    cell = np.divide(size, (columns, -(-number // columns)))
    places = np.stack(np.divmod(np.arange(number), columns)[::-1], axis=1)
    sizes = cell * rng.uniform([0.35, 0.45], [0.9, 0.65], (number, 2))
    unit = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]])
    angles = np.deg2rad(rng.normal(0, 2, number))
    turns = np.moveaxis([[np.cos(angles), np.sin(angles)], [-np.sin(angles), np.cos(angles)]], 2, 0)
    return (unit * sizes[:, None]) @ turns + ((places + 0.5) * cell)[:, None]


def made_up_detections(
    rng: Rng, words: NDArray[np.float64], *, missed: float, joined: float, cut: float
) -> list[Polygon]:
    """Return what a detector might find of words (n, 4, 2): all of them moved a little.

    These shares of them are missed, joined with the word that follows, and cut in two.
    """
    found = []
    for word, following in zip(words, np.roll(words, -1, axis=0), strict=True):
        fate = rng.random()
        if fate < missed:
            continue
        if fate < missed + joined:
            found.append(np.stack((word[0], following[1], following[2], word[3])))
        elif fate < missed + joined + cut:
            top, bottom = (word[[0, 3]] + word[[1, 2]]) / 2
            found.append(np.stack((word[0], top, bottom, word[3])))
            found.append(np.stack((top, word[1], word[2], bottom)))
        else:
            found.append(word)
    return [polygon + rng.normal(0, 1, (4, 2)) for polygon in found]


def with_more_corners(rng: Rng, word: Polygon) -> Polygon:
    """Return a word (4, 2) with up to eight corners more along its edges, moved a little."""
    extra = rng.choice(np.setdiff1d(np.arange(16), [0, 4, 8, 12]), rng.integers(9), replace=False)
    corner, along = np.divmod(np.sort([0, 4, 8, 12, *extra]), 4)
    start, end = word[corner], word[(corner + 1) % 4]
    outline = start + (end - start) * along[:, None] / 4
    return outline + rng.normal(0, 0.3, outline.shape)


def made_up_map(rng: Rng, words: int, shape: tuple[int, int]) -> NDArray[np.float32]:
    """Return a map (H, W) as a trained network might make it of a page of words.

    They are shrunk as in training and blurred, and there is smooth noise in the logits, so that
    outlines are uneven and scores differ.
    """
    polygons = made_up_words(rng, words, shape[::-1])
    shrunk = cv2.GaussianBlur(db_targets(list(polygons), shape).prob, (0, 0), 1)
    noise = cv2.GaussianBlur(rng.normal(0, 1, shape).astype(np.float32), (0, 0), 2)
    logits = 8 * (shrunk - 0.5) + 0.5 * noise / noise.std()
    return (1 / (1 + np.exp(-logits))).astype(np.float32)
