"""Polygons, layers and captions on pictures."""

from .contact_sheets import caption, evenly_spaced, prediction_panels, prediction_sheet
from .outlines import FOUND, IGNORED, START, TRUTH, contact_sheet, draw_polygons, write_image
from .page_layers import BLUE, GREEN, ORANGE, PURPLE, RED, Image, Layer, layered_page
