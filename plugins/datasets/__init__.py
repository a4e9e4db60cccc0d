"""MMOCR datasets and transforms."""

from .. import engine
