"""Receipts nobody owns: laid out, printed, crumpled and photographed by arithmetic."""

from .fonts import find_faces
from .generate import WrittenPage, generate
from .page import SIZES, PageOptions
