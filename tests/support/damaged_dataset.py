"""Pages of 100 by 80 pixels and their annotation, with each fault that a dataset can have."""

import json
from pathlib import Path

from PIL import Image

from plugins.functional.annotations import (
    DatasetProblem,
    check_pages,
    read_content,
    unlisted_images,
)

SIZE = (100, 80)
SQUARE = [[10, 10], [20, 10], [20, 20], [10, 20]]


def shifted(dx: float, dy: float = 0) -> list[list[float]]:
    return [[x + dx, y + dy] for x, y in SQUARE]


def word(points: object, **labels: object) -> dict:
    return {'points': points, 'orientation': None, 'language': None} | labels


class Dataset:
    """A folder of images and an annotation file that grow page by page."""

    def __init__(self, root: Path) -> None:
        self.folder, self.path = root / 'images', root / 'train.json'
        self.folder.mkdir()
        self.images: dict = {}

    def add(self, name: str, words: dict, width: int = 100, height: int = 80) -> None:
        Image.effect_noise(SIZE, 50).save(self.folder / name)
        self.images[name] = {'words': words, 'img_w': width, 'img_h': height}

    def check(self, text: str | None = None) -> tuple[dict, list[DatasetProblem]]:
        self.path.write_text(text or json.dumps({'images': self.images}))
        return check_file(self.path, self.folder)


def check_file(path: Path, folder: Path) -> tuple[dict, list[DatasetProblem]]:
    content = read_content(path, check_names=False)
    pages = check_pages(content['images'], folder)
    problems = [problem for page in pages for problem in page]
    return content, problems + unlisted_images(content['images'], folder, content.get('dropped'))


def damage(dataset: Dataset) -> None:
    """One image with each fault an image can have, around a good one."""
    for name in ('bad.jpg', 'cut.jpg', 'empty.jpg', 'gone.jpg', 'good.jpg', 'turned.jpg'):
        dataset.add(name, {'0001': word(SQUARE)})
    dataset.images['bad.jpg'] = 'nonsense'
    cut = dataset.folder / 'cut.jpg'
    cut.write_bytes(cut.read_bytes()[:-200])
    (dataset.folder / 'empty.jpg').write_bytes(b'')
    (dataset.folder / 'gone.jpg').unlink()
    dataset.images['turned.jpg'] |= {'img_w': 80, 'img_h': 100}
    (dataset.folder / 'extra.png').write_bytes(b'whatever')
    (dataset.folder / 'Thumbs.db').write_bytes(b'no image by its name')


BARS_SIZE = (240, 160)
_BARS = [(x, 20, x + 15, 120) for x in range(10, 220, 30)]


def save_bars(path: Path, orientation: int) -> None:
    """Save black bars on white, which lie on their side where a viewer turns them."""
    page = Image.new('RGB', BARS_SIZE, 'white')
    for box in _BARS:
        page.paste('black', box)
    exif = Image.Exif()
    exif[0x0112] = orientation
    page.save(path, exif=exif)


def bars(displayed: bool) -> dict:
    """Return the bars as words, where a viewer shows them by orientation 6, or as they are."""
    words = {}
    for number, (left, top, right, bottom) in enumerate(_BARS, 1):
        box = (left, top, right, bottom)
        if displayed:
            box = (BARS_SIZE[1] - bottom, left, BARS_SIZE[1] - top, right)
        x1, y1, x2, y2 = box
        words[f'{number:04d}'] = word([[x1, y1], [x2, y1], [x2, y2], [x1, y2]])
    return words
