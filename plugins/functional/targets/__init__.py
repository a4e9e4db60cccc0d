"""Training maps of DBNet: which pixels are text, and how far they are from its border."""

from .draw import DBTargets, db_targets
