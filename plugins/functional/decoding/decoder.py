"""Probability map to scored polygons, the inverse of :mod:`.targets`.

The steps are those of Liao et al., "Real-time Scene Text Detection with Differentiable
Binarization" (AAAI 2020), section "Deployment": binarize, take the connected regions, score each
by its mean probability, and dilate it by ``area * unclip_ratio / perimeter``.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..geometry import Detection, Rings, Size, clip_to
from ..maps import ProbMap
from .params import DecodeParams
from .regions import Region, find_regions
from .unclip import dilated_outlines, dilated_rectangles
from .whole_pixels import roundable


def decode(prob_map: NDArray, params: DecodeParams) -> list[Detection]:
    """Turn a probability map into polygons, the best score first.

    Args:
        prob_map: (H, W) in [0, 1].
        params: thresholds and shape of the output.

    Returns:
        Detections with (n >= 4, 2) float64 polygons: simple, clockwise as seen on the page from
        the text's top left, in pixels of the map (a pixel's centre has integer coordinates),
        possibly reaching beyond it.
        Equal scores keep the order in which OpenCV finds the regions.

    Raises:
        ValueError: the map is not two-dimensional, or not of floats between 0 and 1.
    """
    regions = find_regions(prob_map, params)[: params.max_candidates]
    return [
        Detection(polygon, region.score)
        for region, polygon in zip(regions, outline(regions, params), strict=True)
    ]


def outline(regions: Sequence[Region], params: DecodeParams) -> list[NDArray[np.float64]]:
    """Return the regions' dilated polygons, one a region, as :func:`decode` describes them.

    The second half of :func:`decode`: it depends on ``unclip_ratio``, ``mode``, ``bend`` and
    ``tolerance``, and on each region alone.
    """
    contours = [region.contour for region in regions]
    if params.mode == 'box':
        return dilated_rectangles(contours, params.unclip_ratio)
    return dilated_outlines(contours, params.unclip_ratio, params.bend, params.tolerance)


def to_page(
    detections: Sequence[Detection], scale: tuple[float, float], size: Size
) -> list[Detection]:
    """Map detections from a resized page back to the displayed image.

    Args:
        detections: polygons in pixels of the resized page.
        scale: (x, y) factors that the page was resized by.
        size: (width, height) of the displayed image. Polygons are clipped at the edges of its outer
            pixels, -0.5 and half a pixel less than these; where nothing with an area is left, the
            detection is dropped.
    """
    rings = Rings.of([found.polygon for found in detections])
    # Resizing keeps pixel edges, not centres: edges of the page stay edges of the map.
    mapped = Rings((rings.points + 0.5) / scale - 0.5, rings.counts)
    clipped = clip_to(mapped, size)
    kept = [i for i, polygon in enumerate(clipped) if polygon is not None]
    polygons = roundable([clipped[i] for i in kept], size)
    return [
        Detection(polygon, detections[i].score) for i, polygon in zip(kept, polygons, strict=True)
    ]


def decode_map(prob_map: ProbMap, params: DecodeParams) -> list[Detection]:
    """Return the words of a page on its displayed image, the best score first."""
    detections = decode(prob_map.probabilities, params)
    return to_page(detections, prob_map.scale, prob_map.page_size)
