"""Training maps of DBNet: which pixels are text, and how far they are from its border."""

from .target_maps import DBTargets, db_targets
