"""Three members of an ensemble that know two pages of three words."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import cv2
import numpy as np
from tiny_receipts import HEIGHT, WIDTH, WORDS

from plugins.functional.decoding import DecodeParams
from plugins.functional.geometry import Detection
from plugins.functional.maps import ProbMap, write_manifest, write_map
from plugins.functional.submission import write_predictions

PAGES = ('s.png', 't.png')
PAGE = (WIDTH, HEIGHT)
# Of the words at hand, each member has its own two; every word has two votes of three.
SEEN = ((0, 1), (1, 2), (0, 2))
FALSE = np.array([[10, 75], [60, 75], [60, 85], [10, 85]], float)
PARAMS = DecodeParams(unclip_ratio=0)


def found_by(number: int) -> list[Detection]:
    words = [Detection(np.array(WORDS[index], float), 0.8) for index in SEEN[number]]
    return [*words, Detection(FALSE, 0.3)] if number == 0 else words


def make_predictions(folder: Path) -> list[dict]:
    members = []
    for number in range(3):
        pages = {name: found_by(number) for name in PAGES}
        path = folder / f'{number}.json'
        write_predictions(path, pages)
        members.append(dict(name=f'm{number}', predictions=str(path)))
    return members


def make_maps(
    folder: Path,
    pages: Sequence[str] = PAGES,
    absent: Sequence[str] = (),
    page_size: tuple[int, int] = PAGE,
    seen: Sequence[str] = (),
) -> list[dict]:
    """Maps of two sizes, in which the members' words have 0.9 and what is false 0.31."""
    members = []
    for number in range(3):
        path, scale = folder / f'maps{number}', 1 + number % 2
        source = {'bits': 8, 'trained_pages': list(seen)}
        write_manifest(path, pages, absent, asdict(PARAMS), source)
        values = np.zeros((HEIGHT * scale, WIDTH * scale), np.float32)
        for each in found_by(number):
            outline = np.rint((each.polygon + 0.5) * scale).astype(np.int32)
            cv2.fillPoly(values, [outline], 0.9 if each.score > 0.5 else 0.31)
        for name in pages:
            if name not in absent:
                write_map(path, name, ProbMap.of(values, page_size, 8))
        members.append(dict(name=f'm{number}', maps=str(path)))
    return members
