"""Polygons, layers and captions on pictures."""

from . import colours
from .contact_sheets import (
    caption,
    contact_sheet,
    evenly_spaced,
    prediction_panels,
    prediction_sheet,
)
from .outlines import draw_polygons
from .page_layers import Image, Layer, layered_page
