"""Folders of maps of a few pages, and annotations of their words, to tune a decoding on."""

from dataclasses import asdict

import cv2
import numpy as np

from plugins.functional.annotations import Page, Word, save_pages
from plugins.functional.decoding import DecodeParams
from plugins.functional.maps import ProbMap, write_manifest, write_map

PARAMS = DecodeParams(0.4, 0.5, 1.5, 100)
NAMES = tuple(f'page {i}.jpg' for i in range(5))


def page(seed):
    """A map of words, fainter than the model's thresholds take, and the words."""
    rng = np.random.default_rng(seed)
    values, words = np.zeros((120, 160), np.float32), []
    for y in range(8, 110, 14):
        for x in range(8, 130, 50):
            width, height = int(rng.integers(20, 40)), int(rng.integers(8, 11))
            core = (x + 2, y + 2), (x + width - 3, y + height - 3)
            cv2.rectangle(values, *core, float(rng.uniform(0.3, 0.9)), -1)
            words.append([[x, y], [x + width, y], [x + width, y + height], [x, y + height]])
    values = cv2.GaussianBlur(values, (0, 0), 1) + rng.normal(0, 0.02, values.shape)
    return values.clip(0, 1).astype(np.float32), np.array(words, float) * 2


def make_maps(folder, names=NAMES, params=PARAMS, absent=(), **source):
    folder.mkdir(parents=True, exist_ok=True)
    write_manifest(folder, names, absent, asdict(params), {'config': 'x.py', **source})
    for name in names:
        if name not in absent:
            write_map(folder, name, ProbMap.of(page(NAMES.index(name))[0], (320, 240), 8))
    return folder


def make_annotations(path, names=NAMES, blank=()):
    pages = {}
    for name in names:
        words = [] if name in blank else page(NAMES.index(name))[1]
        pages[name] = Page(tuple(Word(f'{i:04d}', word) for i, word in enumerate(words)), 320, 240)
    save_pages(path, pages)
    return path
