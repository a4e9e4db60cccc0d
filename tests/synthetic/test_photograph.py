"""The photograph of a printed sheet."""

import cv2
import numpy as np

from plugins.synthetic.camera import frame_sheet
from plugins.synthetic.photograph import encode, photograph
from plugins.synthetic.sheet import Mark, Sheet, print_sheet

FRAME = (240, 320)


def test_dark_ink_is_seen_on_bright_paper_where_the_lens_says():
    bar = Mark(np.full((40, 120), 255, np.uint8), 60, 180)
    sheet = Sheet(260, 400, em=20, marks=[bar])
    for seed in range(6):
        rng = np.random.default_rng(seed)
        lens = frame_sheet(rng, sheet, FRAME)
        image = photograph(rng, print_sheet(sheet, []), lens, None, FRAME)
        assert image.shape == (320, 240, 3) and image.dtype == np.uint8
        inside, above = (
            image[int(y), int(x)].mean()
            for x, y in lens.to_photo(np.array([[120.0, 200.0], [120.0, 120.0]]))
        )
        assert inside < 0.8 * above


def test_jpegs_are_of_differing_quality():
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    sizes = []
    for seed in range(12):
        jpeg = encode(np.random.default_rng(seed), noise)
        assert cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR).shape == noise.shape
        sizes.append(len(jpeg))
    assert max(sizes) > 1.3 * min(sizes)
