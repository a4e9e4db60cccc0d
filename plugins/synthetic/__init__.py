"""Receipts nobody owns: laid out, printed, crumpled and photographed by arithmetic."""
