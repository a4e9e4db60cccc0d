"""Polygons, layers and captions on pictures."""

from .captions import caption, prediction_panels, prediction_sheet, spread
from .layers import BLUE, GREEN, ORANGE, PURPLE, RED, Image, Layer, layered_page
from .overlay import FOUND, IGNORED, START, TRUTH, contact_sheet, draw_polygons, write_image
