"""Polygons in pixels, y downwards: many at once, their areas and overlaps, and detections."""

from .detection import Detection
from .intersection import shared_areas
from .overlap import DIGITS, coverage, coverings, iou_matrix, overlaps
from .polygons import Size, clip_to, first_equal, is_simple, largest_outline, wholly_outside
from .quads import SHIFTS, as_quads, rectangle_corners, smallest_rectangles
from .rings import Bools, Floats, Ints, Rings, Window, as_outline, following, ray_crosses
