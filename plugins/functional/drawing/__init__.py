"""Polygons, layers and captions on pictures."""

from . import colours
from .contact_sheets import (
    caption,
    contact_sheet,
    evenly_spaced,
    prediction_panels,
    prediction_sheet,
)
from .outlines import Image, draw_polygons
from .page_layers import Layer, layered_page
