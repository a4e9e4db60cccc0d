"""MMOCR datasets and transforms."""
