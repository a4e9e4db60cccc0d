"""Polygons in pixels, y downwards: many at once, their areas and overlaps, and detections."""

from .blocks import in_blocks
from .detection import Detection
from .intersection import shared_areas
from .iou import DIGITS, coverage, coverings, iou_matrix, overlaps
from .limits import HARMLESS, MAX_MEETINGS, MAX_VERTICES, excess
from .page_edges import WHOLE_PIXEL_EDGE, Size, clip_to, over_the_edge, wholly_outside
from .polygons import beginning_near, first_equal, is_simple, largest_outline
from .quads import SHIFTS, as_quads, from_top_left, rectangle_corners, smallest_rectangles
from .rings import (
    Bools,
    Floats,
    Ints,
    Rings,
    Window,
    as_outline,
    cross,
    following,
    ray_crosses,
    spans,
)
