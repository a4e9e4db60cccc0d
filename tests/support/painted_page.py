"""A black page with white words, and a pipeline's steps applied to it."""

from pathlib import Path

import cv2
import numpy as np
from mmocr.registry import TRANSFORMS
from PIL import Image

SIZE = (180, 240)
WORDS = [
    [[20, 30], [90, 30], [90, 52], [20, 52]],
    [[100, 100], [160, 120], [154, 142], [94, 122]],
    [[30, 150], [60, 140], [95, 150], [95, 172], [60, 162], [30, 172]],
]


def paint(polygons, size):
    image = np.zeros((*size[::-1], 3), np.uint8)
    for polygon in polygons:
        points = np.rint(np.reshape(polygon, (-1, 2)) * 16).astype(np.int32)
        cv2.fillPoly(image, [points], (255,) * 3, cv2.LINE_8, 4)
    return image


def write_page(path: Path) -> dict:
    """Write the page, and return what ReceiptDataset hands to the pipeline for it."""
    path.write_bytes(cv2.imencode('.png', paint(WORDS, SIZE))[1].tobytes())
    instances = [
        dict(
            polygon=np.ravel(word).tolist(),
            bbox=[*np.min(word, axis=0).tolist(), *np.max(word, axis=0).tolist()],
            bbox_label=0,
            ignore=False,
        )
        for word in WORDS
    ]
    return dict(img_path=str(path), height=240, width=180, input_size=240, instances=instances)


def apply(results, *transforms):
    for transform in transforms:
        results = TRANSFORMS.build(transform)(results)
    return results


def load(record, **changes):
    return apply({**record, **changes}, dict(type='LoadReceipt'))


def overlap(image, polygons):
    """Intersection over union of white pixels and repainted polygons."""
    seen = image[..., 0] > 127
    painted = paint(polygons, image.shape[1::-1])[..., 0] > 0
    return (seen & painted).sum() / (seen | painted).sum()


def scan(path, size, orientation=1):
    """A smooth large page as a JPEG; its words are where those of ``record`` are, scaled."""
    factor = size[0] / SIZE[0]
    large = paint([np.add(word, 0.5) * factor - 0.5 for word in WORDS], size)
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = Image.fromarray(cv2.GaussianBlur(255 - large, (0, 0), 2))
    stored.save(path, quality=95, exif=exif)
    return str(path)
