"""The weighted mean of several probability maps of one page.

Averaging the maps and decoding once keeps outlines, which voting on coordinates does not: the
"soft voting" of classifiers (Kittler et al., "On Combining Classifiers", IEEE TPAMI 20(3), 1998,
the sum rule), pixel by pixel.
"""

from collections.abc import Sequence

import cv2
import numpy as np

from ..maps import ProbMap
from .params import check_weights


def average_maps(maps: Sequence[ProbMap], weights: Sequence[float] | None = None) -> ProbMap:
    """Return the mean of maps of one page, of the size of the largest and in float32.

    Smaller maps are resized linearly so that the page's edges stay in place.

    Args:
        maps: of one page, from networks or views of any input size.
        weights: one for each map, positive; by default all count alike.

    Raises:
        ValueError: there is no map, the maps are of pages of different sizes, or the weights do not
            fit.
    """
    shares = check_weights(len(maps), weights)
    page_size = maps[0].page_size
    for number, prob_map in enumerate(maps[1:], 2):
        if prob_map.page_size != page_size:
            raise ValueError(
                f'map 1 is of a page of {page_size[0]} x {page_size[1]} pixels, but map {number} '
                f'of {prob_map.page_size[0]} x {prob_map.page_size[1]}; the images differ'
            )
    height, width = max((m.values.shape for m in maps), key=np.prod)
    total = np.zeros((height, width), np.float32)
    for prob_map, weight in zip(maps, shares / shares.sum(), strict=True):
        probabilities = prob_map.probabilities
        if probabilities.shape != (height, width):
            probabilities = cv2.resize(probabilities, (width, height))
        cv2.scaleAdd(probabilities, float(weight), total, total)
    return ProbMap.of(total, page_size, bits=32)
