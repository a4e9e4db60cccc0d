"""Labels of other tools and data sets, one file a format."""

from .sroie import choose_test, find_receipts, read_receipt, write_dataset
