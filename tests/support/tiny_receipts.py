"""A data folder of two drawn pages a part, small enough to train on within a test."""

import json
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

WIDTH, HEIGHT = 72, 96

# Three words of 8 pixels and more in height, clockwise from their own top left.
WORDS = (
    ((6, 8), (50, 8), (50, 20), (6, 20)),
    ((10, 32), (64, 34), (64, 46), (10, 44)),
    ((6, 60), (40, 60), (40, 68), (6, 68)),
)


def draw_page(path: Path, words: Sequence = WORDS, size: tuple[int, int] = (WIDTH, HEIGHT)) -> None:
    """Write a light page of (width, height) with dark words."""
    page = np.full((size[1], size[0], 3), 230, np.uint8)
    for word in words:
        cv2.fillPoly(page, [np.rint(word).astype(np.int32)], (40, 40, 40))
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(page).save(path)


def entry(words: Sequence = WORDS, **fields: object) -> dict:
    """Return one entry of ``images``."""
    numbered = {f'{n:04}': {'points': list(word)} for n, word in enumerate(words, 1)}
    return {'words': numbered, 'img_w': WIDTH, 'img_h': HEIGHT, **fields}


def write_annotations(path: Path, images: dict) -> None:
    """Write an annotation JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({'images': images}))


def make_data_root(root: Path) -> Path:
    """Lay out what the configs expect: two pages to train on, one to validate, three to test.

    The last test page is listed, but not on disk.
    """
    for name in ('a.png', 'b.png', 'v.png'):
        draw_page(root / 'images/train' / name)
    for name in ('s.png', 't.png'):
        draw_page(root / 'images/test' / name)
    for fold in range(5):
        train = {name: entry() for name in ('a.png', 'b.png')}
        write_annotations(root / f'folds/fold{fold}_train.json', train)
        write_annotations(root / f'folds/fold{fold}_val.json', {'v.png': entry()})
    test = {name: entry(()) for name in ('s.png', 't.png', 'gone.png')}
    write_annotations(root / 'jsons/test.json', test)
    return root
