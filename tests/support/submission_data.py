"""Three pages, their labels, and what two detectors found, for the tools that read submissions."""

import json
from pathlib import Path

import cv2
import numpy as np

from plugins.functional.geometry import Detection
from plugins.functional.submission import write_csv, write_predictions
from plugins.functional.submission_check import CsvRow

WORD = np.array([[10, 10], [50, 10], [50, 20], [10, 20]], float)  # 40 by 10: 4 characters
BELOW = WORD + np.array([0, 50])
LEFT, RIGHT = (WORD * (0.5, 1) + (x, 0) for x in (5, 25))  # its halves
AROUND = np.array([[10, 10], [50, 10], [50, 70], [10, 70]], float)  # both
NAMES = ('a.png', 'b.png', 'c.png')


def row(*polygons: np.ndarray, file: str = 'a.jpg', number: int = 2) -> CsvRow:
    return CsvRow(number, file, polygons, range(1, len(polygons) + 1))


def make_submission_data(root: Path) -> Path:
    """Write images, ``labels.json``, ``test.json``, ``good.csv``, ``good.json`` and ``poor.csv``.

    ``good`` finds every word, ``poor`` half of those on b.png, and none on c.png.
    """
    (root / 'images').mkdir()
    for name in NAMES:
        cv2.imwrite(str(root / 'images' / name), np.full((100, 80, 3), 255, np.uint8))
    words = {'0001': {'points': WORD.tolist()}, '0002': {'points': BELOW.tolist()}}
    for file, content in (('labels.json', words), ('test.json', {})):
        entry = {'words': content, 'img_w': 80, 'img_h': 100}
        (root / file).write_text(json.dumps({'images': dict.fromkeys(NAMES, entry)}))
    write_csv(root / 'good.csv', {name: [WORD, BELOW] for name in NAMES})
    found = [Detection(WORD + 0.3, 0.9), Detection(BELOW - 0.4, 0.8)]
    write_predictions(root / 'good.json', dict.fromkeys(NAMES, found))
    write_csv(root / 'poor.csv', {'a.png': [WORD, BELOW], 'b.png': [WORD], 'c.png': []})
    return root
