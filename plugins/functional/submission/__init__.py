"""Predictions JSON and leaderboard CSV: read, written, streamed."""

from .formats import (
    HEADER,
    MAX_POLYGONS,
    as_submitted,
    load_polygons,
    long_cells,
    read_csv,
    read_predictions,
    write_csv,
    write_predictions,
)
from .prediction_folder import OVERLAYS, check_out, open_predictions, overlay_names
