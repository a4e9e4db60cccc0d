"""Mends the imports that follow, see plugins/compat.py, and paints a page."""

import plugins.register  # noqa: F401

# isort: split
import pytest
from painted_page import write_page


@pytest.fixture
def record(tmp_path) -> dict:
    """What ReceiptDataset hands to the pipeline for a page with its words painted white."""
    return write_page(tmp_path / '영수증.png')
